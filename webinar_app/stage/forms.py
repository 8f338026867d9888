"""The form of the stage."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, ValidationError

from webinar_app.stage.rules import StageKind
from webinar_app.web.forms import Form

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
        "Address", [Length(max=2000)], description="The address of the video, or of the stream’s .m3u8 playlist."
    )
    text = TextAreaField(
        "Words", [Length(max=4000)], description="Shown on the poster. With “Words” they are all that people see."
    )

    def validate_address(self, field: StringField) -> None:
        """Refuse a new address that the chosen kind would drop; one that was saved before may be left standing."""
        if self.kind.data in WITHOUT_ADDRESS and field.data and field.data != field.object_data:
            raise ValidationError("Choose above what this address leads to, or leave it empty.")
