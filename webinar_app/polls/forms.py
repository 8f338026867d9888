"""The form of a poll; every field is text, so that a refusal gives back exactly what was typed."""

from typing import Any

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional, Regexp, ValidationError

from webinar_app.polls.rules import QUESTION_LIMIT, PollKind, Privacy, ResultVisibility
from webinar_app.polls.services.editing import PollDraft
from webinar_app.web.forms import Form, unused_with

KINDS = [
    SelectChoice(PollKind.SINGLE.value, "One choice"),
    SelectChoice(PollKind.MULTIPLE.value, "Several choices"),
    SelectChoice(PollKind.YES_NO.value, "Yes or no"),
    SelectChoice(PollKind.RATING.value, "Rating from 1 to 5"),
]
VISIBILITIES = [
    SelectChoice(ResultVisibility.AFTER_CLOSE.value, "When the poll closes"),
    SelectChoice(ResultVisibility.AFTER_VOTE.value, "After their own vote"),
    SelectChoice(ResultVisibility.ALWAYS.value, "At once"),
    SelectChoice(ResultVisibility.HOSTS_ONLY.value, "Only when staff show it"),
]
PRIVACIES = [
    SelectChoice(Privacy.STAFF.value, "Staff see who chose what"),
    SelectChoice(Privacy.SECRET.value, "Nobody sees who chose what"),
]
NUMBER = Regexp(r"^\s*[0-9]{1,3}\s*$", message="Write a whole number.")

OWN_OPTIONS = unused_with(
    "kind", (PollKind.YES_NO.value, PollKind.RATING.value),
    words="This kind brings its own options. Choose another kind above, or leave this empty.",
)  # fmt: skip


def _of_several(form: Any, field: Any) -> None:
    """Refuse a number of choices where people make one; what stood there may be left standing."""
    is_one = (field.data or "").strip() in ("", "1")
    if form.kind.data != PollKind.MULTIPLE.value and not is_one and field.data != field.object_data:
        raise ValidationError("Only “Several choices” takes more than 1. Choose it above, or leave this empty.")


class PollForm(Form):
    """One poll."""

    question = StringField("Question", [Length(max=QUESTION_LIMIT)])
    kind = RadioField("Kind", choices=KINDS, default=PollKind.SINGLE.value)
    options = TextAreaField(
        "Options",
        [Length(max=4000), OWN_OPTIONS],
        description="One on each line, 2 to 12. Yes or no and ratings bring their own.",
    )
    min_choices = StringField("At least", [Optional(), NUMBER, _of_several], default="1")
    max_choices = StringField("At most", [Optional(), NUMBER, _of_several])
    visibility = SelectField("People see the result", choices=VISIBILITIES)
    privacy = RadioField(
        "Who sees the votes", choices=PRIVACIES, default=Privacy.STAFF.value,
        description="It is told on the ballot, and fixed once the poll has been opened.",
    )  # fmt: skip
    planned_minute = StringField(
        "Planned for minute", [Optional(), NUMBER], description="Counted from the start; the desk reminds you."
    )

    def draft(self) -> PollDraft:
        """Give what the services take."""
        return PollDraft(
            kind=PollKind(self.kind.data),
            question=self.question.data or "",
            options=tuple((self.options.data or "").splitlines()),
            min_choices=_number(self.min_choices.data) or 1,
            max_choices=_number(self.max_choices.data),
            visibility=ResultVisibility(self.visibility.data),
            privacy=Privacy(self.privacy.data),
            planned_minute=_number(self.planned_minute.data),
        )


def form_data(poll: dict[str, Any]) -> dict[str, Any]:
    """Give a poll as its form shows it."""
    has_own = poll["kind"] in (PollKind.SINGLE.value, PollKind.MULTIPLE.value)
    is_multiple = poll["kind"] == PollKind.MULTIPLE.value
    return {
        **{name: poll[name] for name in ("question", "kind", "visibility", "privacy")},
        "options": "\n".join(poll["options"]) if has_own else "",
        "min_choices": str(poll["min_choices"]),
        "max_choices": str(poll["max_choices"]) if is_multiple else "",
        "planned_minute": "" if poll["planned_minute"] is None else str(poll["planned_minute"]),
    }


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.strip() else None
