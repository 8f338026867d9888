"""Forms of sessions; every field is text, so that a refusal gives back exactly what was typed."""

import json
from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from webinar_app.core.errors import DomainError
from webinar_app.core.holidays import COUNTRY_WORDS
from webinar_app.core.recurrence import MOST_DATES, MOST_STEPS
from webinar_app.core.text import one_line
from webinar_app.courses.forms import (
    PRECISIONS,
    ScheduleFields,
    fields_of,
    number_of,
    options,
    schedule_of,
    up_to,
    whole,
    zone_choices,
)
from webinar_app.courses.rules import TITLE_LIMIT
from webinar_app.web.forms import Form, Words, named_with
from webinar_app.webinars.rules import LONGEST_LOBBY_MINUTES, LONGEST_MINUTES, LONGEST_SEGMENT_TITLE

STAFF_ROLES = [
    ("presenter", "Presenter"), ("host", "Host"), ("moderator", "Moderator"), ("captioner", "Captioner"),
    ("observer", "Observer"),
]  # fmt: skip
ROLE_HINTS = {
    "presenter": "Begins and ends the session, has the stage, runs polls, answers questions.",
    "host": "May do the same, and is told apart from who teaches.",
    "moderator": "Has the desk for polls, questions and chat; neither the stage nor the end.",
    "captioner": "Types captions or connects a captioning service, and sees the room.",
    "observer": "Sees what attendees see, as an auditor does, and changes nothing.",
}


class SittingForm(ScheduleFields, Form):
    """When, where and for how many a session is held."""

    confirm = HiddenField()
    seen = HiddenField()  # when the session had been changed last
    base = HiddenField()  # what stood in the fields, as JSON
    item_id = SelectField("What is held", choices=[], validate_choice=False)
    lobby_minutes = StringField("The lobby opens, minutes before", [whole(0, LONGEST_LOBBY_MINUTES)], default="15")
    registration_closes = StringField(
        "Register until", [up_to(60)], description="A date; it counts until 11:59 p.m. in the session’s zone."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_zone.choices = zone_choices()
        self.precision.choices = options(choice for choice in PRECISIONS if choice[0] != "none")

    def details(self) -> dict[str, Any]:
        """Give what the services take."""
        item = self.item_id.data or ""
        return schedule_of(self) | {
            "item_id": int(item) if item.isascii() and item.isdigit() else None,
            "lobby_minutes": number_of(self.lobby_minutes.data),
            "registration_closes": one_line(self.registration_closes.data or ""),
        }

    def problems(self) -> list[tuple[str, str, str]]:
        """Give `(id, label, sentence)` of everything that is wrong."""
        return problems_of(self)

    def meet(self, stands: Mapping[str, str], who: str) -> bool:
        """Take over what somebody else changed meanwhile and say so; what both changed stays as typed, with a sentence.

        `stands`: the fields as they are saved now. Gives False when nothing of this form was changed.
        """
        base, taken, clashes = _read_base(self.base.data), [], 0
        for name, stands_now in stands.items():
            field, typed = self[name], self[name].data or ""
            if stands_now in (typed, base.get(name)) or name == "fold":
                continue
            if typed == base.get(name):
                field.data = stands_now
                taken.append(field.label.text)
                if name == "typed":
                    self.fold.data = stands["fold"]
            else:
                clashes += 1
                words = _shown(field, stands_now)
                field.errors = [*field.errors, f"{who} set this to “{words}” meanwhile. Save again to put yours there."]
        self.base.data = json.dumps(dict(stands))
        what = f" What they set is taken over here: {', '.join(taken)}." if taken else ""
        said = f"{who} changed this session while you had it open.{what} Look at it, then save again."
        self.general_errors.append(said)
        return bool(taken or clashes)


def _read_base(text: str | None) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {name: str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _shown(field: Any, value: str) -> str:
    """Give what stands for a value on the page: the words of a choice."""
    words = {str(choice.value): str(choice.label) for choice in getattr(field, "choices", None) or []}
    return words.get(value, value) or "nothing"


def problems_of(form: Any) -> list[tuple[str, str, str]]:
    """Give `(id, label, sentence)` of everything that is wrong in a form and its rows."""
    return [
        (field.id, field.label.text, sentence)
        for field in fields_of(form)
        for sentence in field.errors
        if isinstance(sentence, str)
    ]


class SegmentRow(FlaskForm):
    """One part of an agenda."""

    class Meta(Words):
        csrf = False  # the form around it carries the token

    start_minute = StringField("From minute", [whole(0, LONGEST_MINUTES)])
    title = StringField(
        "What happens",
        [
            up_to(LONGEST_SEGMENT_TITLE),
            named_with("start_minute", "minutes", words="Say what happens in this part, or remove it."),
        ],
    )
    minutes = StringField("Minutes", [whole(1, LONGEST_MINUTES)])
    gives_credit = BooleanField("Gives credit", default=True)


class AgendaForm(Form):
    """The agenda of a session."""

    segments = FieldList(FormField(SegmentRow), min_entries=1, max_entries=60)

    def parts(self) -> list[dict[str, Any]]:
        """Give the parts that say something; a part without a start begins where the one before it ends."""
        found: list[dict[str, Any]] = []
        for row in self.segments.data:
            if not one_line(row["title"] or "") and not (row["minutes"] or "").strip():
                continue
            start = number_of(row["start_minute"])
            before = found[-1]["start_minute"] + found[-1]["minutes"] if found else 0
            found.append(
                {
                    "title": one_line(row["title"] or ""), "start_minute": before if start is None else start,
                    "minutes": number_of(row["minutes"]) or 0, "gives_credit": bool(row["gives_credit"]),
                }
            )  # fmt: skip
        return found

    def place_errors(self, error: DomainError) -> None:
        """Put the sentences of a refused agenda beside their rows, or on top; empty rows were not counted."""
        if not error.fields:
            self.absorb(error)
        said = [
            entry for entry in self.segments.entries
            if one_line(entry.form.title.data or "") or (entry.form.minutes.data or "").strip()
        ]  # fmt: skip
        for name, sentence in error.fields.items():
            _, at, column = name.split("-", 2)
            field = said[int(at)].form[column]
            field.errors = [*field.errors, sentence]


class StaffForm(Form):
    """Somebody with a role in the session."""

    email = StringField(
        "E-mail", [InputRequired("Write the address they sign in with."), Email("Correct this address."), up_to(254)]
    )
    role = RadioField("Role", choices=options(STAFF_ROLES), default="presenter")


class FreeDays:
    """Days on which nothing is held."""

    holidays = SelectField(
        "Not on the public holidays of",
        choices=options([("", "No country"), *((one.value, words) for one, words in COUNTRY_WORDS.items())]),
        default="",
        description="As the law fixes them. Write further days below.",
    )
    skip = TextAreaField(
        "And not on",
        [up_to(2000)],
        description="One date a line, with a reason if you like: 25 December 2026: Christmas Day",
    )


ON_HOLIDAY = [
    ("keep", "Hold it all the same, and say so"),
    ("later", "Hold it a week later, and those after it too"),
    ("out", "Leave that session out"),
]


class _CopyForm(FreeDays, Form):
    """When the first copy is, and what keeps a day free."""

    confirm = HiddenField()
    typed = StringField(
        "New date and time of the first",
        [up_to(120)],
        description="As you would write it, such as May 4, 2027 noon ET.",
    )
    fold = RadioField("Which of the two", choices=options([("0", "First"), ("1", "Second")]), validate_choice=False)
    on_holiday = RadioField("A session on such a day", choices=options(ON_HOLIDAY), default="keep")

    def when(self) -> dict[str, Any]:
        """Give what the services take."""
        return {
            "typed": one_line(self.typed.data or ""), "skip": self.skip.data or "",
            "holidays": self.holidays.data or "", "on_holiday": self.on_holiday.data or "keep",
            "fold": int(self.fold.data) if self.fold.data in ("0", "1") else None,
        }  # fmt: skip


class CloneForm(_CopyForm):
    """Which sessions are copied, and when the first of the copies is."""

    codes = SelectMultipleField(
        "Sessions", choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class CourseCopyForm(_CopyForm):
    """What the copy of a course is called, which sessions it does without, and when its first session is."""

    title = StringField("Title of the copy", [up_to(TITLE_LIMIT)])
    left_out = SelectMultipleField(
        "Leave these out", choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def when(self) -> dict[str, Any]:
        """Give what the services take."""
        return super().when() | {"left_out": self.left_out.data or []}


RHYTHMS = [
    ("weeks", "on the same weekday"),
    ("months", "on the same weekday of the month, such as the second Tuesday"),
    ("last", "on the last such weekday of the month"),
]


class SeriesForm(FreeDays, SittingForm):
    """A session that comes back in a rhythm."""

    like = SelectField("Copy from", choices=[], validate_choice=False)
    rhythm = RadioField(
        "It comes back",
        choices=options(RHYTHMS),
        default="weeks",
    )  # fmt: skip
    every = StringField(
        "Every", [whole(1, MOST_STEPS)], default="1", description="1: each week or month; 2: every other."
    )
    count = StringField("How many times", [whole(1, MOST_DATES)], description="Dates left out do not count.")
    until = StringField("Or until", [up_to(60)], description="The last date that may be one.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.precision.data = "exact"  # a rhythm has a clock time

    def details(self) -> dict[str, Any]:
        """Give what the services take."""
        return super().details() | {
            "rhythm": self.rhythm.data, "every": number_of(self.every.data) or 1,
            "count": number_of(self.count.data), "until": one_line(self.until.data or ""),
            "skip": self.skip.data or "", "holidays": self.holidays.data or "", "like": self.like.data or "",
        }  # fmt: skip
