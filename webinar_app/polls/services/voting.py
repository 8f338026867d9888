"""Votes, the hottest act of a room: a whole batch in a handful of statements. Do not copy this style elsewhere."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Integer, String, func, insert, select, true

from webinar_app.core.errors import DomainError, Forbidden, NotFound, TryAgain
from webinar_app.core.times import stamp
from webinar_app.infra.acts import key_reused, payload_hash
from webinar_app.infra.claims import Claim, Name, known_claims, make_claims
from webinar_app.infra.db import MOMENT, Db, Ok, insert_for, row_moment, rowset, set_based
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


@dataclass(frozen=True, slots=True)
class Vote:
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


class _Kept(NamedTuple):
    """A vote that is to be stored."""

    claim: Claim
    poll: _Poll
    registration_id: int
    answer: Answer
    at: datetime

    @property
    def waited_ms(self) -> int:
        """Give how long after the opening it came; another process's clock may be a little ahead."""
        opened_at = self.poll.opened_at or self.at
        return max(0, round((self.at - opened_at).total_seconds() * 1000))


@set_based
def cast_votes(db: Db, acts: Sequence[Vote]) -> list[Ok[Any] | DomainError]:
    """Store votes in order; a person's last one in a named poll wins, the first one in a secret poll stays.

    Closing is a barrier: both lock the poll. Polls are locked in the order of ids, before known keys are read.
    """
    batch = _Batch(db, acts)
    outcomes = [batch.judge(act) for act in acts]
    fresh = make_claims(db, [kept.claim for kept in batch.kept.values()])
    for at, act in enumerate(acts):
        # The key was taken meanwhile by a batch of another process that holds no lock in common with this one.
        if isinstance(outcomes[at], Ok) and (name := _name(act)) in batch.kept and name not in fresh:
            outcomes[at] = TryAgain()
    batch.store([kept for name, kept in batch.kept.items() if name in fresh])
    return outcomes


def _name(act: Vote) -> Name:
    return act.scope, act.key


class _Batch:
    """What a batch has read, and what it will keep."""

    def __init__(self, db: Db, acts: Sequence[Vote]) -> None:
        self.db, self.core, self.dialect = db, db.connection(), db.get_bind().dialect.name
        self.polls = self._lock_polls({act.poll for act in acts})
        self.shapes = {code: poll.shape for code, poll in self.polls.items()}
        self.known = known_claims(db, (_name(act) for act in acts))
        self.registered = self._registered(acts)
        self.marked = self._marked(acts)
        self.kept: dict[Name, _Kept] = {}
        self.digests: dict[tuple[Any, ...], str] = {}  # many say the same

    def judge(self, act: Vote) -> Ok[Any] | DomainError:
        """Decide one vote."""
        # Votes without texts keep the digest that they had before there were any: a key lives for days.
        said = (act.poll, act.options, act.texts) if act.texts else (act.poll, act.options)
        digest = self.digests.get(said) or self.digests.setdefault(said, payload_hash(*said))
        poll = self.polls.get(act.poll)
        if known := self.known.get(_name(act)):
            is_other = known.work != WORK or known.payload_hash not in (None, digest)
            return key_reused() if is_other else Ok({"counted_at": stamp(known.done_at)})
        if poll is None or poll.webinar_id != act.webinar_id:
            return NotFound("poll.unknown", "This poll does not exist any more. Reload the page.")
        if (act.registration_id, act.webinar_id) not in self.registered:
            return Forbidden("room.not_registered", "Your registration has ended; the vote was not counted.")
        try:
            has_voted = (poll.id, act.registration_id) in self.marked
            check_vote(poll.state, poll.privacy, has_voted=has_voted, at=act.at, closes_at=poll.closes_at)
            answer = check_answer(self.shapes[poll.code], act.options, act.texts)
        except DomainError as refusal:
            return refusal
        is_secret = poll.privacy is Privacy.SECRET
        claim = Claim(act.scope, act.key, WORK, None if is_secret else digest, act.at)
        self.known[_name(act)] = claim
        self.kept[_name(act)] = _Kept(claim, poll, act.registration_id, answer, act.at)
        if is_secret:
            self.marked.add((poll.id, act.registration_id))
        return Ok({"counted_at": stamp(act.at)})

    def store(self, kept: Sequence[_Kept]) -> None:
        """Write what was decided."""
        secret = [vote for vote in kept if vote.poll.privacy is Privacy.SECRET]
        last = {(vote.poll.id, vote.registration_id): vote for vote in kept if vote.poll.privacy is not Privacy.SECRET}
        if last:
            self._store_ballots([last[voter] for voter in sorted(last)])
        if secret:
            self._store_marks(sorted((vote.poll.id, vote.registration_id) for vote in secret))
            marked = ((vote.poll, at) for vote in secret for at in cells(self.shapes[vote.poll.code], vote.answer))
            self._raise_counts(Counter((poll.id, at) for poll, at in marked))
            self._raise_texts(
                [(vote.poll.id, text) for vote in secret for text in vote.answer if isinstance(text, str)]
            )

    def _lock_polls(self, codes: Iterable[str]) -> dict[str, _Poll]:
        options = select(func.count()).where(PollOption.poll_id == Poll.id).scalar_subquery()
        query = (
            select(
                Poll.id, Poll.code, Poll.webinar_id, Poll.kind, Poll.state, Poll.privacy, Poll.min_choices,
                Poll.max_choices, Poll.setup, Poll.opened_at, Poll.closes_at, options,
            )
            .where(Poll.code.in_(sorted(codes)))
            .order_by(Poll.id)
            .with_for_update(of=Poll, key_share=True)
        )  # fmt: skip
        return {row[1]: _Poll(*row) for row in self.core.execute(query)}

    def _registered(self, acts: Sequence[Vote]) -> set[tuple[int, int | None]]:
        table, columns = rowset(self.dialect, "people", id=Integer)
        query = select(Registration.id, Registration.webinar_id).join(table, Registration.id == columns["id"])
        query = query.where(Registration.state == RegistrationState.REGISTERED)
        rows = [{"id": number} for number in {act.registration_id for act in acts}]
        return {(row[0], row[1]) for row in self.core.execute(query, {"people": json.dumps(rows)})}

    def _marked(self, acts: Sequence[Vote]) -> set[Voter]:
        """Give who of these has voted in the secret polls among these."""
        secret = {poll.code: poll.id for poll in self.polls.values() if poll.privacy is Privacy.SECRET}
        rows = [{"poll": secret[act.poll], "voter": act.registration_id} for act in acts if act.poll in secret]
        if not rows:
            return set()
        table, columns = rowset(self.dialect, "voters", poll=Integer, voter=Integer)
        matches = (PollMark.poll_id == columns["poll"]) & (PollMark.registration_id == columns["voter"])
        query = select(PollMark.poll_id, PollMark.registration_id).join(table, matches)
        return {(row[0], row[1]) for row in self.core.execute(query, {"voters": json.dumps(rows)})}

    def _store_ballots(self, votes: Sequence[_Kept]) -> None:
        table, columns = rowset(
            self.dialect, "ballots", poll_id=Integer, registration_id=Integer, choices=String,
            cast_at=MOMENT[self.dialect], waited_ms=Integer,
        )  # fmt: skip
        put = insert_for(self.db)(Ballot).from_select(
            list(columns), select(*columns.values()).select_from(table).where(true())
        )
        put = put.on_conflict_do_update(
            index_elements=["poll_id", "registration_id"],
            set_={name: put.excluded[name] for name in ("choices", "cast_at", "waited_ms")},
        )
        rows = [
            {
                "poll_id": vote.poll.id,
                "registration_id": vote.registration_id,
                "choices": encode(vote.answer),
                "cast_at": row_moment(self.dialect, vote.at),
                "waited_ms": vote.waited_ms,
            }
            for vote in votes
        ]
        self.core.execute(put, {"ballots": json.dumps(rows)})

    def _store_marks(self, voters: Sequence[Voter]) -> None:
        table, columns = rowset(self.dialect, "marks", poll_id=Integer, registration_id=Integer)
        put = insert(PollMark).from_select(list(columns), select(*columns.values()).select_from(table).where(true()))
        rows = [{"poll_id": poll_id, "registration_id": registration_id} for poll_id, registration_id in voters]
        self.core.execute(put, {"marks": json.dumps(rows)})

    def _raise_counts(self, counts: Counter[tuple[int, int]]) -> None:
        table, columns = rowset(self.dialect, "counts", poll_id=Integer, position=Integer, n=Integer)
        put = insert_for(self.db)(PollCount).from_select(
            list(columns), select(*columns.values()).select_from(table).where(true())
        )
        put = put.on_conflict_do_update(
            index_elements=["poll_id", "position"], set_={"n": PollCount.n + put.excluded.n}
        )
        rows = [{"poll_id": poll, "position": at, "n": n} for (poll, at), n in sorted(counts.items())]
        self.core.execute(put, {"counts": json.dumps(rows)})

    def _raise_texts(self, texts: Sequence[tuple[int, str]]) -> None:
        """Count what was written in secret polls; the first spelling stays."""
        if not texts:
            return
        spelling: dict[tuple[int, str], str] = {}
        for poll_id, text in texts:
            spelling.setdefault((poll_id, text.casefold()), text)
        counts = Counter((poll_id, text.casefold()) for poll_id, text in texts)
        table, columns = rowset(
            self.dialect, "texts", poll_id=Integer, folded=String, text=String, n=Integer, hidden=Boolean
        )
        put = insert_for(self.db)(PollText).from_select(
            list(columns), select(*columns.values()).select_from(table).where(true())
        )
        put = put.on_conflict_do_update(index_elements=["poll_id", "folded"], set_={"n": PollText.n + put.excluded.n})
        rows = [
            {"poll_id": poll_id, "folded": folded, "text": spelling[poll_id, folded], "n": n, "hidden": False}
            for (poll_id, folded), n in sorted(counts.items())
        ]
        self.core.execute(put, {"texts": json.dumps(rows)})
