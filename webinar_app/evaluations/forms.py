"""The shape of what attendees and coordinators send. The questions themselves are data, checked by the rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from webinar_app.core.answers import QuestionKind, labels
from webinar_app.evaluations.rules import EvaluationItem
from webinar_app.registrations.rules import NAME_LONGEST
from webinar_app.web.forms import Form


class NameForm(Form):
    """The name as it will be printed."""

    legal_name = StringField(
        "Your name as it should be printed",
        validators=[
            InputRequired("Write your name as it should be printed."),
            Length(max=NAME_LONGEST, message=f"At most {NAME_LONGEST} characters."),
        ],
        render_kw={"autocomplete": "name"},
    )


class ExtendForm(Form):
    """How much longer a form stays open."""

    days = IntegerField(
        "Days", default=7,
        validators=[
            InputRequired("Write a number of days."),
            NumberRange(1, 90, message="Choose 1 to 90 days."),
        ],
    )  # fmt: skip


class Label(NamedTuple):
    """What an error is called by."""

    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the page shows it: with what was typed, and what is wrong with it."""

    item: EvaluationItem
    value: str
    errors: list[str]

    @property
    def id(self) -> str:
        """Give the name of its control, where the list of errors leads to."""
        return self.item.key

    @property
    def label(self) -> Label:
        """Give the question, for the list of errors."""
        return Label(self.item.prompt.rstrip("."))

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Give (value, words) of what can be chosen."""
        words = labels(self.item.kind, self.item.options)
        if self.item.kind is QuestionKind.YES_NO:
            return [("yes", words[0]), ("no", words[1])]
        return [(str(place), word) for place, word in enumerate(words)]


def asked(items: tuple[EvaluationItem, ...], typed: Mapping[str, str], errors: Mapping[str, str]) -> list[Asked]:
    """Give the questions of a form with what was typed and what is wrong."""
    return [Asked(item, typed.get(item.key, ""), [errors[item.key]] if item.key in errors else []) for item in items]
