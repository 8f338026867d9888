"""Forms of attendance: corrections, claims and their answers."""

from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from webinar_app.attendance.rules.entries import NOTE_LONGEST, REASON_LONGEST
from webinar_app.web.forms import Form

_MINUTE = "Write a whole number of minutes from the start of the session."
_LONG = f"Use at most {REASON_LONGEST} characters."
ACCEPT, DECLINE = "accept", "decline"


def _minute(label: str, description: str, *checks: object) -> IntegerField:
    limits = NumberRange(min=0, max=720, message=_MINUTE)
    return IntegerField(label, [*checks, limits], description=description)


class TimeForm(Form):
    """A time that somebody was there, confirmed by staff; the first sending is a preview."""

    first_minute = _minute("From minute", "0 is the planned start.", InputRequired(_MINUTE))
    last_minute = _minute("To minute", "", InputRequired(_MINUTE))
    reason = StringField(
        "Reason", [InputRequired("Say why."), Length(max=REASON_LONGEST, message=_LONG)],
        description="The person reads it in their own record.",
    )  # fmt: skip
    evidence = StringField(
        "Evidence", [Length(max=REASON_LONGEST, message=_LONG)],
        description="Where it can be looked up: a paper sheet, a mail, who saw it.",
    )  # fmt: skip
    confirm = HiddenField()

    @property
    def span(self) -> tuple[int | None, int | None]:
        """Give the minutes."""
        return self.first_minute.data, self.last_minute.data


class ReverseForm(Form):
    """Why an entry is taken back."""

    reason = StringField("Reason", [InputRequired("Say why."), Length(max=REASON_LONGEST, message=_LONG)])


class ClaimForm(Form):
    """What somebody says is wrong in their record."""

    note = TextAreaField(
        "What is wrong?",
        [
            InputRequired("Say what is wrong, and when it was."),
            Length(max=NOTE_LONGEST, message=f"Use at most {NOTE_LONGEST} characters."),
        ],
        description="Say when you were there and how one can see it. The organiser reads it and answers on this page.",
    )
    file = FileField(
        "A file that shows it", description="One PDF, PNG or JPEG of at most 25 MB. Only the organiser sees it."
    )


class AnswerForm(Form):
    """The answer to a claim; accepting it enters a time."""

    decision = RadioField(
        "Decision",
        [InputRequired("Choose one of the options.")],
        choices=[SelectChoice(ACCEPT, "Accept: enter the time"), SelectChoice(DECLINE, "Decline")],
    )
    first_minute = _minute("From minute", "Only when you accept. 0 is the planned start.", Optional())
    last_minute = _minute("To minute", "Only when you accept.", Optional())
    answer = StringField(
        "Answer", [InputRequired("Say why."), Length(max=REASON_LONGEST, message=_LONG)],
        description="The person reads it. It stays in the record.",
    )  # fmt: skip
    confirm = HiddenField()

    @property
    def span(self) -> tuple[int | None, int | None] | None:
        """Give the minutes, or None where the claim is declined."""
        return (self.first_minute.data, self.last_minute.data) if self.decision.data == ACCEPT else None
