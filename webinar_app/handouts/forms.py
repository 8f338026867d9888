"""The form of a handout."""

from flask_wtf.file import FileField
from wtforms import IntegerField, StringField
from wtforms.validators import Length, NumberRange, Optional

from webinar_app.handouts.rules import LATEST_MINUTE, TITLE_LIMIT
from webinar_app.web.forms import Form

MINUTE = f"Write a minute between 0 and {LATEST_MINUTE}, or leave it empty."


class HandoutForm(Form):
    """A file for everybody in the session."""

    file = FileField("A PDF, PNG or JPEG file", description="At most 25 MB.")
    title = StringField("Title", [Length(max=TITLE_LIMIT)], description="Empty: the name of the file.")
    minute = IntegerField(
        "Opens by itself at minute",
        [
            Optional(),
            NumberRange(0, LATEST_MINUTE, MINUTE),
        ],
        description="Counted from the start. Empty: you open it yourself.",
    )
