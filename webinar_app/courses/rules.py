"""What a course consists of, what it must say before it is published, and when it is completed."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from webinar_app.core.errors import InvalidInput, Refused

TITLE_LIMIT = 250
SLUG_LIMIT = 80


class CourseState(StrEnum):
    """The life of a course; whether a sitting is live or over is the sitting's own state."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class CourseKind(StrEnum):
    """What the catalogue calls a course; any of them may hold any item (A1)."""

    LIVE_WEBINAR = "live_webinar"
    SELF_PACED = "self_paced"
    IN_PERSON = "in_person"
    PRESENTATION = "presentation"
    HANDOUT = "handout"


class ItemKind(StrEnum):
    """What a person does in an item; a composite is several of these under one title."""

    WEBINAR = "webinar"
    IN_PERSON_DAY = "in_person_day"
    VIDEO = "video"
    AUDIO = "audio"
    READING = "reading"
    HANDOUT = "handout"
    POST_TEST = "post_test"
    EVALUATION = "evaluation"
    COMPOSITE = "composite"


class Level(StrEnum):
    """How much a course takes for granted."""

    INTRODUCTORY = "introductory"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class CompletionRule(StrEnum):
    """Which of the required items complete a course (G1)."""

    ALL_UNITS = "all_units"
    ANY_UNIT = "any_unit"


class UnitMinutes(NamedTuple):
    """How long a unit takes; `is_approximate` where the outline says "approx."; None where it says nothing."""

    minutes: int | None
    is_approximate: bool = False


class Missing(NamedTuple):
    """A field without which a course cannot be published, and the sentence that asks for it."""

    field: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class PresenterFacts:
    """A presenter as far as publishing asks: the printed name, and degrees or a biography that show expertise."""

    name: str
    credentials: str


@dataclass(frozen=True, kw_only=True)
class CreditFacts:
    """One offer of credit: how much, and the statement of the approving body; empty where there is none yet."""

    amount: Decimal
    approval_statement: str


@dataclass(frozen=True, kw_only=True)
class CourseFacts:
    """What `missing_for_publishing` looks at. Texts may be empty.

    `has_date` means that a day is set, `has_time` that the instant is known as well, `is_on_request` that day and price
    are agreed with whoever asks (A9). `items` are the kinds of all items of all units.
    """

    kind: CourseKind
    title: str = ""
    objectives: Sequence[str] = ()
    audience: Sequence[str] = ()
    level: Level | None = None
    has_date: bool = False
    has_time: bool = False
    is_on_request: bool = False
    is_fee_stated: bool = False
    is_priced: bool = False
    refund_policy: str = ""
    presenters: Sequence[PresenterFacts] = ()
    credits: Sequence[CreditFacts] = ()
    units: Sequence[UnitMinutes] = ()
    items: Collection[ItemKind] = field(default_factory=tuple)
    gives_certificate: bool = False


_MOVES: dict[CourseState, frozenset[CourseState]] = {
    CourseState.DRAFT: frozenset({CourseState.IN_REVIEW, CourseState.PUBLISHED, CourseState.ARCHIVED}),
    CourseState.IN_REVIEW: frozenset({CourseState.DRAFT, CourseState.PUBLISHED}),
    CourseState.PUBLISHED: frozenset({CourseState.DRAFT, CourseState.ARCHIVED}),
    CourseState.ARCHIVED: frozenset({CourseState.DRAFT}),
}


def may_move(state: CourseState, to: CourseState) -> bool:
    """Say whether a course may go from one state to another."""
    return to in _MOVES[state]


def check_move(state: CourseState, to: CourseState) -> None:
    """Raise Refused unless `may_move`."""
    if not may_move(state, to):
        raise Refused("course.state", f"A course that is {_words(state)} cannot become {_words(to)}.")


def slugify(title: str) -> str:
    """Give the title as part of an address: `slugify("Café & Alliance (ATP3)") == "cafe-alliance-atp3"`.

    Letters without an ASCII form are left out; when nothing is left the slug is `course`. Cut at 80 characters, at a
    word where possible.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", "")) or ["course"]
    slug: str = words[0][:SLUG_LIMIT]
    for word in words[1:]:
        if len(slug) + 1 + len(word) > SLUG_LIMIT:
            break
        slug += f"-{word}"
    return slug


def missing_for_publishing(facts: CourseFacts) -> tuple[Missing, ...]:
    """Give everything that keeps a course from being published, in the order of the form (A10, R19, R20).

    A handout needs a title and content. A presentation also needs objectives, a date and its presenters. The other
    kinds also need audience and fees; a live webinar an exact time, an in-person day a date or "on request", a
    self-paced course the minutes of each unit. Whoever offers credit must say all of that, and the level, whatever
    the kind, with an amount and an approval statement for each credit. A certificate needs an evaluation where there
    is credit.
    """
    found = [
        *_missing_basics(facts),
        *(_missing_offer(facts) if _is_full_offer(facts) else ()),
        *_missing_schedule(facts),
        *(_missing_presenters(facts) if facts.kind is not CourseKind.HANDOUT or facts.credits else ()),
        *_missing_content(facts),
        *_missing_credit(facts),
    ]
    return tuple(found)


def check_publishable(facts: CourseFacts) -> None:
    """Raise InvalidInput with a sentence per missing field unless nothing is missing."""
    missing = missing_for_publishing(facts)
    if missing:
        fields = {one.field: one.sentence for one in missing}
        raise InvalidInput("course.incomplete", "Some things are missing before this can be published.", fields)


def is_completed(rule: CompletionRule, required: Iterable[str], completed: Collection[str]) -> bool:
    """Decide whether the items with these keys complete a course; `required` are the keys that may count.

    A course without required items is never completed: there would be nothing to certify.
    """
    counting = set(required)
    done = counting & set(completed)
    return bool(done) and (rule is CompletionRule.ANY_UNIT or done == counting)


def completion_text(rule: CompletionRule) -> str:
    """Say to learners when the course is completed."""
    if rule is CompletionRule.ANY_UNIT:
        return "At least one unit must be completed"
    return "All units must be completed"


def certificate_text(years: int | None) -> str:
    """Say to learners what completing leads to; None or 0 years is a certificate that does not expire."""
    if not years:
        return "Leads to a certificate"
    return f"Leads to a certificate with a duration of {years} year{'s' if years > 1 else ''}"


def outline_minutes(units: Iterable[UnitMinutes]) -> UnitMinutes:
    """Add up the outline; approximate as soon as one unit is, or says nothing."""
    listed = list(units)
    is_rough = any(unit.is_approximate or unit.minutes is None for unit in listed)
    return UnitMinutes(sum(unit.minutes or 0 for unit in listed), is_rough)


def _words(state: CourseState) -> str:
    return state.value.replace("_", " ")


def _is_full_offer(facts: CourseFacts) -> bool:
    light = (CourseKind.PRESENTATION, CourseKind.HANDOUT)
    return bool(facts.credits) or facts.kind not in light


def _missing_basics(facts: CourseFacts) -> Iterable[Missing]:
    if not facts.title.strip():
        yield Missing("title", "Give it a title.")
    elif len(facts.title) > TITLE_LIMIT:
        yield Missing("title", f"Keep the title within {TITLE_LIMIT} characters; this has {len(facts.title)}.")
    is_taught = facts.kind in (CourseKind.LIVE_WEBINAR, CourseKind.SELF_PACED, CourseKind.PRESENTATION)
    if (is_taught or facts.credits) and not any(map(str.strip, facts.objectives)):
        yield Missing("objectives", "Write at least one learning objective.")


def _missing_offer(facts: CourseFacts) -> Iterable[Missing]:
    if not any(map(str.strip, facts.audience)):
        yield Missing("audience", "Say whom this is for.")
    if facts.level is None and facts.credits:
        yield Missing("level", "Choose a level.")
    # A bespoke day has its price in the quote.
    if not facts.is_fee_stated and not facts.is_on_request:
        yield Missing("fees", "State the fee, or that there is none.")
    if facts.is_priced and not facts.refund_policy.strip():
        yield Missing("refund_policy", "Say until when a cancellation is refunded.")


def _missing_schedule(facts: CourseFacts) -> Iterable[Missing]:
    if facts.kind is CourseKind.LIVE_WEBINAR and not facts.has_time:
        yield Missing("schedule", "Set date, time and time zone.")
    if facts.kind is CourseKind.IN_PERSON and not (facts.has_date or facts.is_on_request):
        yield Missing("schedule", "Set a date, or offer the day on request.")
    if facts.kind is CourseKind.PRESENTATION and not facts.has_date:
        yield Missing("schedule", "Set the date.")


def _missing_presenters(facts: CourseFacts) -> Iterable[Missing]:
    if not facts.presenters:
        yield Missing("presenters", "Add at least one presenter.")
    unknown = [presenter.name for presenter in facts.presenters if not presenter.credentials.strip()]
    if unknown:
        yield Missing("presenter_credentials", f"Add the credentials of {', '.join(unknown)}.")


def _missing_content(facts: CourseFacts) -> Iterable[Missing]:
    if not facts.units:
        yield Missing("units", "Add at least one unit.")
    if facts.kind is CourseKind.SELF_PACED and any(not unit.minutes for unit in facts.units):
        yield Missing("unit_minutes", "Say how many minutes each unit takes.")


def _missing_credit(facts: CourseFacts) -> Iterable[Missing]:
    if any(credit.amount <= 0 for credit in facts.credits):
        yield Missing("credits", "Say how much credit each offer gives.")
    if any(not credit.approval_statement.strip() for credit in facts.credits):
        yield Missing("approval_statement", "Add the approval statement to each offer of credit.")
    if facts.credits and facts.gives_certificate and ItemKind.EVALUATION not in facts.items:
        yield Missing("evaluation", "Add an evaluation; a credit certificate needs one.")
