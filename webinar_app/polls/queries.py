"""Named reads of polls and their results."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import selectinload

from webinar_app.core.actor import Member
from webinar_app.core.errors import NotFound
from webinar_app.infra.db import Db
from webinar_app.polls.models import Ballot, Poll, PollCount, PollMark, PollText
from webinar_app.polls.rules import (
    MODERATED,
    WRITTEN,
    Counted,
    PollKind,
    PollState,
    Privacy,
    ResultVisibility,
    cell_count,
    cells,
    check_people,
    decode,
    empty,
    may_archive,
    may_edit,
    result,
    result_audience,
    right_count,
)
from webinar_app.registrations.models import Registration
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import REAL, when_words

MOST_PEOPLE = 500
"""So many names travel at once; the file has all of them."""


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


def find_repeated(db: Db, poll: Poll) -> Poll | None:
    """Give the poll that this one repeats, when it is still there and has been answered."""
    if poll.repeats is None:
        return None
    query = select(Poll).where(Poll.code == poll.repeats, Poll.state != PollState.DRAFT)
    return db.scalars(query.options(selectinload(Poll.options))).one_or_none()


def list_bank(db: Db, webinar: Webinar) -> list[Poll]:
    """Give the polls of the other sittings of the same course, the latest sitting first, each in its order."""
    query = select(Poll).join(Webinar, Webinar.id == Poll.webinar_id)
    query = query.where(Webinar.course_id == webinar.course_id, Webinar.id != webinar.id, REAL)
    query = query.order_by(Webinar.starts_at.desc(), Webinar.id.desc(), Poll.position, Poll.code)
    return list(db.scalars(query.options(selectinload(Poll.options))))


def list_open(db: Db, webinar_ids: Sequence[int]) -> list[Poll]:
    """Give the open polls of several sittings, and the closed ones whose result voters see."""
    return list(db.scalars(_open_polls(), {"webinar_ids": list(webinar_ids)}))


@cache
def _open_polls() -> Any:
    for_voters = (Poll.state == PollState.CLOSED) & (Poll.visibility == ResultVisibility.AFTER_VOTE)
    chosen = Poll.webinar_id.in_(bindparam("webinar_ids", expanding=True))
    query = select(Poll).where(chosen, (Poll.state == PollState.OPEN) | for_voters)
    return query.options(selectinload(Poll.options)).order_by(Poll.id)


def list_pinned(db: Db, webinar_id: int) -> list[Poll]:
    """Give the pinned polls of a sitting, locked."""
    query = select(Poll).where(Poll.webinar_id == webinar_id, Poll.pinned).order_by(Poll.id)
    return list(db.scalars(query.with_for_update(of=Poll, key_share=True)))


def list_answers(db: Db, poll_ids: Sequence[int]) -> list[tuple[Ballot, Registration]]:
    """Give the ballots of these polls with their registrations, as they came; secret polls have none."""
    query = select(Ballot, Registration).join(Registration, Registration.id == Ballot.registration_id)
    query = query.where(Ballot.poll_id.in_(poll_ids)).join(Poll, Poll.id == Ballot.poll_id)
    rows = db.execute(query.order_by(Poll.position, Ballot.cast_at, Registration.id))
    return [(ballot, person) for ballot, person in rows]


def people_of(db: Db, member: Member, code: str) -> dict[str, Any]:
    """Give `{people, more}`: who answered what in a poll of the member's sitting, by name, and how many are left out.

    Raises NotFound, and Refused where the ballot promised otherwise.
    """
    poll = get_by_code(db, code)
    if poll.webinar_id != member.webinar_id or poll.state is PollState.DRAFT:
        raise NotFound("poll.unknown", "This poll does not exist any more. Reload the page.")
    own = (poll.id, member.registration_id)
    has_voted = member.registration_id is not None and db.get(Ballot, own) is not None
    audience = result_audience(poll.visibility, poll.state, is_revealed=poll.results_shown)
    check_people(poll.privacy, audience, is_staff=member.is_staff, has_voted=has_voted)
    hidden = {text.casefold() for text in hidden_texts(db, [poll]).get(poll.id, ())}
    named = [
        (
            person.display_name,
            [said for said in decode(poll.kind, ballot.choices) if str(said).casefold() not in hidden],
        )
        for ballot, person in list_answers(db, [poll.id])
    ]
    people = [{"name": name, "answer": answer} for name, answer in sorted(named, key=lambda one: one[0].casefold())]
    return {"people": people[:MOST_PEOPLE], "more": max(0, len(people) - MOST_PEOPLE)}


def last_position(db: Db, webinar_id: int) -> int:
    """Give the highest position of a sitting's polls; 0 when there is none."""
    return db.scalar(select(func.max(Poll.position)).where(Poll.webinar_id == webinar_id)) or 0


def results(db: Db, polls: Iterable[Poll]) -> dict[int, Counted]:
    """Count several polls by their ids; a closed one gives what was counted at closing."""
    found: dict[int, Counted] = {}
    named: list[Poll] = []
    secret: list[Poll] = []
    polls = list(polls)
    for poll in polls:
        if poll.state is not PollState.OPEN and poll.final:
            found[poll.id] = read_final(poll.final)
        elif poll.state is PollState.DRAFT:
            found[poll.id] = empty(poll.shape)
        else:
            (secret if poll.privacy is Privacy.SECRET else named).append(poll)
    found |= _count_ballots(db, named) | _read_counts(db, secret)
    for poll_id, texts in hidden_texts(db, polls).items():
        found[poll_id] = found[poll_id]._replace(hidden=texts)
    return found


def result_of(db: Db, poll: Poll) -> Counted:
    """Count one poll."""
    return results(db, [poll])[poll.id]


def read_final(final: dict[str, Any]) -> Counted:
    """Read what was counted at closing."""
    texts = tuple((text, n) for text, n in final.get("texts", ()))
    return Counted(tuple(final["counts"]), final["voters"], texts)


def _count_ballots(db: Db, polls: Sequence[Poll]) -> dict[int, Counted]:
    """Count ballots by one GROUP BY over the choices as they are stored."""
    if not polls:
        return {}
    groups: dict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = db.execute(_ballots_by_choice(), {"poll_ids": [poll.id for poll in polls]})
    for poll_id, choices, ballots in rows:
        groups[poll_id].append((choices, ballots))
    return {poll.id: _count_group(poll, groups[poll.id]) for poll in polls}


@cache
def _ballots_by_choice() -> Any:
    query = select(Ballot.poll_id, Ballot.choices, func.count())
    query = query.where(Ballot.poll_id.in_(bindparam("poll_ids", expanding=True)))
    return query.group_by(Ballot.poll_id, Ballot.choices)


def _count_group(poll: Poll, group: Sequence[tuple[str, int]]) -> Counted:
    shape = poll.shape
    counts, texts = [0] * cell_count(shape), Counter[str]()
    for choices, ballots in group:
        answer = decode(shape.kind, choices)
        for cell in cells(shape, answer):
            counts[cell] += ballots
        texts.update({text: ballots for text in answer if isinstance(text, str)})
    return Counted(tuple(counts), sum(ballots for _, ballots in group), tuple(sorted(texts.items())))


def _read_counts(db: Db, polls: Sequence[Poll]) -> dict[int, Counted]:
    if not polls:
        return {}
    ids = [poll.id for poll in polls]
    marks = select(PollMark.poll_id, func.count()).where(PollMark.poll_id.in_(ids)).group_by(PollMark.poll_id)
    voters = dict(db.execute(marks).all())
    query = select(PollCount.poll_id, PollCount.position, PollCount.n).where(PollCount.poll_id.in_(ids))
    counts = {(poll_id, position): n for poll_id, position, n in db.execute(query)}
    written: dict[int, list[tuple[str, int]]] = defaultdict(list)
    if any(poll.kind in WRITTEN for poll in polls):
        texts = select(PollText.poll_id, PollText.text, PollText.n).where(PollText.poll_id.in_(ids), PollText.n > 0)
        for poll_id, text, n in db.execute(texts.order_by(PollText.poll_id, PollText.folded)):
            written[poll_id].append((text, n))
    return {
        poll.id: Counted(
            tuple(counts.get((poll.id, cell), 0) for cell in range(cell_count(poll.shape))),
            voters.get(poll.id, 0),
            tuple(written[poll.id]),
        )
        for poll in polls
    }


def hidden_texts(db: Db, polls: Iterable[Poll]) -> dict[int, tuple[str, ...]]:
    """Give the texts that staff hide, by poll, where there are any."""
    ids = [poll.id for poll in polls if poll.kind in MODERATED]
    if not ids:
        return {}
    query = select(PollText.poll_id, PollText.text).where(PollText.poll_id.in_(ids), PollText.hidden)
    found: dict[int, tuple[str, ...]] = {}
    for poll_id, text in db.execute(query.order_by(PollText.poll_id, PollText.folded)):
        found[poll_id] = (*found.get(poll_id, ()), text)
    return found


def own_ballots(
    db: Db, webinar_id: int, registration_ids: Sequence[int]
) -> dict[int, dict[str, list[int] | list[str]]]:
    """Give each registrant's ballots in named polls by the poll's code: positions, or what was written."""
    query = (
        select(Ballot.registration_id, Poll.code, Poll.kind, Ballot.choices)
        .join(Ballot, Ballot.poll_id == Poll.id)
        .where(Poll.webinar_id == webinar_id, Ballot.registration_id.in_(registration_ids))
        .order_by(Poll.position, Poll.code)
    )
    found: dict[int, dict[str, list[int] | list[str]]] = defaultdict(dict)
    for registration_id, code, kind, choices in db.execute(query):
        found[registration_id][code] = list(decode(kind, choices))  # type: ignore[assignment]  # one kind each
    return found


def own_marks(db: Db, webinar_id: int, registration_ids: Sequence[int]) -> dict[int, list[str]]:
    """Give the codes of the secret polls in which each registrant has voted."""
    query = (
        select(PollMark.registration_id, Poll.code)
        .join(PollMark, PollMark.poll_id == Poll.id)
        .where(Poll.webinar_id == webinar_id, PollMark.registration_id.in_(registration_ids))
        .order_by(Poll.position, Poll.code)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for registration_id, code in db.execute(query):
        found[registration_id].append(code)
    return found


def poll_rows(db: Db, webinar_id: int) -> list[dict[str, Any]]:
    """Give a sitting's polls as plain values for the list, with results of those that were opened."""
    polls = list_polls(db, webinar_id, *PollState)
    counted = results(db, polls)
    return [poll_view(poll) | {"result": shown_value(poll, counted[poll.id])} for poll in polls]


def poll_view(poll: Poll) -> dict[str, Any]:
    """Give a poll as plain values for its form."""
    setup = poll.shape.setup
    return asked_value(poll) | {
        "right": list(setup.right),
        "low": setup.low,
        "high": setup.high,
        "repeats": poll.repeats,
        "can_edit": may_edit(poll.state),
        "can_archive": may_archive(poll.state),
        "results_shown": poll.results_shown,
    }


def bank_rows(db: Db, webinar: Webinar) -> list[dict[str, Any]]:
    """Give the polls of the course's other sittings by sitting, as `{words, polls}`."""
    found: dict[int, list[Poll]] = {}
    for poll in list_bank(db, webinar):
        found.setdefault(poll.webinar_id, []).append(poll)
    return [
        {"words": when_words(db.get_one(Webinar, webinar_id)), "polls": [poll_view(poll) for poll in polls]}
        for webinar_id, polls in found.items()
    ]


def shown_value(poll: Poll, counted: Counted) -> dict[str, Any] | None:
    """Give a result with the words of its rows, for pages and files; None for a draft."""
    if poll.state is PollState.DRAFT:
        return None
    shown = result(poll.shape, counted)
    words = shown.labels if shown.labels is not None else tuple(option.text for option in poll.options)
    value = result_value(poll, counted) | {"right_count": right_count(poll.shape, counted), "rows": []}
    if poll.kind is not PollKind.GRID:
        value["rows"] = [
            {"label": label, "count": count, "share": share / 100}
            for label, count, share in zip(words, shown.counts, shown.shares, strict=True)
        ]
    return value


def result_value(poll: Poll, counted: Counted) -> dict[str, Any]:
    """Give a result with its percentages; what its kind does not have is left out, since thousands are sent it."""
    shown = result(poll.shape, counted)
    value: dict[str, Any] = {"counts": list(shown.counts), "shares": list(shown.shares), "voters": shown.voters}
    if shown.labels is not None:
        value["labels"] = list(shown.labels)
    if shown.stats:
        value["stats"] = [one and one._asdict() for one in shown.stats]
    return value | {"more": shown.more} if shown.more else value


def asked_value(poll: Poll) -> dict[str, Any]:
    """Give what a poll asks, and how, as plain values."""
    setup = poll.shape.setup
    return {
        "code": poll.code,
        "position": poll.position,
        "kind": poll.kind.value,
        "question": poll.question,
        "options": [option.text for option in poll.options],
        "columns": list(setup.columns),
        "min_choices": poll.min_choices,
        "max_choices": poll.max_choices,
        "range": [setup.low, setup.high],
        "state": poll.state.value,
        "visibility": poll.visibility.value,
        "privacy": poll.privacy.value,
        "planned_minute": poll.planned_minute,
        "planned_slide": poll.planned_slide,
        "open_seconds": poll.open_seconds,
    }
