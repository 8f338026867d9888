"""Which questions an evaluation asks, which answers it takes, and what may be shown of them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from webinar_app.core.answers import SCALES, TEXTS, Answer, QuestionKind, check, labels, shares, tally
from webinar_app.core.errors import InvalidInput

MINIMUM_GROUP = 5
"""Below this many answers nothing is shown: no number, text or chart (reliability E-3)."""


class Standing(StrEnum):
    """Where one person stands with the evaluation of one sitting."""

    NOT_ASKED = "not_asked"
    CANCELLED = "cancelled"
    NOT_OPEN = "not_open"
    NOT_THERE = "not_there"
    SENT = "sent"
    OPEN = "open"
    CLOSED = "closed"


Stored = bool | int | str | list[int]
"""A checked answer as plain JSON."""


@dataclass(frozen=True, kw_only=True)
class EvaluationItem:
    """One question of a form.

    `key` is stable within the form; `section` is the heading over it; `objective` and `presenter` count from 0 and say
    what the item is about, so that a presenter can be shown only what is about them (F9).
    """

    key: str
    section: str
    kind: QuestionKind
    prompt: str
    options: tuple[str, ...] = ()
    is_required: bool = True
    objective: int | None = None
    presenter: int | None = None

    def to_json(self) -> dict[str, object]:
        """Give the item as plain JSON values; a form that somebody has answered keeps its own copy (F10)."""
        return {**vars(self), "kind": self.kind.value, "options": list(self.options)}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "EvaluationItem":
        """Read `to_json` back."""
        kind = QuestionKind(str(data["kind"]))
        options: tuple[str, ...] = tuple(data["options"])  # type: ignore[arg-type]  # JSON
        return cls(**{**data, "kind": kind, "options": options})  # type: ignore[arg-type]  # JSON


@dataclass(frozen=True, kw_only=True)
class ItemSummary:
    """What may be shown of one item.

    When `is_withheld`, every figure is empty and `n` is None: even the number of answers would tell something. `counts`
    and `shares` go with `labels`; `mean` and `spread` (standard deviation of all answers) are in points of a scale;
    `texts` are in the order of the alphabet, which says nothing about who came first.
    """

    item: EvaluationItem
    is_withheld: bool = True
    n: int | None = None
    labels: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    shares: tuple[int, ...] = ()
    mean: float | None = None
    spread: float | None = None
    texts: tuple[str, ...] = ()


LEAD_IN = "After this session I can"
PRESENTER_PROMPTS = (
    ("knowledge", "Knew the subject well."),
    ("clarity", "Explained it clearly."),
    ("responsiveness", "Answered questions in a way that helped me."),
)
_SESSION = "The session"
_PRACTICE = "Your practice"
_GENERAL_ITEMS = (
    EvaluationItem(
        key="content_level",
        section=_SESSION,
        kind=QuestionKind.SINGLE,
        prompt="The level of the content was",
        options=("Too basic", "About right", "Too advanced"),
    ),
    EvaluationItem(
        key="technology", section=_SESSION, kind=QuestionKind.LIKERT, prompt="Sound, picture and pages worked well."
    ),
    EvaluationItem(
        key="accessibility",
        section=_SESSION,
        kind=QuestionKind.LIKERT,
        prompt="I could take part fully, with the captions, materials and access that I need.",
    ),
    EvaluationItem(
        key="commercial_bias",
        section=_SESSION,
        kind=QuestionKind.YES_NO,
        prompt="Did you notice any commercial bias?",
    ),
    EvaluationItem(
        key="commercial_bias_where",
        section=_SESSION,
        kind=QuestionKind.TEXT,
        prompt="If yes, where?",
        is_required=False,
    ),
    EvaluationItem(
        key="relevance", section=_PRACTICE, kind=QuestionKind.LIKERT, prompt="This is relevant to my practice."
    ),
    EvaluationItem(
        key="intent",
        section=_PRACTICE,
        kind=QuestionKind.SINGLE,
        prompt="Will you change something in your practice?",
        options=("Yes, and I know what", "Yes, but I am not sure what", "No, I work like this already", "No"),
    ),
    EvaluationItem(
        key="comment",
        section=_PRACTICE,
        kind=QuestionKind.LONG_TEXT,
        prompt="Anything else? Leave out names, dates and whatever else could identify a client.",
        is_required=False,
    ),
)


def build_items(
    objectives: Sequence[str], presenters: Sequence[str], lead_in: str = LEAD_IN
) -> tuple[EvaluationItem, ...]:
    """Give the form of a course: a scale per objective, three per presenter, and the general questions (F2, R11).

    `lead_in` stands over the objectives; `presenters` are names as printed.
    """
    about_objectives = [
        EvaluationItem(
            key=f"objective_{place + 1}",
            section=lead_in or LEAD_IN,
            kind=QuestionKind.LIKERT,
            prompt=objective,
            objective=place,
        )
        for place, objective in enumerate(objectives)
    ]
    about_presenters = [
        EvaluationItem(
            key=f"presenter_{place + 1}_{aspect}",
            section=name,
            kind=QuestionKind.LIKERT,
            prompt=prompt,
            presenter=place,
        )
        for place, name in enumerate(presenters)
        for aspect, prompt in PRESENTER_PROMPTS
    ]
    return (*about_objectives, *about_presenters, *_GENERAL_ITEMS)


def check_answers(items: Sequence[EvaluationItem], answers: Mapping[str, object]) -> dict[str, Stored]:
    """Give the answers by key as they are stored, in the order of the form, unanswered optional items left out.

    None, an empty text and an empty list mean "not answered". Raises InvalidInput with a sentence per item in `fields`
    when a required item is not answered, an answer does not fit, or a key is not in the form.
    """
    fields = dict.fromkeys(answers.keys() - {item.key for item in items}, "This question is not in the form.")
    checked: dict[str, Stored] = {}
    for item in items:
        given = answers.get(item.key)
        if _is_empty(given):
            if item.is_required:
                fields[item.key] = "Answer this question."
            continue
        try:
            checked[item.key] = _stored(check(item.kind, item.options, given))
        except InvalidInput as trouble:
            fields[item.key] = trouble.message
    if fields:
        raise InvalidInput("evaluation.incomplete", _lacking_words(len(fields)), fields)
    return checked


def summarise(
    items: Sequence[EvaluationItem], responses: Iterable[Mapping[str, Stored]], minimum: int = MINIMUM_GROUP
) -> tuple[ItemSummary, ...]:
    """Give what may be shown of checked responses, item by item in the order of the form.

    An item with fewer than `minimum` answers is withheld, texts too, however many answered the others: five people of
    whom one wrote a comment would otherwise know whose it is. The order of the responses changes nothing.
    """
    kept = list(responses)
    return tuple(
        _summary(item, [response[item.key] for response in kept if item.key in response], minimum) for item in items
    )


def closes_at(ended_at: datetime, days: int) -> datetime:
    """Give the moment at which an evaluation closes, full days of 24 hours after the end of the sitting (R10)."""
    return ended_at + timedelta(days=days)


def is_open(opened_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """Say whether answers are taken; the window is half-open, and without an end while `closes_at` is None."""
    if opened_at is None or now < opened_at:
        return False
    return closes_at is None or now < closes_at


def standing(
    *,
    is_asked: bool,
    is_cancelled: bool,
    opened_at: datetime | None,
    closes_at: datetime | None,
    is_sent: bool,
    was_there: bool,
    now: datetime,
) -> Standing:
    """Say where somebody stands; what was sent stays sent, whatever happens afterwards.

    `is_asked`: the course has an evaluation; `opened_at` and `closes_at`: None until the sitting has ended. Only who
    was there may judge a session (R11).
    """
    settled = ((is_sent, Standing.SENT), (is_cancelled, Standing.CANCELLED), (not is_asked, Standing.NOT_ASKED))
    for holds, outcome in settled:
        if holds:
            return outcome
    if opened_at is None or now < opened_at:
        return Standing.NOT_OPEN
    if not was_there:
        return Standing.NOT_THERE
    return Standing.OPEN if is_open(opened_at, closes_at, now) else Standing.CLOSED


def _is_empty(given: object) -> bool:
    return given is None or given == [] or (isinstance(given, str) and not given.strip())


def _stored(answer: Answer) -> Stored:
    return list(answer) if isinstance(answer, tuple) else answer


def _lacking_words(number: int) -> str:
    return "One question needs your attention." if number == 1 else f"{number} questions need your attention."


def _summary(item: EvaluationItem, given: Sequence[Stored], minimum: int) -> ItemSummary:
    if len(given) < minimum:
        return ItemSummary(item=item)
    if item.kind in TEXTS:
        return ItemSummary(item=item, is_withheld=False, n=len(given), texts=tuple(sorted(map(str, given))))
    answers = [tuple(answer) if isinstance(answer, list) else answer for answer in given]
    counts = tally(item.kind, item.options, answers)
    mean, spread = _centre(counts) if item.kind in SCALES and given else (None, None)
    return ItemSummary(
        item=item,
        is_withheld=False,
        n=len(given),
        labels=labels(item.kind, item.options),
        counts=counts,
        shares=shares(counts),
        mean=mean,
        spread=spread,
    )


def _centre(counts: Sequence[int]) -> tuple[float, float]:
    """Give mean and standard deviation of points 1, 2, … from how often each was chosen, to two decimals."""
    n = sum(counts)
    mean = Fraction(sum(point * count for point, count in enumerate(counts, 1)), n)
    variance = sum((point - mean) ** 2 * count for point, count in enumerate(counts, 1)) / n
    return round(float(mean), 2), round(math.sqrt(variance), 2)
