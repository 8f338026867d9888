"""What erasing a person removes, and what the record of credit keeps of them."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select

from webinar_app.accounts.models import Credential, EmailLink, Licence, Notice, Person, RoleGrant, SignIn
from webinar_app.accounts.queries import person_ids
from webinar_app.attendance.models import (
    AttendanceEntry,
    AttendanceStatement,
    Attestation,
    CheckResponse,
    PresenceEvent,
)
from webinar_app.calendars.models import InviteReply, PersonalCalendar
from webinar_app.certificates.models import Certificate
from webinar_app.chat.models import ChatMessage, ChatMute
from webinar_app.courses.models import CourseDraft
from webinar_app.infra.acts import Act
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import Job, JobState
from webinar_app.mailing.models import Mail, MailState
from webinar_app.payments.models import Order, PriceTier
from webinar_app.payments.rules import OrderState
from webinar_app.people.emails import SUBSTITUTE_KINDS
from webinar_app.people.models import (
    AccommodationRequest,
    ImportFault,
    PeopleImport,
    PersonMerge,
    SeatBlock,
    Substitution,
)
from webinar_app.people.queries.substitutes import mail_key
from webinar_app.people.rules.rows import ImportState
from webinar_app.polls.models import Ballot
from webinar_app.propagation.models import FeedSight
from webinar_app.providers.models import Provider
from webinar_app.providers.rules import RulePack
from webinar_app.questions.models import Question, QuestionVote, RaisedHand
from webinar_app.registrations.models import (
    AnswerFile,
    Approval,
    FormAnswer,
    ItemCompletion,
    KeptAnswer,
    Registration,
    WaitingPlace,
)
from webinar_app.registrations.rules import LIVE, RegistrationState
from webinar_app.retention.models import Erasure
from webinar_app.retention.queries.due import Part
from webinar_app.retention.queries.held import holds_on
from webinar_app.retention.rules.erasure import ERASED, ERASED_ADDRESS, Standing, kept_until, obstacles
from webinar_app.webinars.models import RoomEvent, Staff, Webinar
from webinar_app.webinars.rules import WebinarState

EVIDENCE = (PresenceEvent, ItemCompletion, Certificate, Attestation, AttendanceEntry)
GOES_ON = (WebinarState.DRAFT, WebinarState.SCHEDULED, WebinarState.LIVE)


def has_evidence() -> ColumnElement[bool]:
    """Give the condition for registrations with evidence of credit: the record of them is kept."""
    return or_(*(exists().where(model.registration_id == Registration.id) for model in EVIDENCE))


def entries_of(db: Db, person_id: int) -> list[int]:
    """Give all entries of a person, their own first."""
    return [person_id, *(one for one in person_ids(db, person_id) if one != person_id)]


def standing_of(db: Db, ids: Sequence[int], actor_id: int | None) -> Standing:
    """Give what stands against erasing the person with these entries, their own first."""
    going_on = select(Webinar.id).where(Webinar.state.in_(GOES_ON))
    to_come = (Registration.state.in_(LIVE), Registration.webinar_id.in_(going_on))

    def count(model: Any, *conditions: ColumnElement[bool]) -> int:
        return db.scalar(select(func.count()).select_from(model).where(*conditions)) or 0

    own = select(Registration.id).where(Registration.person_id.in_(ids))
    roles = count(RoleGrant, RoleGrant.person_id.in_(ids))
    return Standing(
        is_own=actor_id in ids, held=holds_on(db, ids[0]),
        has_roles=roles + count(Staff, Staff.person_id.in_(ids), Staff.webinar_id.in_(going_on)) > 0,
        places=count(Registration, Registration.id.in_(own), *to_come),
        open_orders=count(Order, Order.registration_id.in_(own), Order.state == OrderState.OPEN),
    )  # fmt: skip


def record_of(db: Db, ids: Sequence[int]) -> tuple[int, date | None]:
    """Give how many registrations have evidence of credit, and the day until which their record is kept."""
    rows = db.scalars(select(Registration).where(Registration.person_id.in_(ids), has_evidence())).all()
    days = [_kept_until(db, row) for row in rows]
    return len(rows), max(days, default=None)


def _kept_until(db: Db, row: Registration) -> date:
    provider, sitting = db.get_one(Provider, row.course.provider_id), row.webinar
    over = (sitting.ended_at or sitting.cancelled_at or sitting.starts_at) if sitting else None
    pack = RulePack.from_json(provider.rule_pack or {})
    return kept_until(over or row.created_at, provider.time_zone, pack.retention_years)


def parts_of_person(db: Db, ids: Sequence[int]) -> list[Part]:
    """Give what erasing removes, in the order in which it goes, with a name for each kind.

    `ids`: all entries of the person. It is read before anything is changed.
    """
    emails = [email for email in db.scalars(select(Person.email).where(Person.id.in_(ids))) if email]
    own = select(Registration.id).where(Registration.person_id.in_(ids))
    bare = select(Registration.id).where(Registration.person_id.in_(ids), ~has_evidence())
    return [*_account(ids, emails, own), *_said(db, ids, own), *_registered(own, bare), *_sent(db, ids, emails, own)]


def _account(ids: Sequence[int], emails: list[str], own: Any) -> list[Part]:
    of_person = (
        ("licences in the profile", Licence), ("passwords", Credential), ("sign-ins", SignIn),
        ("mailed links", EmailLink), ("answers that are offered again", KeptAnswer),
        ("calendar feeds", PersonalCalendar), ("versions that feeds showed", FeedSight),
        ("drafts of courses", CourseDraft),
    )  # fmt: skip
    merges = or_(PersonMerge.kept_id.in_(ids), PersonMerge.gone_id.in_(ids))
    notices = and_(Notice.person_id.in_(ids), Notice.kind != "forgotten")
    gone = {"email": None, "legal_name": ERASED, "display_name": ERASED, "time_zone": None, "email_verified_at": None}
    return [
        *(Part(words, model, model.person_id.in_(ids)) for words, model in of_person),
        Part("records that undo merges", PersonMerge, merges),
        Part("notices", Notice, notices, {"kind": "forgotten", "payload": {}}),
        Part("contacts of agencies", SeatBlock, func.lower(SeatBlock.contact_email).in_(emails),
             {"contact_name": "", "contact_email": ""}),
        Part("addresses of substitutes", Substitution,
             or_(Substitution.email.in_(emails), Substitution.registration_id.in_(own)), {"email": ""}),
        Part("names and addresses", Person, Person.id.in_(ids), gone),
    ]  # fmt: skip


def _said(db: Db, ids: Sequence[int], own: Any) -> list[Part]:
    """What somebody said in rooms: the row stays where others answered, without the words."""
    codes = [
        *db.scalars(select(ChatMessage.code).where(ChatMessage.person_id.in_(ids))),
        *db.scalars(select(Question.code).where(Question.registration_id.in_(own))),
        *db.scalars(select(RaisedHand.code).where(RaisedHand.registration_id.in_(own))),
        *db.scalars(select(Registration.code).where(Registration.person_id.in_(ids))),
    ]  # fmt: skip
    rooms = select(Registration.webinar_id).where(Registration.person_id.in_(ids))
    told = or_(*(_names(RoomEvent.payload, code) for code in codes)) if codes else RoomEvent.number < 0
    gone = {"text": ERASED, "dismissed_reason": None, "answer": None}
    return [
        Part("chat messages", ChatMessage, ChatMessage.person_id.in_(ids), {"text": ERASED, "author": ERASED}),
        Part("questions", Question, Question.registration_id.in_(own), gone),
        Part("up-votes", QuestionVote, QuestionVote.registration_id.in_(own)),
        Part("raised hands", RaisedHand, RaisedHand.registration_id.in_(own)),
        Part("paused messages", ChatMute, ChatMute.registration_id.in_(own)),
        Part("room events", RoomEvent, and_(RoomEvent.webinar_id.in_(rooms), told)),
    ]


def _registered(own: Any, bare: Any) -> list[Part]:
    """What registrations hold beside the record; `bare` are those without evidence of credit."""
    of_all = (
        ("answers on registration forms", FormAnswer), ("files sent with registrations", AnswerFile),
        ("decisions on admission", Approval),
        ("places on waiting lists", WaitingPlace), ("needs", AccommodationRequest),
        ("answers of calendar programs", InviteReply), ("statements of attendance", AttendanceStatement),
    )  # fmt: skip
    devices = (PresenceEvent, Attestation, CheckResponse)
    still = Registration.state.in_(LIVE)
    return [
        *(Part(words, model, model.registration_id.in_(own)) for words, model in of_all),
        *(
            Part("devices", model, and_(model.registration_id.in_(own), model.device != ""), {"device": ""})
            for model in devices
        ),
        Part("votes", Ballot, Ballot.registration_id.in_(bare)),
        Part("places in courses", Registration, and_(Registration.id.in_(bare), still),
             {"state": RegistrationState.CANCELLED, "seat_number": None}),
        Part("names and licences of registrations", Registration, Registration.id.in_(bare),
             {"legal_name": ERASED, "licence": None}),
        Part("names in rooms", Registration, Registration.id.in_(own), {"display_name": ERASED, "time_zone": None}),
    ]  # fmt: skip


def _sent(db: Db, ids: Sequence[int], emails: list[str], own: Any) -> list[Part]:
    """What went to somebody, what they paid with, and what a job or a form still says of them."""
    names = [*emails, *db.scalars(select(Person.legal_name).where(Person.id.in_(ids)))]
    waits = Mail.state.in_((MailState.QUEUED, MailState.SENDING))
    mailed = or_(Mail.person_id.in_(ids), func.lower(Mail.to_address).in_(emails))
    unpaid = and_(Order.registration_id.in_(own), ~Order.documents.any(), ~Order.payments.any())
    payer = dict.fromkeys(("payer_name", "payer_organisation", "payer_address", "payer_email", "po_number"), "")
    done = Job.state.in_((JobState.DONE, JobState.FAILED))  # what waits is done in a moment, and forgotten in its time
    courses = select(Registration.course_id).where(Registration.id.in_(own))
    lists = and_(PeopleImport.course_id.in_(courses), PeopleImport.state != ImportState.RUNNING)
    rows = ImportFault.import_id.in_(select(PeopleImport.id).where(lists))
    forgotten: dict[str, Any] = {"content": None, "head": [], "unused": [], "state": ImportState.FORGOTTEN}
    return [
        Part("mails that wait", Mail, and_(mailed, waits), {"state": MailState.FAILED, "last_error": "erased"}),
        Part("mails", Mail, mailed, {"body": b"", "to_address": ERASED_ADDRESS, "subject": ERASED}),
        Part("payers of orders without a paper", Order, unpaid, payer),
        Part(
            "mails about substitutes",
            Mail,
            Mail.unique_key.in_(_asking(db, emails, own)),
            {"body": b"", "subject": ERASED},
        ),
        Part("rows left out of lists of people for these courses", ImportFault, rows),
        Part("whole lists of people for these courses, which may name them", PeopleImport, lists, forgotten),
        Part("answers to forms", Act, or_(*(_by(one) for one in ids), *(_names(Act.answer, name) for name in names))),
        Part("what work was about", Job, and_(done, _any(Job.payload, names)), {"payload": {}, "error": None}),
    ]


def _asking(db: Db, emails: Sequence[str], own: Any) -> list[str]:
    """Give the keys of mails that name somebody as a substitute, or as who asked for one."""
    about = or_(Substitution.email.in_(emails), Substitution.registration_id.in_(own))
    codes = db.scalars(select(Substitution.code).where(about)).all()
    return [mail_key(kind, code) for code in codes for kind in SUBSTITUTE_KINDS]


def erasure_view(db: Db, ids: Sequence[int], actor_id: int | None) -> dict[str, Any]:
    """Give what erasing somebody would do: `{obstacles, goes, kept, until}`; `goes` is pairs of words and figures."""
    kept, until = record_of(db, ids)
    goes: dict[str, int] = {}
    for part in parts_of_person(db, ids):
        number = db.scalar(select(func.count()).select_from(part.model).where(part.condition)) or 0
        goes[part.words] = goes.get(part.words, 0) + number
    told = [(words, number) for words, number in goes.items() if number]
    return {"obstacles": obstacles(standing_of(db, ids, actor_id)), "goes": told, "kept": kept, "until": until}


def member_prices(db: Db, emails: Sequence[str]) -> list[PriceTier]:
    """Give the prices whose list of members names one of these addresses."""
    if not emails:
        return []
    rows = db.scalars(select(PriceTier).where(cast(PriceTier.members, String) != "[]"))
    return [row for row in rows if {one.lower() for one in row.members} & set(emails)]


def find_erasure(db: Db, person_id: int) -> Erasure | None:
    """Give the erasure of a person, or None."""
    return db.get(Erasure, person_id)


def list_finished(db: Db, today: date) -> list[int]:
    """Give the persons who were erased and whose record of credit need not be kept any more."""
    query = select(Erasure.person_id).where(
        Erasure.finished_at.is_(None), Erasure.kept_until.is_not(None), Erasure.kept_until < today
    )
    return [person_id for person_id in db.scalars(query.order_by(Erasure.person_id)) if not holds_on(db, person_id)]


def list_erasures(db: Db) -> list[dict[str, Any]]:
    """Give the erasures, the last one first."""
    query = (
        select(Erasure, Person.code)
        .join(Person, Person.id == Erasure.person_id)
        .order_by(Erasure.at.desc(), Erasure.person_id.desc())
    )
    names = ("at", "reason", "kept", "kept_until", "finished_at")
    return [{name: getattr(row, name) for name in names} | {"code": code} for row, code in db.execute(query)]


def _by(person_id: int) -> ColumnElement[bool]:
    """Give the condition for what a person sent, from pages and from rooms."""
    return or_(Act.scope == f"person:{person_id}", Act.scope.startswith(f"person:{person_id}:", autoescape=True))


def _names(column: Any, words: str) -> ColumnElement[bool]:
    """Give the condition that a JSON column holds just these words as a value, and not as a part of others."""
    return cast(column, String).contains(json.dumps(words), autoescape=True)


def _any(column: Any, names: list[str]) -> ColumnElement[bool]:
    return or_(*(_names(column, name) for name in names))
