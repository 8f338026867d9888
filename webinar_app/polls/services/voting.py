"""Votes, the hottest act of a room: a whole batch in a handful of statements. Do not copy this style elsewhere."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Integer, String, bindparam, func, select

from webinar_app.core.errors import DomainError, Forbidden, NotFound, TryAgain
from webinar_app.core.times import stamp
from webinar_app.infra.acts import key_reused, payload_hash
from webinar_app.infra.claims import Claim, Name, known_claims, make_new_claims
from webinar_app.infra.db import MOMENT, Db, Ok, in_rows, insert_rows, row_moment, rowset, set_based
from webinar_app.polls.models import Ballot, Poll, PollCount, PollMark, PollOption, PollText
from webinar_app.polls.rules import (
    Answer,
    PollKind,
    PollState,
    Privacy,
    Setup,
    Shape,
    cells,
    check_answer,
    check_vote,
    encode,
)
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState

WORK = "cast_votes"


class Vote(NamedTuple):
    """One person's vote as it came in; `options` are positions, `texts` what was written."""

    scope: str
    key: str
    registration_id: int
    webinar_id: int
    poll: str
    options: tuple[int, ...]
    at: datetime
    texts: tuple[str, ...] = ()


class _Poll(NamedTuple):
    id: int
    code: str
    webinar_id: int
    kind: PollKind
    state: PollState
    privacy: Privacy
    min_choices: int
    max_choices: int
    setup: dict[str, Any] | None
    opened_at: datetime | None
    closes_at: datetime | None
    options: int

    @property
    def shape(self) -> Shape:
        return Shape(self.kind, self.options, self.min_choices, self.max_choices, Setup.from_json(self.setup))


Voter = tuple[int, int]  # poll, registration


class _Said(NamedTuple):
    """What a ballot says, judged once for all who say the same: its hash, and the answer or why there is none."""

    digest: str
    poll: _Poll | None
    answer: Answer | DomainError
    stored: str = ""


class _Kept(NamedTuple):
    """A vote that is to be stored."""

    claim: Claim
    poll: _Poll
    registration_id: int
    said: _Said
    moment: str  # of the claim, as the database takes it

    @property
    def waited_ms(self) -> int:
        """Give how long after the opening it came; another process's clock may be a little ahead."""
        at = self.claim.done_at
        return max(0, round((at - (self.poll.opened_at or at)).total_seconds() * 1000))


@set_based
def cast_votes(db: Db, acts: Sequence[Vote]) -> list[Ok[Any] | DomainError]:
    """Store votes in order; a person's last one in a named poll wins, the first one in a secret poll stays.

    Closing is a barrier: both lock the poll. Polls are locked in the order of ids, before known keys are read.
    """
    names = [(act.scope, act.key) for act in acts]
    batch = _Batch(db, acts, names)
    outcomes = [batch.judge(name, act) for name, act in zip(names, acts, strict=True)]
    kept = batch.kept.values()
    fresh = make_new_claims(db, [one.claim for one in kept], [one.moment for one in kept])
    if len(fresh) < len(kept):
        # A key was taken meanwhile by a batch of another process that holds no lock in common with this one.
        lost = batch.kept.keys() - fresh
        outcomes = [TryAgain() if name in lost else told for name, told in zip(names, outcomes, strict=True)]
    batch.store([one for name, one in batch.kept.items() if name in fresh])
    return outcomes


class _Batch:
    """What a batch has read, and what it will keep."""

    def __init__(self, db: Db, acts: Sequence[Vote], names: Sequence[Name]) -> None:
        self.core, self.dialect = db.connection(), db.get_bind().dialect.name
        found = self.core.execute(_find_polls(), {"codes": sorted({act.poll for act in acts})})
        self.polls = {row[1]: _Poll(*row) for row in found}
        self.shapes = {code: poll.shape for code, poll in self.polls.items()}
        self.known = known_claims(db, names)
        self.registered = self._registered(acts)
        self.marked = self._marked(acts)
        self.kept: dict[Name, _Kept] = {}
        self.said: dict[tuple[Any, ...], _Said] = {}

    def judge(self, name: Name, act: Vote) -> Ok[Any] | DomainError:
        """Decide one vote."""
        said = self._said(act)
        poll = said.poll
        if known := self.known.get(name):
            is_other = known.work != WORK or known.payload_hash not in (None, said.digest)
            return key_reused() if is_other else Ok({"counted_at": stamp(known.done_at)})
        if poll is None or poll.webinar_id != act.webinar_id:
            return NotFound("poll.unknown", "This poll does not exist any more. Reload the page.")
        if (act.registration_id, act.webinar_id) not in self.registered:
            return Forbidden("room.not_registered", "Your registration has ended; the vote was not counted.")
        try:
            has_voted = (poll.id, act.registration_id) in self.marked
            check_vote(poll.state, poll.privacy, has_voted=has_voted, at=act.at, closes_at=poll.closes_at)
        except DomainError as refusal:
            return refusal
        if isinstance(said.answer, DomainError):
            return said.answer
        is_secret = poll.privacy is Privacy.SECRET
        claim = Claim(act.scope, act.key, WORK, None if is_secret else said.digest, act.at)
        self.known[name] = claim
        moment = row_moment(self.dialect, act.at)
        self.kept[name] = _Kept(claim, poll, act.registration_id, said, moment)
        if is_secret:
            self.marked.add((poll.id, act.registration_id))
        return Ok({"counted_at": f"{moment[:10]}T{moment[11:23]}Z"})  # as `stamp` gives it

    def _said(self, act: Vote) -> _Said:
        # Votes without texts keep the digest that they had before there were any: a key lives for days.
        words = (act.poll, act.options, act.texts) if act.texts else (act.poll, act.options)
        if words not in self.said:
            self.said[words] = self._read(payload_hash(*words), self.polls.get(act.poll), act)
        return self.said[words]

    def _read(self, digest: str, poll: _Poll | None, act: Vote) -> _Said:
        if poll is None:
            return _Said(digest, None, ())
        try:
            answer = check_answer(self.shapes[poll.code], act.options, act.texts)
        except DomainError as refusal:
            return _Said(digest, poll, refusal)
        return _Said(digest, poll, answer, encode(answer))

    def store(self, kept: Sequence[_Kept]) -> None:
        """Write what was decided."""
        secret = [vote for vote in kept if vote.poll.privacy is Privacy.SECRET]
        last = {(vote.poll.id, vote.registration_id): vote for vote in kept if vote.poll.privacy is not Privacy.SECRET}
        if last:
            self._store_ballots([last[voter] for voter in sorted(last)])
        if secret:
            self._store_marks(secret)
            self._raise_counts(secret)
            self._raise_texts(secret)

    def _registered(self, acts: Sequence[Vote]) -> set[tuple[int, int | None]]:
        people = in_rows((number,) for number in {act.registration_id for act in acts})
        return {(row[0], row[1]) for row in self.core.execute(_find_registered(self.dialect), people).all()}

    def _marked(self, acts: Sequence[Vote]) -> set[Voter]:
        """Give who of these has voted in the secret polls among these."""
        secret = {poll.code: poll.id for poll in self.polls.values() if poll.privacy is Privacy.SECRET}
        rows = [(secret[act.poll], act.registration_id) for act in acts if act.poll in secret]
        if not rows:
            return set()
        found = self.core.execute(_find_marks(self.dialect), in_rows(rows))
        return {(row[0], row[1]) for row in found}

    def _store_ballots(self, votes: Sequence[_Kept]) -> None:
        rows = [(vote.poll.id, vote.registration_id, vote.said.stored, vote.moment, vote.waited_ms) for vote in votes]
        self._put(_put_ballots, rows)

    def _store_marks(self, votes: Sequence[_Kept]) -> None:
        marks = sorted((vote.poll.id, vote.registration_id) for vote in votes)
        self._put(_put_marks, marks)

    def _raise_counts(self, votes: Sequence[_Kept]) -> None:
        marked = ((vote.poll, at) for vote in votes for at in cells(self.shapes[vote.poll.code], _answer(vote)))
        counts = Counter((poll.id, at) for poll, at in marked)
        self._put(_raise_counts, [(*cell, n) for cell, n in sorted(counts.items())])

    def _raise_texts(self, votes: Sequence[_Kept]) -> None:
        """Count what was written in secret polls; the first spelling stays."""
        texts = [(vote.poll.id, text) for vote in votes for text in _answer(vote) if isinstance(text, str)]
        if not texts:
            return
        spelling: dict[tuple[int, str], str] = {}
        for poll_id, text in texts:
            spelling.setdefault((poll_id, text.casefold()), text)
        counts = Counter((poll_id, text.casefold()) for poll_id, text in texts)
        rows = [
            (poll_id, folded, spelling[poll_id, folded], n, False) for (poll_id, folded), n in sorted(counts.items())
        ]
        self._put(_raise_texts, rows)

    def _put(self, statement: Callable[[str], Any], rows: Sequence[Sequence[Any]]) -> None:
        self.core.execute(statement(self.dialect), in_rows(rows))


def _answer(vote: _Kept) -> Answer:
    assert not isinstance(vote.said.answer, DomainError)
    return vote.said.answer


# Statements are made once: to make one and find it in the library's cache costs more than ten votes.


@cache
def _find_polls() -> Any:
    options = select(func.count()).where(PollOption.poll_id == Poll.id).scalar_subquery()
    return (
        select(
            Poll.id, Poll.code, Poll.webinar_id, Poll.kind, Poll.state, Poll.privacy, Poll.min_choices,
            Poll.max_choices, Poll.setup, Poll.opened_at, Poll.closes_at, options,
        )
        .where(Poll.code.in_(bindparam("codes", expanding=True)))
        .order_by(Poll.id)
        .with_for_update(of=Poll, key_share=True)
    )  # fmt: skip


@cache
def _find_registered(dialect: str) -> Any:
    table, columns = rowset(dialect, id=Integer)
    found = select(Registration.id, Registration.webinar_id).join(table, Registration.id == columns["id"])
    return found.where(Registration.state == RegistrationState.REGISTERED)


@cache
def _find_marks(dialect: str) -> Any:
    table, columns = rowset(dialect, poll=Integer, voter=Integer)
    matches = (PollMark.poll_id == columns["poll"]) & (PollMark.registration_id == columns["voter"])
    return select(PollMark.poll_id, PollMark.registration_id).join(table, matches)


@cache
def _put_ballots(dialect: str) -> Any:
    put = insert_rows(
        dialect, Ballot, poll_id=Integer, registration_id=Integer, choices=String, cast_at=MOMENT[dialect],
        waited_ms=Integer,
    )  # fmt: skip
    return put.on_conflict_do_update(
        index_elements=["poll_id", "registration_id"],
        set_={name: put.excluded[name] for name in ("choices", "cast_at", "waited_ms")},
    )


@cache
def _put_marks(dialect: str) -> Any:
    return insert_rows(dialect, PollMark, poll_id=Integer, registration_id=Integer)


@cache
def _raise_counts(dialect: str) -> Any:
    put = insert_rows(dialect, PollCount, poll_id=Integer, position=Integer, n=Integer)
    return put.on_conflict_do_update(index_elements=["poll_id", "position"], set_={"n": PollCount.n + put.excluded.n})


@cache
def _raise_texts(dialect: str) -> Any:
    put = insert_rows(dialect, PollText, poll_id=Integer, folded=String, text=String, n=Integer, hidden=Boolean)
    return put.on_conflict_do_update(index_elements=["poll_id", "folded"], set_={"n": PollText.n + put.excluded.n})
