"""Kinds of poll: what each may ask, and what a ballot of it may hold."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from webinar_app.core import answers
from webinar_app.core.errors import InvalidInput
from webinar_app.core.tallies import order_cells, row_cells
from webinar_app.core.text import one_line

QUESTION_LIMIT = 300
OPTION_LIMIT = 200
FEWEST_OPTIONS = 2
MOST_OPTIONS = 12
MOST_COLUMNS = 7
MOST_WORDS = 5
USUAL_WORDS = 3
TEXT_LIMIT = 200
"""A short text is short: it stands beside hundreds of others, and is the key of its own count."""


class PollKind(StrEnum):
    """How people answer a poll."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    YES_NO = "yes_no"
    YES_NO_ABSTAIN = "yes_no_abstain"
    TRUE_FALSE = "true_false"
    RATING = "rating"
    RATING_7 = "rating_7"
    RATING_10 = "rating_10"
    GRID = "grid"
    RANKING = "ranking"
    TEXT = "text"
    WORDS = "words"
    NUMBER = "number"
    QUIZ = "quiz"


OWN_OPTIONS = frozenset({PollKind.SINGLE, PollKind.MULTIPLE, PollKind.GRID, PollKind.RANKING, PollKind.QUIZ})
WRITTEN = frozenset({PollKind.TEXT, PollKind.WORDS, PollKind.NUMBER})
"""Kinds that are answered by writing instead of choosing."""
MODERATED = frozenset({PollKind.TEXT, PollKind.WORDS})
_SCALES = {PollKind.RATING: (1, 5), PollKind.RATING_7: (1, 7), PollKind.RATING_10: (0, 10)}
_LABELS = {
    PollKind.YES_NO: ("Yes", "No"),
    PollKind.YES_NO_ABSTAIN: ("Yes", "No", "Abstain"),
    PollKind.TRUE_FALSE: ("True", "False"),
    **{kind: tuple(map(str, range(first, last + 1))) for kind, (first, last) in _SCALES.items()},
}

Answer = tuple[int, ...] | tuple[str, ...]
"""A checked ballot.

Positions of the options, ascending; in a grid the column of each row; in a ranking all options from the first place to
the last; where people write, their texts.
"""


class Setup(NamedTuple):
    """What some kinds need beside options: the words of a grid's columns, right answers, and the range of a number."""

    columns: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    low: str | None = None
    high: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Give what differs from nothing as plain JSON."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in self._asdict().items() if value
        }

    @classmethod
    def from_json(cls, data: dict[str, Any] | None) -> "Setup":
        """Read `to_json` back."""
        values = data or {}
        return cls(
            tuple(values.get("columns", ())), tuple(values.get("right", ())), values.get("low"), values.get("high")
        )


PLAIN = Setup()


class Shape(NamedTuple):
    """What decides whether a ballot fits: the kind, the number of options, and the bounds of a choice."""

    kind: PollKind
    options: int
    at_least: int = 1
    at_most: int = 1
    setup: Setup = PLAIN


class PollText(NamedTuple):
    """A checked poll: its question, the words of each choice in order, and what its kind needs beside."""

    question: str
    options: tuple[str, ...]
    setup: Setup = PLAIN


def labels(kind: PollKind, options: Sequence[str] = ()) -> tuple[str, ...]:
    """Give the words of each choice in order: `("Yes", "No")`, `("1", … "5")`, or the poll's own; none for texts."""
    return () if kind in WRITTEN else _LABELS.get(kind, tuple(options))


def scale_start(kind: PollKind) -> int | None:
    """Give the number of a rating's first point, or None where the options are no points."""
    return _SCALES[kind][0] if kind in _SCALES else None


def check_poll(question: str, kind: PollKind, options: Sequence[str] = (), setup: Setup = PLAIN) -> PollText:
    """Give the poll's text as it is stored: one line each, empty options left out; other kinds bring their `labels`.

    `setup.right` counts the options as given. Raises InvalidInput with `fields` when the question is empty or longer
    than 300 characters; for kinds with own options, when there are not 2 to 12 of them, two are alike, or one is longer
    than 200 characters; for a grid, when its columns are not 2 to 7 (none means the five points of agreement); for a
    quiz, when no option is right; for a number, when its range holds none.
    """
    title, fields = one_line(question), {}
    if not title:
        fields["question"] = "Write a question."
    elif len(title) > QUESTION_LIMIT:
        fields["question"] = f"Write at most {QUESTION_LIMIT} characters; this has {len(title)}."
    kept = [(at, words) for at, words in enumerate(map(one_line, options)) if words] if kind in OWN_OPTIONS else []
    cleaned = tuple(words for _, words in kept)
    fewest = 1 if kind is PollKind.GRID else FEWEST_OPTIONS
    if kind in OWN_OPTIONS and (trouble := _trouble_with(cleaned, fewest, MOST_OPTIONS)):
        fields["options"] = trouble
    setup, wrong = _check_setup(kind, [at for at, _ in kept], setup)
    for name, sentence in wrong.items():
        fields.setdefault(name, sentence)
    if fields:
        raise InvalidInput("poll.incomplete", "This poll cannot be saved yet.", fields)
    return PollText(title, labels(kind, cleaned), setup)


def bounds(kind: PollKind, text: PollText, at_least: int, at_most: int | None) -> tuple[int, int]:
    """Give how many may be chosen, as (least, most), or how many words be written.

    `at_most` None means every option, or three words. Raises InvalidInput, with the field that is wrong, unless
    some ballot can satisfy them.
    """
    count = len(text.options)
    if kind is PollKind.QUIZ:
        return 1, 1 if len(text.setup.right) == 1 else count
    if kind is PollKind.WORDS:
        most = at_most or USUAL_WORDS
        if most > MOST_WORDS:
            raise _wrong_bounds("max_choices", f"Let people write at most {MOST_WORDS} words.")
        return 1, most
    if kind is not PollKind.MULTIPLE:
        return 1, 1
    most = count if at_most is None else at_most
    if not 1 <= at_least <= most <= count:
        wrong = "max_choices" if 1 <= at_least <= count else "min_choices"
        raise _wrong_bounds(wrong, f"Let people choose from 1 up to {count} options.")
    return at_least, most


def _wrong_bounds(field: str, sentence: str) -> InvalidInput:
    return InvalidInput("poll.bounds", sentence, {field: sentence})


def takes_many(shape: Shape) -> bool:
    """Say whether one ballot may hold several options."""
    return shape.kind is PollKind.MULTIPLE or (shape.kind is PollKind.QUIZ and shape.at_most > 1)


def check_answer(shape: Shape, options: Sequence[int], texts: Sequence[str] = ()) -> Answer:
    """Give a ballot; `options` are positions, `texts` what was written. Raises InvalidInput for what does not fit."""
    # This is asked of every vote: who writes has no options, and that is quicker to see than a kind among kinds.
    if not shape.options:
        return _check_written(shape, texts)
    kind = shape.kind
    if kind is PollKind.GRID:
        return answers.check_rows(shape.options, len(shape.setup.columns), options)
    if kind is PollKind.RANKING:
        return answers.check_order(shape.options, options)
    at_least, at_most = (shape.at_least, shape.at_most) if takes_many(shape) else (1, 1)
    return answers.check_positions(shape.options, options, at_least=at_least, at_most=at_most)


def encode(answer: Answer) -> str:
    """Give a ballot as it is stored: positions joined by commas, texts by line ends."""
    return "\n".join(map(str, answer)) if answer and isinstance(answer[0], str) else ",".join(map(str, answer))


def decode(kind: PollKind, stored: str) -> Answer:
    """Read `encode` back."""
    return tuple(stored.split("\n")) if kind in WRITTEN else tuple(map(int, stored.split(",")))


def cells(shape: Shape, answer: Answer) -> tuple[int, ...]:
    """Give what a ballot adds one to; nothing for texts.

    Options by position; grid and ranking by cell; a quiz has one more cell, behind its options, for ballots that are
    all right: how many those are cannot be told from the counts of its options.
    """
    chosen = tuple(one for one in answer if isinstance(one, int))
    if shape.kind is PollKind.GRID:
        return row_cells(len(shape.setup.columns), chosen)
    if shape.kind is PollKind.RANKING:
        return order_cells(chosen)
    if shape.kind is PollKind.QUIZ and chosen == shape.setup.right:
        return (*chosen, shape.options)
    return chosen


def cell_count(shape: Shape) -> int:
    """Give how many cells there are to count."""
    extra = {
        PollKind.GRID: shape.options * len(shape.setup.columns),
        PollKind.RANKING: shape.options**2,
        PollKind.QUIZ: shape.options + 1,
    }
    return extra.get(shape.kind, shape.options)


def _check_written(shape: Shape, texts: Sequence[str]) -> tuple[str, ...]:
    if shape.kind is PollKind.WORDS:
        return answers.check_words(texts, shape.at_most)
    given = texts[0] if len(texts) == 1 else ""
    if shape.kind is PollKind.TEXT:
        return (answers.check_text(given, TEXT_LIMIT),)
    low, high = (None if edge is None else Decimal(edge) for edge in (shape.setup.low, shape.setup.high))
    return (answers.check_number(given, low, high),)


def _check_setup(kind: PollKind, kept: Sequence[int], setup: Setup) -> tuple[Setup, dict[str, str]]:
    """Give what the kind keeps of a setup, and what is wrong with it by field; `kept` options are not empty."""
    if kind is PollKind.GRID:
        columns = tuple(filter(None, map(one_line, setup.columns))) or answers.LIKERT
        trouble = _trouble_with(columns, FEWEST_OPTIONS, MOST_COLUMNS)
        return Setup(columns=columns), {"columns": trouble} if trouble else {}
    if kind is PollKind.QUIZ:
        right = tuple(place for place, at in enumerate(kept) if at in setup.right)
        return Setup(right=right), {} if right else {"options": "Mark at least one right answer."}
    if kind is PollKind.NUMBER:
        return _check_range(setup)
    return PLAIN, {}


def _check_range(setup: Setup) -> tuple[Setup, dict[str, str]]:
    try:
        low, high = (answers.check_number(edge) if edge and edge.strip() else None for edge in (setup.low, setup.high))
    except InvalidInput as error:
        return setup, {"low": error.message}
    is_empty = low is not None and high is not None and Decimal(low) >= Decimal(high)
    return Setup(low=low, high=high), {"low": "The smallest number must be below the largest."} if is_empty else {}


def _trouble_with(options: Sequence[str], fewest: int, most: int) -> str:
    if not fewest <= len(options) <= most:
        return f"Give {fewest} to {most} options."
    if len({option.casefold() for option in options}) < len(options):
        return "Two options are the same."
    if max(map(len, options)) > OPTION_LIMIT:
        return f"Keep each option within {OPTION_LIMIT} characters."
    return ""
