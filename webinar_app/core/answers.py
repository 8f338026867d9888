"""Kinds of question, and what an answer to each may be; polls, evaluations and forms share them."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from webinar_app.core.errors import InvalidInput
from webinar_app.core.text import multi_line, one_line

Answer = bool | int | str | tuple[int, ...]
"""A checked answer: yes or no, a position or a point of a scale, a text, or ascending positions."""

TEXT_LIMIT = 300
LONG_TEXT_LIMIT = 4000
WORD_LIMIT = 30
SCALE = 5
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
LIKERT = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    YES_NO = "yes_no"
    RATING = "rating"
    LIKERT = "likert"
    TEXT = "text"
    LONG_TEXT = "long_text"


SCALES = frozenset({QuestionKind.RATING, QuestionKind.LIKERT})
TEXTS = frozenset({QuestionKind.TEXT, QuestionKind.LONG_TEXT})


def labels(kind: QuestionKind, options: Sequence[str] = ()) -> tuple[str, ...]:
    """Give the words of every possible choice in order; none for texts."""
    fixed = {
        QuestionKind.YES_NO: ("Yes", "No"),
        QuestionKind.RATING: tuple(str(point) for point in range(1, SCALE + 1)),
        QuestionKind.LIKERT: LIKERT,
    }
    return () if kind in TEXTS else fixed.get(kind, tuple(options))


def check(
    kind: QuestionKind,
    options: Sequence[str],
    answer: object,
    *,
    at_least: int = 1,
    at_most: int | None = None,
) -> Answer:
    """Give the answer in the one form that is stored.

    `answer` comes from JSON or from a form: positions (from 0) and scale points (1 to 5) may be numbers or digits, yes
    and no may be words. `at_least` and `at_most` bound the number of choices of a multiple question. Raises
    InvalidInput with a sentence for the person.
    """
    if kind is QuestionKind.MULTIPLE:
        return check_positions(len(options), answer, at_least=at_least, at_most=at_most)
    checkers: dict[QuestionKind, Callable[[object], Answer]] = {
        QuestionKind.SINGLE: lambda given: _position(len(options), given),
        QuestionKind.YES_NO: _yes_or_no,
        QuestionKind.RATING: _point,
        QuestionKind.LIKERT: _point,
        QuestionKind.TEXT: lambda given: _text(given, one_line, TEXT_LIMIT),
        QuestionKind.LONG_TEXT: lambda given: _text(given, multi_line, LONG_TEXT_LIMIT),
    }
    return checkers[kind](answer)


def check_positions(
    option_count: int, chosen: object, *, at_least: int = 1, at_most: int | None = None
) -> tuple[int, ...]:
    """Give the chosen positions (from 0) in ascending order, each once.

    Raises InvalidInput when `chosen` is not a list, when an option does not exist, and when there are fewer than
    `at_least` or more than `at_most` of them.
    """
    if not isinstance(chosen, list | tuple):
        raise InvalidInput("answer.not_a_list", "Choose from the options.")
    positions = sorted({_position(option_count, one) for one in chosen})
    if len(positions) < at_least:
        raise InvalidInput("answer.too_few", f"Choose at least {at_least}.")
    if at_most is not None and len(positions) > at_most:
        raise InvalidInput("answer.too_many", f"Choose at most {at_most}.")
    return tuple(positions)


def check_rows(row_count: int, column_count: int, chosen: object) -> tuple[int, ...]:
    """Give the chosen column (from 0) of every row of a grid, in the order of the rows.

    Raises InvalidInput when a row is left out or a column does not exist.
    """
    if not isinstance(chosen, list | tuple):
        raise InvalidInput("answer.not_a_list", "Choose one answer in each row.")
    if len(chosen) != row_count:
        raise InvalidInput("answer.rows", f"Choose one answer in each of the {row_count} rows.")
    return tuple(_position(column_count, one) for one in chosen)


def check_order(option_count: int, order: object) -> tuple[int, ...]:
    """Give the positions of all options (from 0), the one that is placed first first.

    Raises InvalidInput unless every option stands in the order once.
    """
    if not isinstance(order, list | tuple):
        raise InvalidInput("answer.not_a_list", "Put the options in an order.")
    places = tuple(_position(option_count, one) for one in order)
    if sorted(places) != list(range(option_count)):
        raise InvalidInput("answer.order", "Put every option in the order, each once.")
    return places


def check_text(given: object, limit: int = TEXT_LIMIT) -> str:
    """Give a text on one line; raise InvalidInput when nothing is left of it or it is longer than `limit`."""
    return _text(given, one_line, limit)


def check_words(given: object, at_most: int) -> tuple[str, ...]:
    """Give one to `at_most` words or short phrases as typed; empty ones are left out, so are repeated ones.

    Two that differ by capitals only are one. Raises InvalidInput for none, too many, and those above 30 characters.
    """
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise InvalidInput("answer.not_a_list", "Write a word.")
    typed: dict[str, str] = {}
    for word in filter(None, map(one_line, given)):
        typed.setdefault(word.casefold(), word)
    if not typed:
        raise InvalidInput("answer.empty", "Write a word.")
    if len(typed) > at_most:
        raise InvalidInput("answer.too_many", f"Write at most {at_most} words or short phrases.")
    if max(map(len, typed.values())) > WORD_LIMIT:
        raise InvalidInput("answer.too_long", f"Keep each within {WORD_LIMIT} characters.")
    return tuple(typed.values())


def check_number(given: object, low: Decimal | None = None, high: Decimal | None = None) -> str:
    """Give a number as the shortest text that means it: `"007.50"` is `"7.5"`.

    Raises InvalidInput for anything but digits with a decimal point, and for what is not from `low` to `high`.
    """
    typed = given.strip() if isinstance(given, str) else ""
    if not _NUMBER.fullmatch(typed):
        raise InvalidInput("answer.no_number", "Write a number such as 12 or 12.5.")
    number = Decimal(typed)
    if low is not None and number < low:
        raise InvalidInput("answer.too_low", f"Write a number from {number_text(low)} upwards.")
    if high is not None and number > high:
        raise InvalidInput("answer.too_high", f"Write a number up to {number_text(high)}.")
    return number_text(number)


def number_text(number: Decimal) -> str:
    """Give a number without zeros that mean nothing and without an exponent."""
    return format(number.normalize() if number else Decimal(0), "f")


def tally(kind: QuestionKind, options: Sequence[str], answers: Iterable[Answer]) -> tuple[int, ...]:
    """Count how often each of `labels(kind, options)` was chosen; `answers` are checked ones.

    Nothing is counted for texts, so that the result is empty.
    """
    counts = [0] * len(labels(kind, options))
    for answer in answers:
        for position in _places(kind, answer):
            counts[position] += 1
    return tuple(counts)


def shares(counts: Sequence[int]) -> tuple[int, ...]:
    """Give whole percentages that add to 100, by largest remainder; all zero when nothing was counted.

    Equal remainders are served from the left: `shares((1, 1, 1)) == (34, 33, 33)`.
    """
    total = sum(counts)
    if not total:
        return (0,) * len(counts)
    floors = [count * 100 // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda place: -(counts[place] * 100 % total))
    for place in by_remainder[: 100 - sum(floors)]:
        floors[place] += 1
    return tuple(floors)


def _places(kind: QuestionKind, answer: Answer) -> tuple[int, ...]:
    if isinstance(answer, tuple):
        return answer
    if isinstance(answer, str):
        return ()
    if isinstance(answer, bool):
        return (0 if answer else 1,)
    return (answer - 1 if kind in SCALES else answer,)


def _number(given: object) -> int | None:
    """Read a small whole number; a browser's form sends digits, and True is not a number here."""
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= 3:
        return int(given)
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def _position(option_count: int, given: object) -> int:
    number = _number(given)
    if number is None or not 0 <= number < option_count:
        raise InvalidInput("answer.no_such_option", "Choose one of the options.")
    return number


def _point(given: object) -> int:
    number = _number(given)
    if number is None or not 1 <= number <= SCALE:
        raise InvalidInput("answer.off_scale", f"Choose a point from 1 to {SCALE}.")
    return number


def _yes_or_no(given: object) -> bool:
    if isinstance(given, bool):
        return given
    if given not in ("yes", "no"):
        raise InvalidInput("answer.yes_or_no", "Choose yes or no.")
    return given == "yes"


def _text(given: object, clean: Callable[[str], str], limit: int) -> str:
    text = clean(given) if isinstance(given, str) else ""
    if not text:
        raise InvalidInput("answer.empty", "Write an answer.")
    if len(text) > limit:
        raise InvalidInput("answer.too_long", f"Write at most {limit} characters; this has {len(text)}.")
    return text
