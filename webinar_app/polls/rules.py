"""What a poll may ask, what a ballot may hold, and who may see the result."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from webinar_app.core import answers
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import one_line

QUESTION_LIMIT = 300
OPTION_LIMIT = 200
FEWEST_OPTIONS = 2
MOST_OPTIONS = 12


class PollKind(StrEnum):
    """How people answer a poll; a subset of the kinds of question."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    YES_NO = "yes_no"
    RATING = "rating"


class PollState(StrEnum):
    """Where a poll stands; votes count only while it is open."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


class ResultVisibility(StrEnum):
    """When attendees see the result without anybody revealing it."""

    HOSTS_ONLY = "hosts_only"
    AFTER_VOTE = "after_vote"
    AFTER_CLOSE = "after_close"
    ALWAYS = "always"


class Privacy(StrEnum):
    """Who may know what a person chose; fixed before the poll opens."""

    NAMED = "named"
    STAFF = "staff"
    SECRET = "secret"


class ResultAudience(StrEnum):
    """To whom a tally is sent."""

    STAFF = "staff"
    VOTED = "voted"
    ALL = "all"


class PollText(NamedTuple):
    """A checked poll: its question and the words of each choice in order."""

    question: str
    options: tuple[str, ...]


class Result(NamedTuple):
    """A counted poll: choices and percentages by position, and the number of ballots."""

    counts: tuple[int, ...]
    shares: tuple[int, ...]
    voters: int


_PRIVACY_WORDS = {
    Privacy.NAMED: "Everyone can see who chose what.",
    Privacy.STAFF: "Staff can see who chose what. Everyone else sees totals only.",
    Privacy.SECRET: "Nobody can see who chose what. A vote cannot be changed once it is sent.",
}


def labels(kind: PollKind, options: Sequence[str] = ()) -> tuple[str, ...]:
    """Give the words of each choice in order: `("Yes", "No")`, `("1", … "5")`, or the poll's own options."""
    return answers.labels(answers.QuestionKind(kind.value), options)


def privacy_words(privacy: Privacy) -> str:
    """Say on the ballot who will see it."""
    return _PRIVACY_WORDS[privacy]


def check_poll(question: str, kind: PollKind, options: Sequence[str] = ()) -> PollText:
    """Give the poll's text as it is stored: one line each, empty options left out; other kinds bring their `labels`.

    Raises InvalidInput with `fields` when the question is empty or longer than 300 characters, and, for kinds with own
    options, when there are not 2 to 12 of them, two are alike, or one is longer than 200 characters.
    """
    title = one_line(question)
    fields = {}
    if not title:
        fields["question"] = "Write a question."
    elif len(title) > QUESTION_LIMIT:
        fields["question"] = f"Write at most {QUESTION_LIMIT} characters; this has {len(title)}."
    cleaned: tuple[str, ...] = ()
    if kind in (PollKind.SINGLE, PollKind.MULTIPLE):
        cleaned = tuple(filter(None, map(one_line, options)))
        if trouble := _trouble_with(cleaned):
            fields["options"] = trouble
    if fields:
        raise InvalidInput("poll.incomplete", "This poll cannot be saved yet.", fields)
    return PollText(title, labels(kind, cleaned))


def check_bounds(kind: PollKind, option_count: int, at_least: int, at_most: int | None) -> None:
    """Raise InvalidInput, with the field that is wrong, unless some ballot can satisfy the bounds on the choices."""
    most = option_count if at_most is None else at_most
    if kind is PollKind.MULTIPLE and not 1 <= at_least <= most <= option_count:
        sentence = f"Let people choose from 1 up to {option_count} options."
        wrong = "max_choices" if 1 <= at_least <= option_count else "min_choices"
        raise InvalidInput("poll.bounds", sentence, {wrong: sentence})


def check_choice(
    kind: PollKind, option_count: int, chosen: object, at_least: int = 1, at_most: int | None = None
) -> tuple[int, ...]:
    """Give a ballot: ascending positions (from 0) of `labels`, each once.

    `option_count` is the number of labels. The bounds hold for multiple polls only; every other kind takes exactly one.
    Raises InvalidInput for anything else.
    """
    if kind is not PollKind.MULTIPLE:
        at_least = at_most = 1
    return answers.check_positions(option_count, chosen, at_least=at_least, at_most=at_most)


def may_open(state: PollState) -> bool:
    """Say whether a poll may take votes from now on; a closed one may again, so that closing can be undone."""
    return state in (PollState.DRAFT, PollState.CLOSED)


def may_close(state: PollState) -> bool:
    """Say whether voting may end."""
    return state is PollState.OPEN


def may_reveal(state: PollState, *, is_revealed: bool) -> bool:
    """Say whether the result may now be shown to everyone."""
    return state in (PollState.OPEN, PollState.CLOSED) and not is_revealed


def may_edit(state: PollState) -> bool:
    """Say whether question, options and privacy may still change; nobody may change what others have answered."""
    return state is PollState.DRAFT


def check_vote(state: PollState, privacy: Privacy, *, has_voted: bool) -> None:
    """Raise Refused unless this person may vote, or change a vote, now."""
    if state is not PollState.OPEN:
        raise Refused("poll.closed", "This poll is closed; your vote was not counted.")
    if privacy is Privacy.SECRET and has_voted:
        raise Refused("poll.voted", "You have voted. A secret vote cannot be changed.")


def result_audience(visibility: ResultVisibility, state: PollState, *, is_revealed: bool = False) -> ResultAudience:
    """Say who gets the tally now. Nobody but staff ever gets that of a draft."""
    if state is PollState.DRAFT:
        return ResultAudience.STAFF
    if is_revealed or visibility is ResultVisibility.ALWAYS:
        return ResultAudience.ALL
    if visibility is ResultVisibility.AFTER_VOTE:
        return ResultAudience.VOTED
    if visibility is ResultVisibility.AFTER_CLOSE and state is not PollState.OPEN:
        return ResultAudience.ALL
    return ResultAudience.STAFF


def may_see_result(audience: ResultAudience, *, is_staff: bool, has_voted: bool) -> bool:
    """Say whether one person belongs to the audience of a tally."""
    if is_staff or audience is ResultAudience.ALL:
        return True
    return audience is ResultAudience.VOTED and has_voted


def tally(option_count: int, ballots: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Count the choices by position; `ballots` are checked ones."""
    counts = [0] * option_count
    for ballot in ballots:
        for position in ballot:
            counts[position] += 1
    return tuple(counts)


def shares(kind: PollKind, counts: Sequence[int], voters: int) -> tuple[int, ...]:
    """Give whole percentages: adding to 100 by largest remainder, or for multiple polls of all `voters`, half up."""
    if kind is not PollKind.MULTIPLE:
        return answers.shares(counts)
    return tuple((count * 200 + voters) // (2 * voters) if voters else 0 for count in counts)


def result(kind: PollKind, counts: Sequence[int], voters: int) -> Result:
    """Give the counted poll as it is shown."""
    return Result(tuple(counts), shares(kind, counts, voters), voters)


def _trouble_with(options: Sequence[str]) -> str:
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        return f"Give {FEWEST_OPTIONS} to {MOST_OPTIONS} options."
    if len({option.casefold() for option in options}) < len(options):
        return "Two options are the same."
    if max(map(len, options)) > OPTION_LIMIT:
        return f"Keep each option within {OPTION_LIMIT} characters."
    return ""
