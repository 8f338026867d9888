"""What a course asks whoever registers: kinds of questions, when one is asked, and what an answer may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from hashlib import sha256

from webinar_app.core.answers import LONG_TEXT_LIMIT, TEXT_LIMIT, check_number, check_text
from webinar_app.core.countries import countries
from webinar_app.core.errors import InvalidInput
from webinar_app.core.text import multi_line, one_line

MOST_QUESTIONS = 30
MOST_OPTIONS = 40
MOST_FILES = 2
MOST_FILE_BYTES = 10_000_000  # two of them fit into what a request may bring
PROMPT_LIMIT = 200
OPTION_LIMIT = 120
Value = str | list[str]
"""A checked answer: a text, an option, a code, or several options."""


class FieldKind(StrEnum):
    """How a question of a registration form is answered."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    COUNTRY = "country"
    YES_NO = "yes_no"
    CONSENT = "consent"
    FILE = "file"


class AnswerFileState(StrEnum):
    """Whether the file of an answer has been looked into."""

    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"


KIND_WORDS = {
    FieldKind.TEXT: "Short text", FieldKind.LONG_TEXT: "Long text", FieldKind.NUMBER: "Number",
    FieldKind.CHOICE: "One of several", FieldKind.CHOICES: "Any of several", FieldKind.DATE: "Date",
    FieldKind.COUNTRY: "Country", FieldKind.YES_NO: "Yes or no", FieldKind.CONSENT: "Consent, a box to tick",
    FieldKind.FILE: "File, a PDF or a picture",
}  # fmt: skip
WITH_OPTIONS = frozenset({FieldKind.CHOICE, FieldKind.CHOICES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `shown_on` is the code of an earlier one: it is asked where that has the answer `shown_value`."""

    code: str
    kind: FieldKind
    prompt: str
    help: str = ""
    options: tuple[str, ...] = ()
    is_required: bool = False
    is_kept: bool = False
    shown_on: str = ""
    shown_value: str = ""

    @property
    def name(self) -> str:
        """Give the name of its field in a form."""
        return f"q_{self.code}"

    @property
    def memory(self) -> str:
        """Give the key under which a person's answer is found again in other courses."""
        return f"{self.kind.value}:{one_line(self.prompt).casefold()}"[:230]


def is_shown(question: Question, answers: Mapping[str, Value]) -> bool:
    """Say whether a question is asked, given the answers to those before it; without a value, any answer will do.

    `answers` holds those of questions that were asked themselves, so that conditions on conditions work.
    """
    if not question.shown_on:
        return True
    given = answers.get(question.shown_on)
    if not given:
        return False
    wanted = question.shown_value.casefold()
    told = [given] if isinstance(given, str) else given
    return not wanted or any(one.casefold() == wanted for one in told)


def check_answers(
    questions: Sequence[Question], typed: Mapping[str, Sequence[str]], *, needs_all: bool = True
) -> dict[str, Value]:
    """Give the answers by code in the form that is stored; what is not asked is left out, whatever was typed there.

    `typed`: what came by code, an empty list where nothing did; of a file its name. `needs_all` False: any question may
    be left open. Raises InvalidInput with a sentence for each field.
    """
    answers: dict[str, Value] = {}
    fields: dict[str, str] = {}
    for question in questions:
        if not is_shown(question, answers):
            continue
        given = [one for one in typed.get(question.code, ()) if one.strip()]
        if not given:
            if question.is_required and needs_all:
                fields[question.name] = _MISSING.get(question.kind, "Write an answer.")
            continue
        try:
            answers[question.code] = _checked(question, given)
        except InvalidInput as error:
            fields[question.name] = error.message
    if fields:
        raise InvalidInput("registration.answers", "Some answers need a look.", fields)
    return answers


_MISSING = {
    FieldKind.CHOICE: "Choose one of the options.", FieldKind.CHOICES: "Choose at least one of the options.",
    FieldKind.DATE: "Write the date.", FieldKind.COUNTRY: "Choose a country.", FieldKind.YES_NO: "Choose yes or no.",
    FieldKind.CONSENT: "Tick the box to go on.", FieldKind.NUMBER: "Write a number such as 12 or 12.5.",
    FieldKind.FILE: "Choose a file.",
}  # fmt: skip


def _checked(question: Question, given: Sequence[str]) -> Value:
    kind, first = question.kind, given[0]
    if kind in (FieldKind.TEXT, FieldKind.FILE):
        return check_text(first, TEXT_LIMIT)
    if kind is FieldKind.LONG_TEXT:
        return _long(first)
    if kind is FieldKind.NUMBER:
        return check_number(first)
    if kind is FieldKind.DATE:
        return _day(first)
    if kind is FieldKind.CHOICES:
        return [one for one in question.options if one in {_option(question.options, typed) for typed in given}]
    return _option(_values(question), first)


def _values(question: Question) -> Sequence[str]:
    fixed: dict[FieldKind, Sequence[str]] = {
        FieldKind.YES_NO: ("yes", "no"), FieldKind.CONSENT: ("yes",), FieldKind.COUNTRY: tuple(countries()),
    }  # fmt: skip
    return fixed.get(question.kind, question.options)


def _option(options: Sequence[str], typed: str) -> str:
    if typed not in options:
        raise InvalidInput("answer.no_such_option", "Choose one of the options.")
    return typed


def _long(typed: str) -> str:
    text = multi_line(typed)
    if not text or len(text) > LONG_TEXT_LIMIT:
        raise InvalidInput("answer.too_long", f"Write at most {LONG_TEXT_LIMIT} characters; this has {len(text)}.")
    return text


def _day(typed: str) -> str:
    try:
        return date.fromisoformat(typed.strip()).isoformat()
    except ValueError:
        raise InvalidInput("answer.no_date", "Write a date as year-month-day, such as 2027-03-31.") from None


def answer_words(kind: FieldKind, value: Value) -> str:
    """Say an answer as people read it: countries by name, several options with commas."""
    if isinstance(value, list):
        return ", ".join(value)
    if kind in (FieldKind.YES_NO, FieldKind.CONSENT):
        return {"yes": "Yes", "no": "No"}.get(value, value)
    return countries().get(value, value) if kind is FieldKind.COUNTRY else value


def condition_words(question: Question, before: Mapping[str, Question]) -> str:
    """Say when a question is asked: `Only if you answered “Yes” to “Do you need captions?”`; empty where always."""
    other = before.get(question.shown_on)
    if other is None:
        return ""
    if not question.shown_value:
        return f"Only if you answered “{other.prompt}”."
    return f"Only if you answered “{answer_words(other.kind, question.shown_value)}” to “{other.prompt}”."


def seen_of(questions: Sequence[Question]) -> str:
    """Give a word for a form as it stands, which changes with anything in it."""
    return sha256(repr(tuple(questions)).encode()).hexdigest()[:16]


def check_questions(questions: Sequence[Question]) -> list[Question]:
    """Give the questions as they are kept, each condition as `condition_value`.

    Raises InvalidInput with `fields` such as `questions-0-prompt` where a form cannot be asked as it is.
    """
    if len(questions) > MOST_QUESTIONS:
        raise InvalidInput("form.many", f"Ask at most {MOST_QUESTIONS} questions.")
    fields: dict[str, str] = {}
    before: dict[str, Question] = {}
    for at, one in enumerate(questions):
        for column, sentence in _wrong_with(one, before):
            fields.setdefault(f"questions-{at}-{column}", sentence)
        before[one.code] = one
    for at, _ in [one for one in enumerate(questions) if one[1].kind is FieldKind.FILE][MOST_FILES:]:
        fields.setdefault(f"questions-{at}-kind", f"Ask for at most {MOST_FILES} files.")
    if fields:
        raise InvalidInput("form.questions", "Some questions need a look.", fields)
    return [
        replace(one, shown_value=condition_value(before[one.shown_on], one.shown_value)) if one.shown_value else one
        for one in questions
    ]


def _wrong_with(one: Question, before: Mapping[str, Question]) -> list[tuple[str, str]]:
    wrong = []
    if not 0 < len(one.prompt) <= PROMPT_LIMIT:
        wrong.append(("prompt", f"Write the question, at most {PROMPT_LIMIT} characters."))
    if one.code in before:
        wrong.append(("prompt", "This question stands here twice. Remove one of them."))
    if one.kind in WITH_OPTIONS and (len(set(one.options)) < 2 or len(set(one.options)) != len(one.options)):
        wrong.append(("options", "Write at least two options, one a line, each once."))
    if len(one.options) > MOST_OPTIONS or any(len(option) > OPTION_LIMIT for option in one.options):
        wrong.append(("options", f"Use at most {MOST_OPTIONS} options of {OPTION_LIMIT} characters."))
    if one.kind is FieldKind.FILE and one.is_kept:
        wrong.append(("is_kept", "A file is chosen anew each time. Untick this."))
    return wrong + _wrong_condition(one, before)


def _wrong_condition(one: Question, before: Mapping[str, Question]) -> list[tuple[str, str]]:
    if not one.shown_on:
        return [("shown_on", "Choose the question that this answer belongs to.")] if one.shown_value else []
    other = before.get(one.shown_on)
    if other is None:
        return [("shown_on", "Choose a question that stands above this one.")]
    if other.kind is FieldKind.FILE:
        return [("shown_on", "A file decides on nothing. Choose another question.")]
    try:
        condition_value(other, one.shown_value)
    except InvalidInput as error:
        return [("shown_value", error.message)]
    return []


def condition_value(other: Question, typed: str) -> str:
    """Give the answer that a condition waits for as answers to that question are stored; empty for any.

    It is typed as people read it: “Canada” is `CA`, “YES” is `yes`. Raises InvalidInput for what can be no answer.
    """
    if not typed:
        return ""
    values, wanted = _values(other), typed.casefold()
    for value in values:
        if wanted in (value.casefold(), answer_words(other.kind, value).casefold()):
            return value
    if values:
        words = [answer_words(other.kind, value) for value in values]
        few = get_close_matches(typed, words, n=1) or words[:6]
        end = ", for example." if len(few) < len(words) else "."
        raise InvalidInput("form.condition", f"Write one of its answers: {', '.join(few)}{end}")
    return str(_checked(other, [typed]))
