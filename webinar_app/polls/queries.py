"""Named reads of polls and their results."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from webinar_app.core.errors import NotFound
from webinar_app.infra.db import Db
from webinar_app.polls.models import Ballot, Poll, PollCount, PollMark
from webinar_app.polls.rules import PollState, Privacy, ResultVisibility, may_edit, result


class Counted(NamedTuple):
    """The choices of a poll by position, and the number of ballots."""

    counts: tuple[int, ...]
    voters: int


def get_by_code(db: Db, code: str, *, lock: bool = False) -> Poll:
    """Give the poll, or raise NotFound; `lock` holds off votes, opening and closing until the commit."""
    query = select(Poll).where(Poll.code == code.upper())
    found = db.scalars(query.with_for_update(of=Poll, key_share=True) if lock else query).one_or_none()
    if found is None:
        raise NotFound("poll.unknown", "This poll does not exist any more. Reload the page.")
    return found


def list_polls(db: Db, webinar_id: int, *states: PollState) -> list[Poll]:
    """Give a sitting's polls in order, with their options; without states all but archived ones."""
    query = select(Poll).where(Poll.webinar_id == webinar_id).options(selectinload(Poll.options))
    query = query.where(Poll.state.in_(states) if states else Poll.state != PollState.ARCHIVED)
    return list(db.scalars(query.order_by(Poll.position, Poll.code)))


def list_open(db: Db, webinar_ids: Sequence[int]) -> list[Poll]:
    """Give the open polls of several sittings, and the closed ones whose result voters see."""
    for_voters = (Poll.state == PollState.CLOSED) & (Poll.visibility == ResultVisibility.AFTER_VOTE)
    query = select(Poll).where(Poll.webinar_id.in_(webinar_ids), (Poll.state == PollState.OPEN) | for_voters)
    return list(db.scalars(query.options(selectinload(Poll.options)).order_by(Poll.id)))


def last_position(db: Db, webinar_id: int) -> int:
    """Give the highest position of a sitting's polls; 0 when there is none."""
    return db.scalar(select(func.max(Poll.position)).where(Poll.webinar_id == webinar_id)) or 0


def results(db: Db, polls: Iterable[Poll]) -> dict[int, Counted]:
    """Count several polls by their ids; a closed one gives what was counted at closing."""
    found: dict[int, Counted] = {}
    named: list[Poll] = []
    secret: list[Poll] = []
    for poll in polls:
        if poll.state is PollState.CLOSED and poll.final:
            found[poll.id] = Counted(tuple(poll.final["counts"]), poll.final["voters"])
        elif poll.state is PollState.DRAFT:
            found[poll.id] = Counted((0,) * len(poll.options), 0)
        else:
            (secret if poll.privacy is Privacy.SECRET else named).append(poll)
    return found | _count_ballots(db, named) | _read_counts(db, secret)


def result_of(db: Db, poll: Poll) -> Counted:
    """Count one poll."""
    return results(db, [poll])[poll.id]


def _count_ballots(db: Db, polls: Sequence[Poll]) -> dict[int, Counted]:
    """Count ballots by one GROUP BY over the choices as they are stored."""
    if not polls:
        return {}
    query = select(Ballot.poll_id, Ballot.choices, func.count()).where(Ballot.poll_id.in_([poll.id for poll in polls]))
    groups: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for poll_id, choices, ballots in db.execute(query.group_by(Ballot.poll_id, Ballot.choices)):
        groups[poll_id].append((choices, ballots))
    counted = {}
    for poll in polls:
        counts = [0] * len(poll.options)
        for choices, ballots in groups[poll.id]:
            for position in choices.split(","):
                counts[int(position)] += ballots
        counted[poll.id] = Counted(tuple(counts), sum(ballots for _, ballots in groups[poll.id]))
    return counted


def _read_counts(db: Db, polls: Sequence[Poll]) -> dict[int, Counted]:
    if not polls:
        return {}
    ids = [poll.id for poll in polls]
    marks = select(PollMark.poll_id, func.count()).where(PollMark.poll_id.in_(ids)).group_by(PollMark.poll_id)
    voters = dict(db.execute(marks).all())
    query = select(PollCount.poll_id, PollCount.position, PollCount.n).where(PollCount.poll_id.in_(ids))
    counts = {(poll_id, position): n for poll_id, position, n in db.execute(query)}
    return {
        poll.id: Counted(
            tuple(counts.get((poll.id, option.position), 0) for option in poll.options), voters.get(poll.id, 0)
        )
        for poll in polls
    }


def own_ballots(db: Db, registration_id: int, webinar_id: int) -> dict[str, list[int]]:
    """Give a registrant's ballots in named polls by the poll's code."""
    query = (
        select(Poll.code, Ballot.choices)
        .join(Ballot, Ballot.poll_id == Poll.id)
        .where(Poll.webinar_id == webinar_id, Ballot.registration_id == registration_id)
        .order_by(Poll.position, Poll.code)
    )
    return {code: [int(at) for at in choices.split(",")] for code, choices in db.execute(query)}


def own_marks(db: Db, registration_id: int, webinar_id: int) -> list[str]:
    """Give the codes of the secret polls in which a registrant has voted."""
    query = (
        select(Poll.code)
        .join(PollMark, PollMark.poll_id == Poll.id)
        .where(Poll.webinar_id == webinar_id, PollMark.registration_id == registration_id)
        .order_by(Poll.position, Poll.code)
    )
    return list(db.scalars(query))


def list_named_ballots(db: Db, poll_id: int) -> list[tuple[int, str]]:
    """Give (registration, choices) of a named poll, for staff."""
    query = select(Ballot.registration_id, Ballot.choices).where(Ballot.poll_id == poll_id)
    return list(db.execute(query.order_by(Ballot.registration_id)))


def poll_rows(db: Db, webinar_id: int) -> list[dict[str, Any]]:
    """Give a sitting's polls as plain values for the list, with results of those that were opened."""
    polls = list_polls(db, webinar_id)
    counted = results(db, polls)
    return [poll_view(poll) | {"result": _rows(poll, counted[poll.id])} for poll in polls]


def poll_view(poll: Poll) -> dict[str, Any]:
    """Give a poll as plain values for its form."""
    return {
        "code": poll.code,
        "position": poll.position,
        "kind": poll.kind.value,
        "question": poll.question,
        "options": [option.text for option in poll.options],
        "min_choices": poll.min_choices,
        "max_choices": poll.max_choices,
        "state": poll.state.value,
        "visibility": poll.visibility.value,
        "privacy": poll.privacy.value,
        "planned_minute": poll.planned_minute,
        "can_edit": may_edit(poll.state),
    }


def _rows(poll: Poll, counted: Counted) -> dict[str, Any] | None:
    if poll.state is PollState.DRAFT:
        return None
    shown = result(poll.kind, counted.counts, counted.voters)
    rows = [
        {"label": option.text, "count": count, "share": share / 100}
        for option, count, share in zip(poll.options, shown.counts, shown.shares, strict=True)
    ]
    return {"rows": rows, "voters": shown.voters}
