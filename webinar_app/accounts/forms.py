"""Forms of accounts."""

from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from webinar_app.accounts.rules import LONGEST_PASSWORD, PLAIN_ADDRESS, SHORTEST_PASSWORD
from webinar_app.core.permissions import Role
from webinar_app.core.times import known_zones
from webinar_app.infra.templates_filters import ZONES, city
from webinar_app.web.forms import Form

NO_ZONE = "As my browser says"
EMAIL_WORDS = "Write an e-mail address, such as name@example.org."
ROLE_WORDS = {
    Role.ADMIN: "Admin",
    Role.COORDINATOR: "Coordinator",
    Role.PRESENTER: "Presenter",
}


def _stripped(typed: str | None) -> str | None:
    return typed.strip() if typed else typed


_address = [
    DataRequired(EMAIL_WORDS), Regexp(r"[\x00-\x7f]*\Z", message=PLAIN_ADDRESS), Email(EMAIL_WORDS),
    Length(max=254, message=EMAIL_WORDS),
]  # fmt: skip


class LinkForm(Form):
    """Ask for a link to sign in."""

    email = EmailField(
        "E-mail", _address, filters=[_stripped], description="We send a link that works once, for 30 minutes.",
        render_kw={"autocomplete": "username"},
    )  # fmt: skip
    next = HiddenField()


class PasswordSignInForm(Form):
    """Sign in with a password."""

    email = EmailField("E-mail", _address, filters=[_stripped], render_kw={"autocomplete": "username"})
    password = PasswordField(
        "Password", [DataRequired("Type your password."), Length(max=LONGEST_PASSWORD, message="This is too long.")],
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip
    next = HiddenField()


class ConfirmForm(Form):
    """Press the one button of a page that a mail leads to."""


def _zones() -> list[SelectChoice]:
    often = dict(ZONES)
    first = [SelectChoice(name, place, optgroup="Often used") for name, place in (("", NO_ZONE), *ZONES)]
    rest = [name for name in known_zones() if name not in often]
    return first + [SelectChoice(name, city(name), optgroup=name.partition("/")[0]) for name in rest]


class ProfileForm(Form):
    """Names and time zone."""

    legal_name = StringField(
        "Legal name", [DataRequired("Write your name as your licence has it."), Length(max=120)],
        description="Printed on your certificates, exactly as here. Write it as your licence has it.",
        render_kw={"autocomplete": "name"},
    )  # fmt: skip
    display_name = StringField(
        "Name in the room", [DataRequired("Write the name that others see."), Length(max=80)],
        description="What other people see in a live session. It never appears on a certificate.",
        render_kw={"autocomplete": "nickname"},
    )  # fmt: skip
    time_zone = SelectField(
        "Time zone", choices=_zones, description="Session times are shown in it, beside the time as announced."
    )


class LicenceForm(Form):
    """A professional licence."""

    profession = StringField(
        "Profession", [DataRequired("Write your profession."), Length(max=80)],
        description="For example: Licensed Clinical Social Worker.",
    )  # fmt: skip
    board = StringField(
        "State or licensing board", [DataRequired("Write who gave the licence."), Length(max=80)],
        description="For example: New York State Education Department.",
    )  # fmt: skip
    number = StringField("Licence number", [DataRequired("Write the number of the licence."), Length(max=40)])
    expires_on = DateField("Valid until", [Optional()])


class PasswordForm(Form):
    """Set or change the password."""

    current = PasswordField("Current password", [Length(max=LONGEST_PASSWORD)])
    password = PasswordField(
        "New password", [DataRequired("Type a new password.")],
        description=f"At least {SHORTEST_PASSWORD} characters. Four words in a row are easy to remember.",
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip


class NewEmailForm(Form):
    """Change the address."""

    email = EmailField("New e-mail address", _address, filters=[_stripped], render_kw={"autocomplete": "email"})


class _Checkboxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RolesForm(Form):
    """The roles of a person."""

    roles = _Checkboxes("Roles", choices=[SelectChoice(role.value, words) for role, words in ROLE_WORDS.items()])


class PersonForm(RolesForm):
    """Add a person."""

    email = EmailField("E-mail", _address, filters=[_stripped], description="Sign-in links go to this address.")
    legal_name = StringField("Legal name", [DataRequired("Write the name."), Length(max=120)])
    display_name = StringField("Name in the room", [DataRequired("Write the name."), Length(max=80)])
