"""A sitting of last week, lived through by the product's own use cases, so that no page of the demonstration is empty.

Who took part, voted, asked and evaluated is invented. Attendance and certificates follow from it by the worker's jobs.
"""

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from webinar_app.attendance.queries.checks import list_planned, planned_at
from webinar_app.attendance.queries.signing import own_states
from webinar_app.attendance.rules.checks import LONG_WINDOW_S
from webinar_app.attendance.rules.signing import SignKind
from webinar_app.attendance.services.answering import CheckAct, answer_checks
from webinar_app.attendance.services.checking import close_when_due, open_when_due
from webinar_app.attendance.services.ledger import Proof, record_proofs
from webinar_app.attendance.services.signing import sign
from webinar_app.core.actor import Actor, Member
from webinar_app.core.answers import QuestionKind
from webinar_app.core.permissions import SITTING_PERMISSIONS, SittingRole
from webinar_app.core.presence import PresenceKind
from webinar_app.core.times import in_zone, resolve
from webinar_app.courses.models import Course
from webinar_app.demo.audience import ensure_registered
from webinar_app.demo.services import LIVE_SEED, copy_sitting, register
from webinar_app.evaluations.models import EvaluationForm
from webinar_app.evaluations.rules import EvaluationItem
from webinar_app.evaluations.services.answering import submit
from webinar_app.infra.db import Db, read, write
from webinar_app.learning.services import mark_as_read
from webinar_app.polls.models import Poll
from webinar_app.polls.services.running import close_poll, open_poll
from webinar_app.polls.services.voting import Vote, cast_votes
from webinar_app.questions.services.asking import ask
from webinar_app.questions.services.moderating import How, answer_question, publish_question
from webinar_app.registrations.models import Registration
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.services.lifecycle import end_webinar, go_live

SYNTHETIC = 10
FINISHED = 8  # so many read and evaluate; the others show what is missing
ZONE = "America/New_York"
ASKED = (
    ("How do you repair trust after you had to report a relapse?", "Name what happened, and your part in it, first."),
    (
        "Is there a short alliance measure that works in a group of twelve?",
        "Several have a group form.",
    ),
    ("What do you say in the first minute to somebody who was ordered to come?", ""),
)
COMMENTS = (
    "The practice in the middle was the best part; more of that.",
    "I would have liked the measures before the session.",
    "I work with a court team and will bring this to our next meeting.",
    "",
)


def ensure_history(people: dict[str, int], *, now: datetime) -> None:
    """Make last week's sitting where the demonstration has none yet; each step is one short transaction."""
    code = write(_plan, people, now=now)
    if code is not None:
        _live_through(code, people, random.Random(3))


def _plan(db: Db, people: dict[str, int], *, now: datetime) -> str | None:
    """Write the sitting and its registrations; give its code, or None when there is one already."""
    course = db.scalars(select(Course).where(Course.seed == LIVE_SEED)).one()
    held = select(Webinar.id).join(EvaluationForm, EvaluationForm.webinar_id == Webinar.id)
    if db.scalars(held.where(Webinar.course_id == course.id).limit(1)).first() is not None:
        return None
    today = in_zone(now, ZONE).date()
    day = today - timedelta(days=(today.weekday() - 1) % 7 or 7)
    starts_at = resolve(datetime.combine(day, datetime.min.time().replace(hour=12)), ZONE)
    row = copy_sitting(db, course, starts_at, people, starts_at - timedelta(days=20))
    for key in ("attendee", "attendee2"):
        db.add(register(db, row, people[key], starts_at - timedelta(days=9)))
    ensure_registered(db, SYNTHETIC, row.code, now=starts_at - timedelta(days=9))
    return row.code


def _live_through(code: str, people: dict[str, int], dice: random.Random) -> None:
    with read() as db:
        webinar = db.scalars(select(Webinar).where(Webinar.code == code)).one()
        start, webinar_id = webinar.starts_at, webinar.id
        planned = select(Poll).where(Poll.webinar_id == webinar_id).order_by(Poll.position).limit(3)
        polls = [(poll.code, len(poll.options)) for poll in db.scalars(planned)]
        query = select(Registration).where(Registration.webinar_id == webinar_id).order_by(Registration.id)
        members = [_member(row) for row in db.scalars(query)]
    assert start is not None
    host = Member(
        people["presenter"], webinar_id, code, "Dr. Michael McGee", SITTING_PERMISSIONS[SittingRole.PRESENTER]
    )
    write(go_live, host, now=start)
    for number, member in enumerate(members):
        for fact in _presence(member, number, start):
            write(record_proofs, fact)
    _sign(members, SignKind.IN, start + timedelta(minutes=1))
    _check(members, webinar_id)
    for number, (poll, options) in enumerate(polls):
        _vote(host, members, poll, options, start + timedelta(minutes=8 + 15 * number), dice)
    for number, (question, answer) in enumerate(ASKED):
        _ask(host, members[number + 3], question, answer, start + timedelta(minutes=20 + number))
    _sign(members[:-1], SignKind.OUT, start + timedelta(minutes=74))
    write(end_webinar, host, now=start + timedelta(minutes=75))
    for member in members[1 : FINISHED + 1]:
        _finish(member, code, start + timedelta(minutes=80), dice)


def _sign(members: list[Member], kind: SignKind, at: datetime) -> None:
    with read() as db:
        first = members[0].registration_id or 0
        version = own_states(db, [first])[first]["signing"][kind.value]["version"]
    for member in members:
        actor = Actor(person_id=member.person_id)
        write(sign, actor, member.webinar_code, kind, version, f"device-{member.registration_id}", now=at)


def _check(members: list[Member], webinar_id: int) -> None:
    """Let everybody be asked as planned; the sixth misses one, and who was away is not asked."""
    with read() as db:
        webinar = db.get_one(Webinar, webinar_id)
        planned = [
            (one.code, one.answer, planned_at(webinar, one.planned_second or 0)) for one in list_planned(db, webinar_id)
        ]
    for place, (code, answer, at) in enumerate(planned):
        write(open_when_due, code, now=at)
        for number, member in enumerate(members[:9]):
            seen = at + timedelta(seconds=1)
            told = (
                {None: seen}
                if (number, place) == (5, 1)
                else {None: seen, answer: at + timedelta(seconds=6 + 2 * number)}
            )
            for given, moment in told.items():
                act = CheckAct(
                    member.scope, uuid.uuid4().hex, member.registration_id or 0, webinar_id, code,
                    f"device-{member.registration_id}", given, moment,
                )  # fmt: skip
                write(answer_checks, act)
        write(close_when_due, code, now=at + timedelta(seconds=LONG_WINDOW_S))


def _member(row: Registration) -> Member:
    rights = SITTING_PERMISSIONS[SittingRole.ATTENDEE]
    assert row.webinar is not None
    return Member(row.person_id, row.webinar.id, row.webinar.code, row.display_name, rights, row.id)


def _presence(member: Member, number: int, start: datetime) -> Iterator[Proof]:
    """Give somebody's evidence: most stay, one comes late, one leaves for a while, one leaves early."""
    spans = {9: [(14, 75)], 10: [(0, 31), (48, 75)], 11: [(0, 38)]}.get(number, [(-3 - number % 4, 75)])
    for stay, (first, last) in enumerate(spans):
        connection = f"demo-{member.registration_id}-{stay}"
        begun, ended = start + timedelta(minutes=first), start + timedelta(minutes=last)
        for kind, at, until in (
            (PresenceKind.OPEN, begun, begun),
            (PresenceKind.PROOF, begun, ended),
            (PresenceKind.CLOSE, ended, ended),
        ):
            yield Proof(
                registration_id=member.registration_id or 0,
                webinar_id=member.webinar_id,
                connection=connection,
                device=f"device-{member.registration_id}",
                kind=kind,
                first_at=at,
                last_at=until,
                monotonic_ms=0,
                boot="demo",
            )


def _vote(host: Member, members: list[Member], poll: str, options: int, at: datetime, dice: random.Random) -> None:
    write(open_poll, host, poll, now=at)
    for member in members:
        vote = Vote(
            scope=member.scope,
            key=uuid.uuid4().hex,
            registration_id=member.registration_id or 0,
            webinar_id=member.webinar_id,
            poll=poll,
            options=(dice.choice((0, 0, 1, 1, 1, 2, 3)) % options,),
            at=at + timedelta(seconds=20),
        )
        write(cast_votes, vote)
    write(close_poll, host, poll, now=at + timedelta(minutes=2))


def _ask(host: Member, member: Member, question: str, answer: str, at: datetime) -> None:
    asked = write(ask, member, question, anonymous=False, now=at)["question"]
    write(publish_question, host, asked, now=at + timedelta(seconds=30))
    if answer:
        write(answer_question, host, asked, How.WRITING, answer, now=at + timedelta(minutes=5))


def _finish(member: Member, code: str, at: datetime, dice: random.Random) -> None:
    """Let somebody read the page and send the evaluation."""
    actor = Actor(person_id=member.person_id, limited_to=member.registration_id)
    with read() as db:
        slug = db.scalars(select(Course.slug).where(Course.seed == LIVE_SEED)).one()
        form = db.scalars(select(EvaluationForm.items).join(Webinar).where(Webinar.code == code)).one()
    write(mark_as_read, actor, slug, 2, 1, now=at)
    answers = {item.key: _answer(item, dice) for item in map(EvaluationItem.from_json, form)}
    write(submit, actor, code, answers, now=at)


def _answer(item: EvaluationItem, dice: random.Random) -> Any:
    if item.kind is QuestionKind.LIKERT:
        return str(dice.choice((3, 4, 4, 5, 5, 5)))
    if item.kind is QuestionKind.YES_NO:
        return "no"
    if item.kind is QuestionKind.SINGLE:
        return str(dice.choice((0, 0, 1, 2)))
    return dice.choice(COMMENTS) if item.kind is QuestionKind.LONG_TEXT else ""
