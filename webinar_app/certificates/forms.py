"""Forms of certificates."""

from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import Length, Optional

from webinar_app.web.forms import Form


class VerifyForm(Form):
    """A number, a file, or both; and the family name, which shows the whole name."""

    number = StringField("Number on the certificate", [Optional(), Length(max=40)])
    file = FileField("The PDF itself")
    family_name = StringField("Family name on the certificate", [Optional(), Length(max=120)])


class RevokeForm(Form):
    """Why a certificate is withdrawn."""

    reason = StringField("Reason, shown on the verification page", [Length(max=300)])
