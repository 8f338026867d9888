"""Each class of record goes after its own period and not a day before, stays while it is held, and is in the report."""

from datetime import timedelta

import databases
import pytest
from factories import World
from presence_facts import ended_webinar
from sqlalchemy import func, select

from webinar_app.audit.models import AuditEntry
from webinar_app.calendars.models import InviteReply, PersonalCalendar
from webinar_app.core.clock import utc_now
from webinar_app.core.codes import new_code
from webinar_app.infra.acts import Act
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job, JobState
from webinar_app.mailing.models import Mail, MailState
from webinar_app.payments.models import CardEvent, Document, Order, Payment
from webinar_app.payments.rules import DocumentKind, OrderState, PaidBy
from webinar_app.people.models import (
    AccommodationRequest,
    ImportFault,
    PeopleImport,
    PersonMerge,
    SeatBlock,
    Substitution,
)
from webinar_app.people.rules.needs import NeedKind
from webinar_app.people.rules.rows import ImportState
from webinar_app.people.rules.substitutes import AskedState
from webinar_app.people.services.importing import forget_import
from webinar_app.propagation.models import FeedSight
from webinar_app.registrations.models import Approval, FormAnswer, FormQuestion, KeptAnswer, Registration, WaitingPlace
from webinar_app.registrations.rules.questions import FieldKind
from webinar_app.retention import jobs
from webinar_app.retention.queries import what_is_due
from webinar_app.retention.rules.classes import BY_KIND, CLASSES, Class, before
from webinar_app.retention.services import forgetting
from webinar_app.retention.services.holding import put_hold
from webinar_app.tables import metadata
from webinar_app.webinars.models import Webinar


@pytest.fixture
def filled(world):
    """One over sitting, and rows of each class as old as it is."""
    webinar = ended_webinar(world)
    member = world.attendee(webinar, "Ada")
    return webinar | {"ids": write(fill, world.provider_id, webinar["id"], member.registration_id)}


def fill(db, provider_id, webinar_id, registration_id):
    webinar, row = db.get_one(Webinar, webinar_id), db.get_one(Registration, registration_id)
    webinar.ended_at = at = utc_now()
    other = db.get_one(type(row.person), World._person(db, provider_id, "Ada Again", "again@example.org", [], None))
    question = FormQuestion(course_id=row.course_id, code=new_code(), position=1, kind=FieldKind.TEXT, prompt="Who?")
    kept = PeopleImport(
        code="IMPORTED", course_id=row.course_id, webinar_id=webinar_id, made_by_id=row.person_id, name="list.csv",
        state=ImportState.DONE, encoding="utf-8", separator=",", head=["E-mail"], unused=[], total=1, good=0, known=0,
        content=b"ada@example.org", created_at=at,
    )  # fmt: skip
    db.add_all([question, kept])
    db.flush()  # their ids are named below
    needs = {"registration_id": row.id, "asked_by_id": row.person_id, "asked_at": at, "kind": NeedKind.OTHER}
    db.add_all([
        FormAnswer(registration_id=row.id, question_id=question.id, value="Alder"),
        Approval(registration_id=row.id, asked_at=at, reason="Twice."),
        KeptAnswer(person_id=row.person_id, memory="text:who", value="Alder", kept_at=at),
        WaitingPlace(registration_id=row.id, webinar_id=webinar_id, seat="online", rank=1, joined_at=at),
        AccommodationRequest(code=new_code(), text="Captions", **needs),
        SeatBlock(code=new_code(), webinar_id=webinar_id, seat="online", seats=1, agency="Alder", contact_name="Hal",
                  contact_email="hal@example.org", release_at=at, made_by_id=row.person_id, created_at=at),
        InviteReply(registration_id=row.id, answer="ACCEPTED", sequence=0, answered_at=at, received_at=at),
        FeedSight(person_id=row.person_id, webinar_id=webinar_id, sequence=0, fetched_at=at),
        PersonalCalendar(person_id=row.person_id, feed_version=1, is_feed_open=True, feed_opened_at=at),
        ImportFault(import_id=kept.id, line=1, cells=["ada@example.org"], reason="No name.", is_late=False),
        PersonMerge(code=new_code(), kept_id=row.person_id, gone_id=other.id, moved={"ended": []}, made_at=at,
                    made_by_id=row.person_id),
        Substitution(code=new_code(), registration_id=row.id, email="bea@example.org", state=AskedState.LAPSED,
                     asked_at=at, ends_at=at),
        Act(scope="person:1", key="a key of it", work="register", answer={"name": "Ada"}, done_at=at),
        CardEvent(event_id="evt_1", kind="paid", taken_at=at),
    ])  # fmt: skip
    _mails(db, provider_id, row, at)
    _orders(db, provider_id, row, at)
    for number, state in enumerate((JobState.DONE, JobState.DONE, JobState.QUEUED)):
        unique = "a key" if number == 1 else None
        db.add(Job(name="x", payload={"email": "ada@example.org"}, unique_key=unique, state=state, run_at=at,
                   created_at=at))  # fmt: skip
    return {"person": row.person_id}


def _mails(db, provider_id, row, at):
    kinds = (("confirmation", MailState.SENT), ("sign_in_link", MailState.SENT), ("reminder_day", MailState.QUEUED))
    for kind, state in kinds:
        db.add(Mail(provider_id=provider_id, person_id=row.person_id, webinar_id=row.webinar_id, code=new_code(),
                    kind=kind, to_address="ada@example.org", subject="Hello", message_id="<a@b>", body=b"Hello Ada",
                    state=state, created_at=at))  # fmt: skip


def _orders(db, provider_id, row, at):
    """Two orders: what was refunded of the second two years later keeps it for two years more."""
    again = Registration(
        code=new_code(), person_id=row.person_id, course_id=row.course_id, state="cancelled", legal_name="Ada",
        display_name="Ada", created_at=at,
    )  # fmt: skip
    db.add(again)
    db.flush()  # its id is named below
    for number, one in enumerate((row, again)):
        order = Order(
            code=new_code(), provider_id=provider_id, registration_id=one.id, state=OrderState.PAID, currency="USD",
            amount=48, lines=[["Fee", "48.00"]], created_at=at,
        )  # fmt: skip
        order.payments = [
            Payment(provider_id=provider_id, paid_by=PaidBy.CARD, reference=f"ref {number}", amount=48, currency="USD",
                    paid_at=at, refunded_at=at + timedelta(days=730) if number else None)
        ]  # fmt: skip
        db.add(order)
        db.flush()  # its ids are named below
        db.add(Document(code=new_code(), provider_id=provider_id, order_id=order.id, payment_id=order.payments[0].id,
                        kind=DocumentKind.RECEIPT, number=f"R-{number}", year=2026, place=number + 1, snapshot={},
                        issued_at=at))  # fmt: skip


HERE = {
    Class.ANSWERS: [FormAnswer, Approval], Class.KEPT_ANSWERS: [KeptAnswer], Class.WAITING: [WaitingPlace],
    Class.NEEDS: [AccommodationRequest], Class.BLOCKS: [(SeatBlock, SeatBlock.contact_email != "")],
    Class.REPLIES: [InviteReply, FeedSight],
    Class.FEEDS: [(PersonalCalendar, PersonalCalendar.is_feed_open.is_(True))],
    Class.MAILS: [(Mail, (Mail.kind == "confirmation") & (func.length(Mail.body) > 0))],
    Class.MAIL_LOG: [(Mail, Mail.kind == "confirmation")], Class.MERGES: [PersonMerge],
    Class.SUBSTITUTES: [(Substitution, Substitution.email != "")],
    Class.IMPORTS: [ImportFault, (PeopleImport, PeopleImport.content.is_not(None))],
    Class.ACTS: [Act, (Job, Job.name == "x", Job.unique_key.is_(None), Job.state == JobState.DONE)],
    Class.ORDERS: [(Payment, Payment.reference == "ref 0"), (Document, Document.number == "R-0"), CardEvent],
}  # fmt: skip


def there(kind):
    """Count what is left of a class."""
    with read() as db:
        parts = [one if isinstance(one, tuple) else (one,) for one in HERE[kind]]
        return sum(db.scalar(select(func.count()).select_from(model).where(*only)) for model, *only in parts)


def night(monkeypatch, at):
    monkeypatch.setattr(jobs, "utc_now", lambda: at)
    jobs.run({})


def due_on(kind):
    """Give the moment at which rows of today are as old as their period."""
    now = utc_now()
    if kind is Class.ORDERS:
        return now.replace(year=now.year + 11, month=1, day=1, hour=0)
    return now + (now - before(kind, now))


def test_each_class_goes_after_its_period_and_not_a_day_before(filled, monkeypatch):
    found, dues = {}, {kind: due_on(kind).date() for kind in HERE}
    for day in sorted(set(dues.values())):
        due = [kind for kind in HERE if dues[kind] == day]
        whole, at = {kind: there(kind) for kind in due}, utc_now().replace(year=day.year, month=day.month, day=day.day)
        night(monkeypatch, at - timedelta(days=1))
        kept = {kind: there(kind) for kind in due}
        night(monkeypatch, at + timedelta(days=1))
        found |= {kind: (whole[kind] > 0, kept[kind] == whole[kind], there(kind)) for kind in due}

    assert found == dict.fromkeys(found, (True, True, 0))
    assert found.keys() == HERE.keys()
    with read() as db:
        acts = set(db.scalars(select(AuditEntry.act).where(AuditEntry.act.like("retention.%"))))
        left = db.scalars(select(Job).where(Job.name == "x").order_by(Job.id)).all()
        assert db.scalars(select(Mail.kind)).all() == ["reminder_day"]  # it waits still
        assert db.scalars(select(Payment.reference)).all() == ["ref 1"]
    assert {f"retention.{kind}" for kind in HERE} <= acts
    # A key that happened once never happens again, and what waits is still to come.
    assert [(job.unique_key, job.payload) for job in left] == [("a key", {}), (None, {"email": "ada@example.org"})]


def test_mails_with_sign_in_links_are_empty_after_30_days(filled, monkeypatch):
    night(monkeypatch, utc_now() + timedelta(days=31))

    with read() as db:
        assert dict(db.execute(select(Mail.kind, func.length(Mail.body))).all()) == {
            "confirmation": 9, "sign_in_link": 0, "reminder_day": 9,
        }  # fmt: skip


@pytest.mark.parametrize("database_url", databases.KINDS[-1:], indirect=True)
@pytest.mark.parametrize("subject", ["webinar", "course", "person"])
def test_what_is_held_stays(filled, monkeypatch, subject):
    names = {"webinar": filled["code"], "course": filled["course"]["slug"], "person": person_of(filled)}
    write(put_hold, None, subject, names[subject], "Case 12 of the county", now=utc_now())
    before_it = {kind: there(kind) for kind in HERE}
    write(forget_import, "IMPORTED", now=utc_now())
    night(monkeypatch, utc_now() + timedelta(days=5000))

    alone = {Class.ACTS, Class.KEPT_ANSWERS, Class.FEEDS, Class.MERGES} if subject != "person" else {Class.ACTS}
    kept = {kind: there(kind) for kind in HERE}
    # The second order belongs to no session, and the events of the card provider to nobody.
    before_it[Class.ORDERS] -= 1
    assert {kind for kind in HERE if kept[kind] != before_it[kind]} == alone


def person_of(filled):
    with read() as db:
        return db.scalars(
            select(Registration).where(Registration.person_id == filled["ids"]["person"]).limit(1)
        ).one().person.email  # fmt: skip


def test_the_report_counts_what_a_night_then_removes(filled, monkeypatch):
    at = utc_now() + timedelta(days=5000)
    with read() as db:
        lines = {line.kept.kind: line.total for line in what_is_due(db, at).lines}
    night(monkeypatch, at)
    with read() as db:
        after = {line.kept.kind: line.total for line in what_is_due(db, at).lines}

    assert {kind for kind in HERE if lines[kind] == 0} == set()
    assert {kind: number for kind, number in after.items() if number and kind is not Class.FILES} == {}


def test_many_rows_go_in_small_transactions(filled, monkeypatch):
    monkeypatch.setattr(forgetting, "ROWS_AT_ONCE", 1)
    night(monkeypatch, utc_now() + timedelta(days=400))

    with read() as db:
        query = select(AuditEntry.details).where(AuditEntry.act == "retention.answers")
        told = [(one["table"], one["rows"]) for one in db.scalars(query.order_by(AuditEntry.id))]
    assert told == [("form_answer", 1), ("approval", 1)]


def test_every_table_stands_in_a_class():
    told = [name for one in CLASSES for name in one.tables]

    assert sorted(told) == sorted(metadata.tables)


def test_every_class_has_a_period_in_words_a_reason_and_a_source():
    assert list(BY_KIND) == list(Class)
    for one in CLASSES:
        assert all((one.words, one.period, one.becomes, one.reason, one.source))
        assert one.period[0].isdigit() == (one.days is not None)
    assert BY_KIND[Class.TALK].period == "1 year after the session"
    assert BY_KIND[Class.NEEDS].period.startswith("30 days after the session")
    with pytest.raises(KeyError):
        before(Class.RECORD, utc_now())
