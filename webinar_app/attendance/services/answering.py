"""Seen and answered checks: everybody in a room does this in the same minute, so a batch is a handful of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, String, func, select

from webinar_app.attendance.models import AttentionCheck, CheckResponse
from webinar_app.attendance.queries.checks import due_at
from webinar_app.attendance.rules.checks import LONGEST_ANSWER, CheckState, check_right
from webinar_app.core.errors import DomainError, Forbidden, NotFound, Refused, TryAgain
from webinar_app.core.times import stamp
from webinar_app.infra.acts import key_reused, payload_hash
from webinar_app.infra.claims import Claim, Name, known_claims, make_claims
from webinar_app.infra.db import MOMENT, Db, Ok, in_rows, insert_rows, row_moment, rowset, set_based
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState

WORK = "answer_checks"
Place = tuple[int, int]  # check, registration


@dataclass(frozen=True, slots=True)
class CheckAct:
    """What somebody says of a check: that it was shown (`answer` None, no key), or an answer."""

    scope: str
    key: str
    registration_id: int
    webinar_id: int
    check: str
    device: str
    answer: str | None
    at: datetime


class _Kept(NamedTuple):
    """What is written of one person and check."""

    seen_at: datetime
    device: str
    given: str
    given_at: datetime | None
    answered_at: datetime | None


@set_based
def answer_checks(db: Db, acts: Sequence[CheckAct]) -> list[Ok[Any] | DomainError]:
    """Write who was shown a check and what they answered; the first right answer stays, a wrong one may be mended.

    The time of an act decides whether it was in time, so that closing needs no lock.
    """
    batch = _Batch(db, acts)
    outcomes = [batch.judge(act) for act in acts]
    fresh = make_claims(db, list(batch.claims.values()))
    for at, act in enumerate(acts):
        # The key was taken meanwhile by a batch of another process.
        if isinstance(outcomes[at], Ok) and _name(act) in batch.claims and _name(act) not in fresh:
            outcomes[at] = TryAgain()
    batch.store()
    return outcomes


def _name(act: CheckAct) -> Name:
    return act.scope, act.key


class _Batch:
    """What a batch has read, and what it will keep."""

    def __init__(self, db: Db, acts: Sequence[CheckAct]) -> None:
        self.db, self.core, self.dialect = db, db.connection(), db.get_bind().dialect.name
        query = select(AttentionCheck).where(AttentionCheck.code.in_({act.check for act in acts}))
        self.checks = {check.code: check for check in db.scalars(query)}
        self.known = known_claims(db, (_name(act) for act in acts if act.answer is not None))
        self.slow = self._registered(acts)
        self.claims: dict[Name, Claim] = {}
        self.kept: dict[Place, _Kept] = {}

    def judge(self, act: CheckAct) -> Ok[Any] | DomainError:
        """Decide one act, and keep what it says."""
        known = None if act.answer is None else self.known.get(_name(act))
        if known is not None:
            is_same = known.work == WORK and known.payload_hash == _digest(act)
            return Ok({"answered_at": stamp(known.done_at)}) if is_same else key_reused()
        check = self.checks.get(act.check)
        if check is None or check.webinar_id != act.webinar_id or check.opened_at is None:
            return NotFound("check.unknown", "This check does not exist. Reload the page.")
        if (act.registration_id, act.webinar_id) not in self.slow:
            return Forbidden("room.not_registered", "Your registration has ended; nothing was counted.")
        due = due_at(check, more_time=self.slow[act.registration_id, act.webinar_id])
        if act.at >= due or (check.state is CheckState.CLOSED and check.closed_at and act.at >= check.closed_at):
            return Refused("check.closed", "The time to answer this check is over.")
        try:
            return self._keep(act, check)
        except DomainError as refusal:
            return refusal

    def _keep(self, act: CheckAct, check: AttentionCheck) -> Ok[Any]:
        place = check.id, act.registration_id
        before = self.kept.get(place) or _Kept(act.at, act.device, "", None, None)
        if act.answer is None:
            self.kept[place] = before
            return Ok({})
        given = act.answer[:LONGEST_ANSWER]
        self.kept[place] = before._replace(given=given, given_at=act.at)
        check_right(check.kind, check.answer, given)
        self.kept[place] = self.kept[place]._replace(answered_at=before.answered_at or act.at)
        claim = Claim(act.scope, act.key, WORK, _digest(act), act.at)
        self.claims[_name(act)] = self.known[_name(act)] = claim
        return Ok({"answered_at": stamp(act.at)})

    def store(self) -> None:
        """Write what was decided; what is known already keeps its first moments."""
        if not self.kept:
            return
        moment = MOMENT[self.dialect]
        put = insert_rows(
            self.dialect, CheckResponse, check_id=Integer, registration_id=Integer, device=String, seen_at=moment,
            given=String, given_at=moment, answered_at=moment,
        )  # fmt: skip
        put = put.on_conflict_do_update(
            index_elements=["check_id", "registration_id"],
            set_={
                "given": func.coalesce(func.nullif(put.excluded.given, ""), CheckResponse.given),
                "given_at": func.coalesce(put.excluded.given_at, CheckResponse.given_at),
                "answered_at": func.coalesce(CheckResponse.answered_at, put.excluded.answered_at),
            },
        )
        rows = [self._row(place, kept) for place, kept in sorted(self.kept.items())]
        self.core.execute(put, in_rows(rows))

    def _row(self, place: Place, kept: _Kept) -> tuple[Any, ...]:
        given_at, answered_at = (at and row_moment(self.dialect, at) for at in (kept.given_at, kept.answered_at))
        return (*place, kept.device, row_moment(self.dialect, kept.seen_at), kept.given, given_at, answered_at)

    def _registered(self, acts: Sequence[CheckAct]) -> dict[tuple[int, int | None], bool]:
        """Give who of these holds a seat, each with whether they have more time."""
        table, columns = rowset(self.dialect, id=Integer)
        query = select(Registration.id, Registration.webinar_id, Registration.more_time)
        query = query.join(table, Registration.id == columns["id"])
        query = query.where(Registration.state == RegistrationState.REGISTERED)
        rows = [(number,) for number in {act.registration_id for act in acts}]
        return {(row[0], row[1]): row[2] for row in self.core.execute(query, in_rows(rows))}


def _digest(act: CheckAct) -> str:
    return payload_hash(act.check, act.answer)
