"""The form builder, and the fields that it puts into the form of registration."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
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
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from webinar_app.core.codes import new_code
from webinar_app.core.countries import countries
from webinar_app.core.errors import DomainError, InvalidInput
from webinar_app.core.text import one_line
from webinar_app.core.uploads import NAME_LIMIT
from webinar_app.courses.forms import options, up_to
from webinar_app.courses.forms.fields import lines_of
from webinar_app.registrations.forms import SheetForm
from webinar_app.registrations.rules.questions import (
    KIND_WORDS,
    MOST_FILE_BYTES,
    MOST_QUESTIONS,
    FieldKind,
    Question,
    Value,
    answer_words,
    check_answers,
    condition_words,
)
from webinar_app.web.forms import Form, Words
from webinar_app.web.uploads import Received

F = TypeVar("F", bound=SheetForm)
_CODE = re.compile(r"[0-9A-Z]{8}")
_AFTER_QUESTIONS = ("time_zone", "needs", "policy", "policy_version")


class MultiCheckboxField(SelectMultipleField):
    """Boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class QuestionRow(FlaskForm):
    """One question of the builder."""

    class Meta(Words):
        csrf = False  # the form around it carries the token

    code = HiddenField()
    prompt = StringField("Question", [up_to(200)])
    kind = SelectField("Kind", choices=options((kind.value, words) for kind, words in KIND_WORDS.items()))
    help = StringField("Help under it", [up_to(300)])
    options = TextAreaField("Options, one a line", [up_to(4000)], render_kw={"rows": 3})
    is_required = BooleanField("An answer is needed")
    is_kept = BooleanField("Fill it in next time, for who is signed in")
    shown_on = SelectField("Ask it only after", validate_choice=False, choices=[])
    shown_value = StringField("Where its answer was, or empty for any", [up_to(120)])


class QuestionsForm(Form):
    """What a course asks whoever registers; `seen` says what it asked when the page was opened."""

    seen = HiddenField()
    questions = FieldList(FormField(QuestionRow), min_entries=0, max_entries=MOST_QUESTIONS)

    def prepare(self) -> None:
        """Give every row its code, and the questions above it to choose from."""
        above = [SelectChoice("", "Always ask it")]
        for number, entry in enumerate(self.questions.entries, start=1):
            row = entry.form
            if not _CODE.fullmatch(row.code.data or ""):
                row.code.data = new_code()
            row.shown_on.choices = list(above)
            if row.shown_on.data and row.shown_on.data not in {choice.value for choice in above}:
                row.shown_on.choices.append(SelectChoice(row.shown_on.data, "A question that is not above this one"))
            above.append(SelectChoice(row.code.data, f"{number}. {one_line(row.prompt.data or '')[:80] or 'Untitled'}"))

    def drafts(self) -> list[Question]:
        """Give the questions as plain values."""
        return [_draft(entry.form) for entry in self.questions.entries]

    def place_errors(self, error: DomainError) -> None:
        """Put the sentences of a refused form beside their rows, or on top."""
        if not error.fields:
            self.absorb(error)
        for name, sentence in error.fields.items():
            _, at, column = name.split("-", 2)
            field = self.questions.entries[int(at)].form[column]
            field.errors = [*field.errors, sentence]


def _draft(row: Any) -> Question:
    kind = FieldKind(row.kind.data)
    value = one_line(row.shown_value.data or "")
    return Question(
        code=row.code.data, kind=kind, prompt=one_line(row.prompt.data or ""), help=one_line(row.help.data or ""),
        options=tuple(lines_of(row.options.data)), is_required=bool(row.is_required.data),
        is_kept=bool(row.is_kept.data), shown_on=row.shown_on.data or "", shown_value=value,
    )  # fmt: skip


def rows_of(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Give questions as the rows of the builder."""
    names = ("code", "prompt", "help", "is_required", "is_kept", "shown_on")
    kinds = {one.code: one.kind for one in questions}
    return [
        {name: getattr(one, name) for name in names}
        | {
            "kind": one.kind.value, "options": "\n".join(one.options),
            "shown_value": answer_words(kinds.get(one.shown_on, FieldKind.TEXT), one.shown_value),
        }
        for one in questions
    ]  # fmt: skip


def _order_as_on_page(fields: Any) -> None:
    """Put what stands below the questions behind them, for the list of errors."""
    for name in filter(fields.__contains__, _AFTER_QUESTIONS):
        fields.move_to_end(name)


def asking(base: type[F], questions: Sequence[Question], *, needs_all: bool = True) -> type[F]:
    """Give a form of registration that asks these questions too, after its own; `needs_all` False: each is optional."""
    before = {one.code: one for one in questions}
    fields: dict[str, Any] = {
        one.name: _field(one, condition_words(one, before), is_needed=one.is_required and needs_all)
        for one in questions
    }  # fmt: skip

    class Asking(base):  # type: ignore[misc, valid-type]  # the base is what the caller has
        """A form of registration with a course's own questions."""

        asked = tuple(questions)

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            _order_as_on_page(self._fields)
            self.files: dict[str, Received] = {}  # what lies in storage, by the code of the question
            self.kept: dict[str, dict[str, str]] = {}  # the same, as the page carries it

        @property
        def typed(self) -> dict[str, tuple[str, ...]]:
            """Give what was typed, by the code of the question; of a file its name."""
            return {one.code: self._name(one) or _typed(self[one.name].data) for one in questions}

        def _name(self, question: Question) -> tuple[str, ...]:
            if question.kind is not FieldKind.FILE:
                return ()
            sent, held = self[question.name].data, self.files.get(question.code)
            name = getattr(sent, "filename", "") or (held.name if held else "")
            return (one_line(name)[:NAME_LIMIT],) if name else ()

        def validate(self, extra_validators: Any = None) -> bool:
            """Check the answers with the rest, so that everything wrong is said at once."""
            is_valid = bool(super().validate(extra_validators))
            try:
                check_answers(questions, self.typed, needs_all=needs_all)
            except InvalidInput as error:
                self.absorb(error)
                return False
            return is_valid

    for name, field in fields.items():
        setattr(Asking, name, field)
    return Asking


def _typed(data: Any) -> tuple[str, ...]:
    if data is True:
        return ("yes",)
    if isinstance(data, list):
        return tuple(map(str, data))
    return (data,) if isinstance(data, str) and data.strip() else ()


class _Needed:
    """Marks a field as needed for readers; the rules decide, because only they know what is asked."""

    field_flags: ClassVar[dict[str, Any]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Take everything."""


_PLAIN: dict[FieldKind, tuple[Any, dict[str, Any]]] = {
    FieldKind.TEXT: (StringField, {}),
    FieldKind.LONG_TEXT: (TextAreaField, {"rows": 3}),
    FieldKind.NUMBER: (StringField, {"inputmode": "decimal"}),
    FieldKind.DATE: (StringField, {"type": "date"}),
    FieldKind.CONSENT: (BooleanField, {}),
    FieldKind.FILE: (FileField, {"accept": ".pdf,.png,.jpg,.jpeg", "data-most-bytes": MOST_FILE_BYTES}),
}
FILE_WORDS = f"A PDF, PNG or JPEG of at most {MOST_FILE_BYTES // 1_000_000} MB. Only coordinators open it."


def _field(question: Question, condition: str, *, is_needed: bool) -> Any:
    limit = FILE_WORDS if question.kind is FieldKind.FILE else ""
    said = " ".join(filter(None, (question.help, limit, condition)))
    checks = [_Needed()] if is_needed else []
    if question.kind in _PLAIN:
        make, attrs = _PLAIN[question.kind]
        return make(question.prompt, checks, description=said, render_kw=attrs)
    choosers: dict[FieldKind, tuple[Any, list[tuple[str, str]]]] = {
        FieldKind.YES_NO: (RadioField, [("yes", "Yes"), ("no", "No")]),
        FieldKind.COUNTRY: (SelectField, [("", "Choose a country"), *countries().items()]),
        FieldKind.CHOICE: (RadioField, [(one, one) for one in question.options]),
        FieldKind.CHOICES: (MultiCheckboxField, [(one, one) for one in question.options]),
    }
    make, pairs = choosers[question.kind]
    return make(question.prompt, checks, description=said, choices=options(pairs), validate_choice=False)


def kept_data(questions: Sequence[Question], kept: Mapping[str, Value]) -> dict[str, Any]:
    """Give what a person answered before as the data of the form."""
    shown: dict[str, Any] = {}
    for one in questions:
        value = kept.get(one.code)
        if value is not None:
            shown[one.name] = value == "yes" if one.kind is FieldKind.CONSENT else value
    return shown
