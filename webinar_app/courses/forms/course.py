"""The form of a course: every field is text, so that a refusal gives back exactly what was typed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from webinar_app.core.errors import DomainError
from webinar_app.core.text import multi_line, one_line
from webinar_app.courses.forms.fields import (
    amount_of,
    lines_of,
    money,
    number_of,
    options,
    paragraphs_of,
    ref_of,
    up_to,
    whole,
)
from webinar_app.courses.forms.schedule import OF_SESSION, ScheduleFields, schedule_of, zone_choices
from webinar_app.courses.rules import TITLE_LIMIT, CompletionRule, CourseKind, ItemKind, Level
from webinar_app.web.forms import Form, Words, named_with, says_something

KINDS = [
    (CourseKind.LIVE_WEBINAR.value, "Live webinar"),
    (CourseKind.SELF_PACED.value, "Self-paced course"),
    (CourseKind.IN_PERSON.value, "In-person day"),
    (CourseKind.PRESENTATION.value, "Presentation or recording"),
    (CourseKind.HANDOUT.value, "Handout or toolbox"),
]
ITEM_KINDS = [
    (ItemKind.WEBINAR.value, "Webinar"),
    (ItemKind.IN_PERSON_DAY.value, "In-person day"),
    (ItemKind.VIDEO.value, "Video"),
    (ItemKind.AUDIO.value, "Audio"),
    (ItemKind.READING.value, "Reading"),
    (ItemKind.HANDOUT.value, "Handout"),
    (ItemKind.POST_TEST.value, "Post-test"),
    (ItemKind.EVALUATION.value, "Evaluation"),
    (ItemKind.COMPOSITE.value, "Several in one"),
]
LEVELS = [("", "Not said"), *((level.value, level.value.capitalize()) for level in Level)]
RULES = [
    (CompletionRule.ALL_UNITS.value, "All units must be completed"),
    (CompletionRule.ANY_UNIT.value, "At least one unit must be completed"),
]
ROLES = [("lead", "Lead"), ("co-presenter", "Co-presenter"), ("moderator", "Moderator"), ("instructor", "Instructor")]
LANGUAGES = [("en-US", "English (US)"), ("en-GB", "English (UK)")]
MOST_ROWS = 60


class _Row(FlaskForm):
    class Meta(Words):
        csrf = False  # the form around it carries the token


class ObjectiveRow(_Row):
    """One learning objective."""

    ref = HiddenField()
    text = TextAreaField("Objective", [up_to(500)])


class ItemRow(_Row):
    """One thing to do in a unit."""

    ref = HiddenField()
    kind = SelectField("What it is", choices=options(ITEM_KINDS))
    title = StringField("Title of the item", [up_to(250)])
    minutes = StringField("Minutes of the item", [whole(1, 1440)])


class UnitRow(_Row):
    """One unit of the outline."""

    ref = HiddenField()
    title = StringField(
        "Title", [up_to(250), named_with("minutes", "items", words="Give this unit a title, or remove the unit.")]
    )
    minutes = StringField("Minutes", [whole(1, 10_000)])
    approximate = BooleanField("Approximate")
    items = FieldList(FormField(ItemRow), min_entries=1, max_entries=MOST_ROWS)


class PresenterRow(_Row):
    """One presenter."""

    ref = HiddenField()
    name = StringField(
        "Name",
        [
            up_to(120),
            named_with(
                "postnominals", "affiliation", "bio", "expertise", "email",
                words="Write the name of this presenter, or remove the row.",
            ),
        ],
    )  # fmt: skip
    postnominals = StringField("Post-nominals", [up_to(120)], description="Such as M.D. or Ph.D., C.Psych.")
    role = SelectField("Role", choices=options(ROLES))
    affiliation = StringField("Affiliation", [up_to(200)])
    expertise = StringField("Expertise", [up_to(500)])
    email = StringField("Account", [up_to(254)], description="The address they sign in with, to run the session.")
    bio = TextAreaField("Biography", [up_to(6000)], description="Leave an empty line between paragraphs.")


class CreditRow(_Row):
    """One offer of credit."""

    ref = HiddenField()
    type = StringField(
        "Type",
        [
            up_to(80),
            named_with("unit", "amount", "statement", words="Name the type of this credit, or remove the offer."),
        ],
        description="Such as Continuing education.",
    )
    unit = StringField("Unit", [up_to(40)])
    amount = StringField("Amount", [money], description="Such as 1.25.")
    statement = TextAreaField("Approval statement", [up_to(1000)], description="Printed unaltered.")


class CourseForm(Form):
    """A course on one page; its parts follow the side navigation."""

    seen = HiddenField()
    title = TextAreaField(
        "Title", [InputRequired("Give the course a title."), up_to(TITLE_LIMIT)], description="Up to 250 characters."
    )
    subtitle = StringField("Subtitle", [up_to(250)])
    slug = StringField("Address", [up_to(80)], description="The former address keeps working.")
    kind = SelectField("Kind", choices=options(KINDS), default=CourseKind.LIVE_WEBINAR.value)
    code = StringField("Code", [up_to(20)])
    category = StringField("Category", [up_to(80)])
    series_name = StringField(
        "Series", [up_to(160), named_with("series_number", words="Name the series, or leave its number empty.")]
    )
    series_number = StringField("Number in it", [whole(1, 9999)])
    summary = TextAreaField("Summary", [up_to(500)], description="One or two sentences for the catalogue.")
    description = TextAreaField("Description", [up_to(12_000)], description="Leave an empty line between paragraphs.")
    level = SelectField("Level", choices=options(LEVELS), default="")
    audience = TextAreaField("Whom it is for", [up_to(2000)], description="One group to a line.")
    prior_knowledge = StringField("Prior knowledge", [up_to(500)])
    duration_text = StringField("Duration in words", [up_to(80)], description="Such as 75 minutes, or One day.")
    regions = StringField("Regions", [up_to(300)], description="Where it is delivered, with commas between.")
    language = SelectField("Language", choices=options(LANGUAGES), default="en-US")
    lead_in = StringField("Lead-in", [up_to(200)], default="By the end of this session, participants will be able to")
    objectives = FieldList(FormField(ObjectiveRow), label="Objectives", min_entries=1, max_entries=MOST_ROWS)
    presenters = FieldList(FormField(PresenterRow), label="Presenters", min_entries=1, max_entries=MOST_ROWS)
    units = FieldList(FormField(UnitRow), label="Outline", min_entries=1, max_entries=MOST_ROWS)
    completion_rule = RadioField("Completion rule", choices=options(RULES), default=CompletionRule.ALL_UNITS.value)
    gives_certificate = BooleanField("Leads to a certificate", default=True)
    certificate_years = StringField(
        "Valid for years", [whole(0, 50)], default="1", description="Empty: the certificate does not expire."
    )
    price = StringField("Fee", [money], description="0: there is none. Empty: on request.")
    currency = SelectField("Currency", choices=["USD", "CAD", "GBP", "EUR", "AUD"], default="USD")
    refund_policy = TextAreaField("Refunds and cancellation", [up_to(1000)])
    credits = FieldList(FormField(CreditRow), label="Credit", min_entries=0, max_entries=MOST_ROWS)
    approval_statement = TextAreaField("Approval statement", [up_to(1000)], description="Printed unaltered.")
    disclosure = TextAreaField("Disclosure", [up_to(1000)])
    accommodations = TextAreaField("Accommodations", [up_to(1000)])

    def details(self) -> dict[str, Any]:
        """Give what the services take; empty rows are left out."""
        plain = {name: one_line(self[name].data or "") for name in _LINES if name in self}
        long = {name: multi_line(self[name].data or "") for name in _TEXTS}
        return {
            **plain,
            **long,
            "description": paragraphs_of(self.description.data),
            "audience": lines_of(self.audience.data),
            "regions": [one for one in (one_line(part) for part in (self.regions.data or "").split(",")) if one],
            "series_number": number_of(self.series_number.data),
            "gives_certificate": bool(self.gives_certificate.data),
            "certificate_years": number_of(self.certificate_years.data) or None,
            "price": amount_of(self.price.data),
            **{name: rows(self[name].data) for name, rows in _PARTS.items()},
        }

    def absorb(self, error: DomainError) -> None:
        """Place a refusal beside the fields that it names, fields of rows included, or on top."""
        rest = {}
        for name, sentence in error.fields.items():
            field = self._inner(name)
            if field is None:
                rest[name] = sentence
            else:
                field.errors = [*field.errors, sentence]
        if rest or not error.fields:
            super().absorb(type(error)(error.code, error.message, rest) if error.fields else error)

    def _inner(self, name: str) -> Any:
        """Find the field of a row, such as `presenters-1-email`."""
        found = [field for field in fields_of(self) if field.name == name and name not in self]
        return found[0] if found else None

    def problems(self) -> list[tuple[str, str, str]]:
        """Give `(id, label, sentence)` of everything that is wrong, in the order of the page."""
        return [
            (field.id, field.label.text, sentence)
            for field in fields_of(self)
            for sentence in field.errors
            if isinstance(sentence, str)
        ]


def fields_of(form: Any) -> Iterator[Any]:
    """Give every field of a form, those of its rows included."""
    for field in form:
        yield field
        if isinstance(field, FieldList):
            for entry in field.entries:
                yield from fields_of(entry.form)


_LINES = (
    "title", "subtitle", "slug", "kind", "code", "category", "series_name", "level", "prior_knowledge", "duration_text",
    "language", "lead_in", "completion_rule", "currency",
)  # fmt: skip
_TEXTS = ("summary", "refund_policy", "approval_statement", "disclosure", "accommodations")


def _objectives(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    said = [(ref_of(row["ref"]), one_line(row["text"] or "")) for row in rows]
    return [{"ref": ref, "text": text} for ref, text in said if text]


def _presenters(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = ("name", "postnominals", "role", "affiliation", "expertise", "email")
    return [
        {name: one_line(row[name] or "") for name in names}
        | {"bio": paragraphs_of(row["bio"]), "ref": ref_of(row["ref"])}
        for row in rows
        if one_line(row["name"] or "")
    ]


def _credits(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "ref": ref_of(row["ref"]), "type": one_line(row["type"]), "unit": one_line(row["unit"] or ""),
            "amount": amount_of(row["amount"]) or Decimal(0), "statement": multi_line(row["statement"] or ""),
        }
        for row in rows
        if one_line(row["type"] or "")
    ]  # fmt: skip


def _units(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "ref": ref_of(row["ref"]), "title": one_line(row["title"]), "minutes": number_of(row["minutes"]),
            "approximate": bool(row["approximate"]), "items": _items(row["items"]),
        }
        for row in rows
        if one_line(row["title"] or "")
    ]  # fmt: skip


def _items(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "ref": ref_of(row["ref"]), "kind": row["kind"], "title": one_line(row["title"] or ""),
            "minutes": number_of(row["minutes"]),
        }
        for row in rows
    ]  # fmt: skip


_PARTS: dict[str, Callable[[Iterable[Mapping[str, Any]]], list[dict[str, Any]]]] = {
    "objectives": _objectives,
    "presenters": _presenters,
    "units": _units,
    "credits": _credits,
}


class NewCourseForm(ScheduleFields, CourseForm):
    """A course from an empty page, with its first session."""

    slug = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_zone.choices = zone_choices()

    def schedule(self) -> dict[str, Any] | None:
        """Give what the form says of the first session, or None where there is none yet."""
        return schedule_of(self) if self._has_session() else None

    def _has_session(self) -> bool:
        is_dateless = self.precision.data == "exact" and not (self.typed.data or "").strip()
        return self.precision.data != "none" and not is_dateless

    def validate_precision(self, field: RadioField) -> None:
        """Refuse seats, minutes or a place without a session: they would be dropped."""
        if not self._has_session() and any(says_something(self[name]) for name in OF_SESSION):
            raise ValidationError("Give the session a date, or leave minutes, seats and place empty.")
