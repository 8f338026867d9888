"""Forms of registration."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, Regexp

from webinar_app.accounts.rules import PLAIN_ADDRESS
from webinar_app.core.errors import InvalidInput
from webinar_app.infra.templates_filters import zone_choices
from webinar_app.registrations.rules import (
    LICENCE_NUMBER_LIMIT,
    LICENCE_TEXT_LIMIT,
    NAME_LONGEST,
    NEEDS_LONGEST,
    REASON_LONGEST,
    REASON_SHORTEST,
    check_licence,
)
from webinar_app.web.forms import Form

EMAIL_WORDS = "Write an e-mail address, such as name@example.org."
NAME_WORDS = "Write your name as it should be printed."
POLICY_WORDS = "Tick that you have read the attendance policy."
REASON_WORDS = f"Say why in {REASON_SHORTEST} to {REASON_LONGEST} characters. It stays in the record."
ANOTHER, NONE = "another", "none"


def _email(description: str) -> EmailField:
    checks = [
        DataRequired(EMAIL_WORDS), Regexp(r"[\x00-\x7f]*\Z", message=PLAIN_ADDRESS), Email(EMAIL_WORDS),
        Length(max=254, message=EMAIL_WORDS),
    ]  # fmt: skip
    return EmailField("E-mail", checks, description=description, render_kw={"autocomplete": "email"})


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=f"Use at most {limit} characters.")


# Made before the other fields, so that its errors stand first as it does on the page.
_guest_email = _email("Your join link goes here. No password is needed.")
_added_email = _email("The confirmation with the join link goes here.")


class SheetForm(Form):
    """Names and licence; what every way of registering asks for."""

    legal_name = StringField(
        "Legal name", [DataRequired(NAME_WORDS), _at_most(NAME_LONGEST)], render_kw={"autocomplete": "name"},
        description="As on your licence. It is printed on the certificate; in the room you may use another.",
    )  # fmt: skip
    display_name = StringField(
        "Name in the room", [_at_most(80)], description="Others see it beside your questions.",
        render_kw={"autocomplete": "nickname"},
    )  # fmt: skip
    licence_profession = StringField(
        "Profession", [_at_most(LICENCE_TEXT_LIMIT)], render_kw={"autocomplete": "off", "list": "professions"}
    )
    licence_region = StringField("State or board", [_at_most(LICENCE_TEXT_LIMIT)], render_kw={"autocomplete": "off"})
    licence_number = StringField("Licence number", [_at_most(LICENCE_NUMBER_LIMIT)], render_kw={"autocomplete": "off"})
    seat = RadioField(
        "Where you take part", choices=[SelectChoice("online", "Online"), SelectChoice("room", "In the room")],
        default="online", validate_choice=False,
    )  # fmt: skip

    @property
    def has_typed_licence(self) -> bool:
        """Say whether the three fields of a licence count."""
        return True

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shape, and the licence with it, so that everything wrong is said at once."""
        is_valid = bool(super().validate(extra_validators))
        profession, region, number = licence = self.licence_profession, self.licence_region, self.licence_number
        if not self.has_typed_licence:
            # The page hides them then: what stands there does not count, and nobody could correct it.
            for field in licence:
                field.errors = []
            return not self.errors
        try:
            check_licence(profession.data or "", region.data or "", number.data or "")
        except InvalidInput as error:
            self.absorb(error)
            return False
        return is_valid


class RegisterForm(SheetForm):
    """Register for oneself; `policy_version` is the version of the attendance policy that the page showed."""

    has_no_licence = BooleanField("I have none")
    needs = TextAreaField(
        "What you need to take part", [_at_most(NEEDS_LONGEST)], render_kw={"rows": 2},
        description="Captions, an interpreter, another format, a step-free way in. Only our coordinators read it.",
    )  # fmt: skip
    time_zone = SelectField("Your time zone", validate_choice=False, description="Your mails give times in it.")
    policy = BooleanField("Attendance policy", [DataRequired(POLICY_WORDS)])
    policy_version = HiddenField()
    discount = StringField(
        "Discount code", [_at_most(60)], description="If you have one. It is checked when you send this.",
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )  # fmt: skip
    price_seen = HiddenField()

    @property
    def accepted_policy(self) -> str:
        """Give the version of the attendance policy that was ticked; empty where none was, or none is asked for."""
        if not self.policy or not self.policy.data:
            return ""
        return self.policy_version.data or "unknown"

    def leave_out_policy(self) -> None:
        """Ask for no attendance policy: nothing is attended in a course without a sitting."""
        del self.policy
        del self.policy_version

    def leave_out_price(self) -> None:
        """Ask for no discount code: it costs nothing, or is asked for elsewhere."""
        del self.discount
        del self.price_seen

    @property
    def typed_discount(self) -> str:
        """Give the discount code as it was typed; empty where none is asked for."""
        return (self.discount.data or "").strip() if self.discount else ""

    @property
    def shown_price(self) -> str:
        """Give the total that the page showed; empty where it costs nothing."""
        return self.price_seen.data or "" if self.price_seen else ""

    def offer_zones(self, *first: str) -> None:
        """Let the person choose among the usual zones, these and the one that was typed."""
        typed = self.time_zone.data or ""
        self.time_zone.choices = [SelectChoice(zone, place) for zone, place in zone_choices(typed, *first)]


class GuestForm(RegisterForm):
    """Register without being signed in."""

    email = _guest_email


class OwnForm(RegisterForm):
    """Register as who is signed in; a licence of the profile can be chosen."""

    licence = RadioField("Licence", validate_choice=False, default=ANOTHER)

    @property
    def has_typed_licence(self) -> bool:
        """Say whether the three fields of a licence count."""
        return self.licence.data == ANOTHER

    def offer_licences(self, held: Sequence[dict[str, Any]], day: date) -> None:
        """Let the person choose among the licences of the profile; one that is over on the day says so."""
        words = [SelectChoice(str(one["id"]), _licence_words(one, day)) for one in held]
        self.licence.choices = [*words, SelectChoice(ANOTHER, "Another licence"), SelectChoice(NONE, "I have none")]


def _licence_words(one: dict[str, Any], day: date) -> str:
    last, said = one["expires_on"], f"{one['profession']}, {one['board']}, {one['number']}"
    return f"{said} (valid until {last.day} {last:%B %Y} only)" if last is not None and last < day else said


class AddForm(SheetForm):
    """Register somebody for them."""

    email = _added_email


class ResendForm(Form):
    """Ask for one's own join links."""

    email = _email("The address with which you registered.")


class ReasonForm(Form):
    """Say why an item of somebody's course counts as finished, or no longer does."""

    reason = TextAreaField(
        "Why", [DataRequired(REASON_WORDS), _at_most(REASON_LONGEST)], render_kw={"rows": 3},
        description="It stays in the record with your name, for instance “signed the list of the day”.",
    )  # fmt: skip


class ConfirmForm(Form):
    """Press the one button of a page."""
