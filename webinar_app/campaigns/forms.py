"""Forms of mails in coordinators' words; every field is text, so that a refusal gives back what was typed."""

import hashlib
from collections.abc import Sequence
from datetime import time
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from webinar_app.campaigns.rules import AUDIENCE_WORDS, CLOCK, CLOCK_WORDS, Audience, Chosen, Plan, Way
from webinar_app.core.errors import DomainError, InvalidInput
from webinar_app.core.times import parse_clock
from webinar_app.courses.forms import options
from webinar_app.people.forms import MultiCheckboxField
from webinar_app.web.forms import Form

WAYS = [(Way.HOURS.value, "Hours, as they pass"), (Way.DAYS.value, "Days, at a time of day")]
NOBODY = ("", "Nobody in particular")


class _WordsForm(Form):
    """Words of a mail; who means another day may keep a clock that is wrong on the day of the session."""

    asks_clock = False  # the question stands on the page only where the words raise it
    keeps_clock = BooleanField("Keep these words: they speak of another day")

    def absorb(self, error: DomainError) -> None:
        """Place a refusal, and ask about the clock where that was it."""
        super().absorb(error)
        self.asks_clock = self.asks_clock or error.code == CLOCK


class PlanForm(_WordsForm):
    """When a mail of the set goes out, and its words."""

    is_on = BooleanField("Send this mail")
    way = RadioField("Counted in", [InputRequired()], choices=options(WAYS))
    amount = StringField("How many")
    clock = StringField("Time of day", description="For days; in the session’s zone.")
    subject = StringField("Subject")
    text = TextAreaField("Words", description="An empty line begins a paragraph. A link alone becomes a button.")
    as_whom = SelectField("Look at it as", choices=options([NOBODY]), validate_choice=False)

    @staticmethod
    def data_of(plan: Plan) -> dict[str, Any]:
        """Give a plan as the fields show it."""
        return {
            "is_on": plan.is_on, "way": plan.way.value, "amount": str(plan.amount), "clock": f"{plan.clock:%H:%M}",
            "subject": plan.subject, "text": plan.text,
        }  # fmt: skip

    def leave_timing(self) -> None:
        """Leave out whether and when: the mail goes out when what it tells of happens."""
        del self.is_on, self.way, self.amount, self.clock

    def validate_clock(self, field: StringField) -> None:
        """Refuse what is no time of day where hours are counted: it would be dropped. The rules check days."""
        if self.way.data != Way.DAYS and (field.data or "").strip() and _clock(field.data or "") is None:
            raise ValidationError(CLOCK_WORDS)

    def details(self) -> dict[str, Any]:
        """Give what the services take."""
        words: dict[str, Any] = {"subject": self.subject.data or "", "text": self.text.data or ""}
        words["keeps_clock"] = bool(self.keeps_clock.data)
        if self.way is None:
            return {"is_on": True, "way": Way.HOURS.value, "amount": 0, "clock": None} | words
        amount = (self.amount.data or "").strip()
        return {
            "is_on": bool(self.is_on.data), "way": self.way.data,
            "amount": int(amount) if amount.isascii() and amount.isdigit() and len(amount) < 6 else None,
            "clock": _clock(self.clock.data or ""),
        } | words  # fmt: skip


def _clock(typed: str) -> time | None:
    try:
        return parse_clock(typed)
    except InvalidInput:
        return None


class MessageForm(_WordsForm):
    """Who gets a message, and its words."""

    confirm = HiddenField()
    audience = RadioField("Who gets it", [InputRequired("Choose who gets it.")], choices=[])
    professions = MultiCheckboxField(
        "Only these professions",
        choices=[],
        description="As they registered, or as their profile says. None ticked: all.",
    )
    agencies = MultiCheckboxField(
        "Only these agencies", choices=[], description="Who keeps their seat or pays for it. None ticked: all."
    )
    subject = StringField("Subject")
    text = TextAreaField("Words", description="An empty line begins a paragraph. A link alone becomes a button.")
    as_whom = SelectField("Look at it as", choices=options([NOBODY]), validate_choice=False)

    def offer(self, counts: dict[Audience, int], professions: Sequence[str], agencies: Sequence[str]) -> None:
        """Let the coordinator choose among these people; what nobody here has is not asked."""
        self.audience.choices = options((one.value, f"{AUDIENCE_WORDS[one]} ({counts[one]})") for one in Audience)
        self.professions.choices = options((one, one) for one in professions)
        self.agencies.choices = options((one, one) for one in agencies)

    @property
    def chosen(self) -> Chosen:
        """Give who gets it."""
        held = (tuple(field.data or ()) for field in (self.professions, self.agencies))
        return Chosen(Audience(self.audience.data), *held)

    @property
    def digest(self) -> str:
        """Give a short name of whom and what is sent, so that nothing leaves that was not looked at."""
        told = [self.audience.data, self.professions.data, self.agencies.data, self.subject.data, self.text.data]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def details(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {
            "subject": self.subject.data or "", "text": self.text.data or "",
            "keeps_clock": bool(self.keeps_clock.data),
        }  # fmt: skip
