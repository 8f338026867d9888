"""The form of the stage."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from webinar_app.stage.rules import StageKind
from webinar_app.web.forms import Form, unused_with

WITHOUT_ADDRESS = (StageKind.NONE.value, StageKind.TEXT.value)
KINDS = [
    SelectChoice(StageKind.NONE.value, "A poster with the title"),
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
            unused_with("kind", WITHOUT_ADDRESS, words="Choose above what this address leads to, or leave it empty."),
        ],
        description="The address of the video, or of the stream’s .m3u8 playlist.",
    )
    text = TextAreaField(
        "Words", [Length(max=4000)], description="Shown on the poster. With “Words” they are all that people see."
    )
