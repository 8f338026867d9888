"""The form of the stage."""

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from webinar_app.stage.rules import WITHOUT_ADDRESS, StageKind
from webinar_app.web.forms import Form, unused_with

PLAIN = tuple(kind.value for kind in StageKind if kind in WITHOUT_ADDRESS)
KINDS = [
    SelectChoice(StageKind.NONE.value, "A poster with the title"),
    SelectChoice(StageKind.SLIDES.value, "Slides"),
    SelectChoice(StageKind.HLS.value, "A live stream (HLS)"),
    SelectChoice(StageKind.YOUTUBE.value, "YouTube"),
    SelectChoice(StageKind.VIMEO.value, "Vimeo"),
    SelectChoice(StageKind.TEXT.value, "Words: how to join by link or phone"),
]


class StageForm(Form):
    """What people see where the picture is."""

    kind = RadioField("On the stage", choices=KINDS, default=StageKind.NONE.value)
    address = StringField(
        "Address",
        [
            Length(max=2000),
            unused_with("kind", PLAIN, words="Choose above what this address leads to, or leave it empty."),
        ],
        description="The address of the video, or of the stream’s .m3u8 playlist.",
    )
    deck = SelectField("Which slides", choices=[], validate_choice=False)
    text = TextAreaField(
        "Words", [Length(max=4000)], description="Shown on the poster. With “Words” they are all that people see."
    )


class DeckForm(Form):
    """A PDF of slides."""

    file = FileField("A PDF of your slides", description="At most 25 MB and 300 pages. Its words are read along.")
