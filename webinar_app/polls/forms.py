"""The form of a poll; every field is text, so that a refusal gives back exactly what was typed."""

from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional, Regexp, ValidationError

from webinar_app.polls.rules import OWN_OPTIONS, QUESTION_LIMIT, PollKind, Privacy, ResultVisibility, Setup
from webinar_app.polls.services.editing import PollDraft
from webinar_app.web.forms import Form, unused_with

KINDS = [
    SelectChoice(kind.value, words)
    for kind, words in {
        PollKind.SINGLE: "One choice",
        PollKind.MULTIPLE: "Several choices",
        PollKind.YES_NO: "Yes or no",
        PollKind.YES_NO_ABSTAIN: "Yes, no or abstain",
        PollKind.TRUE_FALSE: "True or false",
        PollKind.RATING: "Rating from 1 to 5",
        PollKind.RATING_7: "Rating from 1 to 7",
        PollKind.RATING_10: "Rating from 0 to 10",
        PollKind.GRID: "Agreement, row by row",
        PollKind.RANKING: "Putting in order",
        PollKind.TEXT: "A short text",
        PollKind.WORDS: "Words for a cloud",
        PollKind.NUMBER: "A number",
        PollKind.QUIZ: "Quiz with right answers",
    }.items()
]
KIND_WORDS = {choice.value: choice.label for choice in KINDS}
VISIBILITIES = [
    SelectChoice(ResultVisibility.AFTER_CLOSE.value, "When the poll closes"),
    SelectChoice(ResultVisibility.AFTER_VOTE.value, "After their own vote"),
    SelectChoice(ResultVisibility.ALWAYS.value, "At once"),
    SelectChoice(ResultVisibility.HOSTS_ONLY.value, "Only when staff show it"),
    SelectChoice(ResultVisibility.NEVER.value, "Never"),
]
PRIVACIES = [
    SelectChoice(Privacy.STAFF.value, "Staff see who chose what"),
    SelectChoice(Privacy.SECRET.value, "Nobody sees who chose what"),
    SelectChoice(Privacy.NAMED.value, "Everybody sees who chose what"),
]
RIGHT = "*"
SECONDS = Regexp(r"^\s*[0-9]{1,4}\s*$", message="Write a whole number of seconds.")
NUMBER = Regexp(r"^\s*[0-9]{1,3}\s*$", message="Write a whole number.")


TAKES_MANY = (PollKind.MULTIPLE.value, PollKind.WORDS.value)


def _others(*kinds: PollKind) -> list[str]:
    return [kind.value for kind in PollKind if kind not in kinds]


BRINGS_OPTIONS = unused_with(
    "kind",
    _others(*OWN_OPTIONS),
    words="This kind brings its own options. Choose another kind above, or leave this empty.",
)
NO_GRID = unused_with("kind", _others(PollKind.GRID), words="Only “Agreement, row by row” uses this. Leave it empty.")
NO_NUMBER = unused_with("kind", _others(PollKind.NUMBER), words="Only “A number” uses this. Leave it empty.")


def _of_several(form: Any, field: Any) -> None:
    """Refuse a number of choices where people make one; what stood there may be left standing."""
    is_one = (field.data or "").strip() in ("", "1")
    if form.kind.data not in TAKES_MANY and not is_one and field.data != field.object_data:
        raise ValidationError("Only “Several choices” takes more than 1. Choose it above, or leave this empty.")


class PollForm(Form):
    """One poll."""

    question = StringField("Question", [Length(max=QUESTION_LIMIT)])
    kind = SelectField("People answer by", choices=KINDS, default=PollKind.SINGLE.value)
    options = TextAreaField(
        "Options",
        [Length(max=4000), BRINGS_OPTIONS],
        description="One on each line, 2 to 12. A quiz has a * before each right one; a grid has its rows here.",
    )
    columns = TextAreaField(
        "Answers of each row",
        [Length(max=2000), NO_GRID],
        description="One on each line, 2 to 7. Left empty, they go from strongly disagree to strongly agree.",
    )
    min_choices = StringField("At least", [Optional(), NUMBER, _of_several], default="1")
    max_choices = StringField("At most", [Optional(), NUMBER, _of_several])
    low = StringField("Smallest", [Length(max=40), NO_NUMBER])
    high = StringField("Largest", [Length(max=40), NO_NUMBER])
    open_seconds = StringField(
        "Closes by itself after",
        [Optional(), SECONDS],
        description="In seconds, 5 to 3600; more can be given at the desk.",
    )
    visibility = SelectField("People see the result", choices=VISIBILITIES)
    privacy = RadioField(
        "Who sees the votes", choices=PRIVACIES, default=Privacy.STAFF.value,
        description="It is told on the ballot, and fixed once the poll has been opened.",
    )  # fmt: skip
    planned_minute = StringField(
        "Planned for minute", [Optional(), NUMBER], description="Counted from the start; the desk reminds you."
    )
    planned_slide = StringField(
        "Planned for slide", [Optional(), NUMBER], description="The desk offers it first while that slide is on."
    )

    def draft(self) -> PollDraft:
        """Give what the services take."""
        kind = PollKind(self.kind.data)
        lines = [line.strip() for line in (self.options.data or "").splitlines() if line.strip()]
        is_quiz = kind is PollKind.QUIZ
        right = tuple(at for at, line in enumerate(lines) if line.startswith(RIGHT)) if is_quiz else ()
        return PollDraft(
            kind=kind,
            question=self.question.data or "",
            options=tuple(line.removeprefix(RIGHT) if is_quiz else line for line in lines),
            min_choices=_number(self.min_choices.data) or 1,
            max_choices=_number(self.max_choices.data),
            visibility=ResultVisibility(self.visibility.data),
            privacy=Privacy(self.privacy.data),
            planned_minute=_number(self.planned_minute.data),
            planned_slide=_number(self.planned_slide.data),
            open_seconds=_number(self.open_seconds.data),
            setup=Setup(tuple((self.columns.data or "").splitlines()), right, self.low.data, self.high.data),
        )


class BankForm(Form):
    """Polls of other sittings to copy."""

    polls = SelectMultipleField("Polls", choices=[], validate_choice=False)


def form_data(poll: dict[str, Any]) -> dict[str, Any]:
    """Give a poll as its form shows it."""
    kind = PollKind(poll["kind"])
    takes_bounds = kind in (PollKind.MULTIPLE, PollKind.WORDS)
    lines = [RIGHT * (at in poll["right"]) + words for at, words in enumerate(poll["options"])]
    numbers = {name: poll[name] for name in ("planned_minute", "planned_slide", "open_seconds")}
    return {
        **{name: poll[name] for name in ("question", "kind", "visibility", "privacy")},
        "options": "\n".join(lines) if kind in OWN_OPTIONS else "",
        "columns": "\n".join(poll["columns"]),
        "min_choices": str(poll["min_choices"]),
        "max_choices": str(poll["max_choices"]) if takes_bounds else "",
        "low": poll["low"] or "",
        "high": poll["high"] or "",
        **{name: "" if value is None else str(value) for name, value in numbers.items()},
    }


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.strip() else None
