"""What a night forgets: for each class of record the rows that are due, and what becomes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_, select

from webinar_app.accounts.models import EmailLink, Notice, Revocation, SignIn
from webinar_app.calendars.models import InviteReply, PersonalCalendar
from webinar_app.infra.acts import Act
from webinar_app.infra.db import Base
from webinar_app.infra.jobs import Job, JobState
from webinar_app.mailing.models import Mail
from webinar_app.mailing.queries import OPEN
from webinar_app.mailing.rules import PRIVATE_KINDS
from webinar_app.payments.models import CardEvent, Document, Order, Payment, Refund
from webinar_app.people.models import (
    AccommodationRequest,
    ImportFault,
    PeopleImport,
    PersonMerge,
    SeatBlock,
    Substitution,
)
from webinar_app.people.rules.rows import ImportState
from webinar_app.propagation.models import FeedSight
from webinar_app.registrations.models import AnswerFile, Approval, FormAnswer, KeptAnswer, Registration, WaitingPlace
from webinar_app.retention.queries.held import held_courses, held_people, held_registrations, held_webinars
from webinar_app.retention.rules.classes import PRIVATE_MAIL_DAYS, Class, before
from webinar_app.webinars.models import Webinar

Condition = ColumnElement[bool]
over_at = func.coalesce(Webinar.ended_at, Webinar.cancelled_at, Webinar.starts_at)
EMPTY_JSON = "{}"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table that a night forgets: deleted, or emptied of these columns."""

    words: str
    model: type[Base]
    condition: Condition
    empties: Mapping[str, Any] | None = None


def parts_of(kind: Class, now: datetime) -> list[Part]:
    """Give what is due of a class now, in the order in which it goes; what a hold keeps is not among it."""
    return _PARTS[kind](before(kind, now), now)


def counted_kinds() -> list[Class]:
    """Give the classes whose rows are counted one by one."""
    return list(_PARTS)


def _over_sittings(before: datetime) -> Select[int]:
    return select(Webinar.id).where(over_at < before, Webinar.id.not_in(held_webinars()))


def _over_registrations(before: datetime, *, alone: bool = True) -> Select[int]:
    """Give registrations whose sitting was over before then; `alone`: also those without one that are so old."""
    ways: Condition = Registration.webinar_id.in_(_over_sittings(before))
    if alone:
        since = func.coalesce(Registration.cancelled_at, Registration.created_at)
        ways = or_(ways, and_(Registration.webinar_id.is_(None), since < before))
    return select(Registration.id).where(ways, ~held_registrations())


def _answers(before: datetime, now: datetime) -> list[Part]:
    over = _over_registrations(before)
    return [
        Part("answers on registration forms", FormAnswer, FormAnswer.registration_id.in_(over)),
        Part("files sent with registrations", AnswerFile, AnswerFile.registration_id.in_(over)),
        Part("decisions on admission", Approval, Approval.registration_id.in_(over)),
    ]


def _kept_answers(before: datetime, now: datetime) -> list[Part]:
    free = KeptAnswer.person_id.not_in(held_people())
    return [Part("answers that are offered again", KeptAnswer, and_(KeptAnswer.kept_at < before, free))]


def _waiting(before: datetime, now: datetime) -> list[Part]:
    over = _over_registrations(before)
    return [Part("places on waiting lists", WaitingPlace, WaitingPlace.registration_id.in_(over))]


def _needs(before: datetime, now: datetime) -> list[Part]:
    settled = func.coalesce(AccommodationRequest.done_at, AccommodationRequest.withdrawn_at)
    alone = select(Registration.id).where(Registration.webinar_id.is_(None), ~held_registrations())
    due = or_(
        AccommodationRequest.registration_id.in_(_over_registrations(before, alone=False)),
        and_(AccommodationRequest.registration_id.in_(alone), settled < before),
    )
    return [Part("needs of people", AccommodationRequest, due)]


def _blocks(before: datetime, now: datetime) -> list[Part]:
    over = SeatBlock.webinar_id.in_(_over_sittings(before))
    named = or_(SeatBlock.contact_email != "", SeatBlock.contact_name != "")
    gone = {"contact_name": "", "contact_email": ""}
    return [Part("contacts of agencies", SeatBlock, and_(over, named), gone)]


def _replies(before: datetime, now: datetime) -> list[Part]:
    over = _over_registrations(before, alone=False)
    seen = and_(FeedSight.webinar_id.in_(_over_sittings(before)), FeedSight.person_id.not_in(held_people()))
    return [
        Part("answers of calendar programs", InviteReply, InviteReply.registration_id.in_(over)),
        Part("versions that feeds showed", FeedSight, seen),
    ]


def _feeds(before: datetime, now: datetime) -> list[Part]:
    used = func.coalesce(PersonalCalendar.feed_used_at, PersonalCalendar.feed_opened_at)
    free = PersonalCalendar.person_id.not_in(held_people())
    unread = and_(PersonalCalendar.is_feed_open.is_(True), used < before, free)
    gone = {"is_feed_open": False, "feed_version": PersonalCalendar.feed_version + 1, "feed_used_at": None}
    return [Part("addresses of calendar feeds", PersonalCalendar, unread, gone)]


def _links(before: datetime, now: datetime) -> list[Part]:
    free = held_people()
    old = and_(SignIn.last_seen_at < before, SignIn.person_id.not_in(free))
    mailed = and_(EmailLink.expires_at < before, EmailLink.person_id.not_in(free))
    ended = Part("rights that ended", Revocation, Revocation.at < before)
    return [Part("sign-ins", SignIn, old), Part("mailed links", EmailLink, mailed), ended]


def _free_mails() -> Condition:
    """Give the condition for mails that no hold keeps: of a sitting, of a person, or to people of a held course."""
    in_course = select(Registration.person_id).where(Registration.course_id.in_(held_courses()))
    kept = or_(
        and_(Mail.webinar_id.is_not(None), Mail.webinar_id.in_(held_webinars())),
        and_(Mail.person_id.is_not(None), Mail.person_id.in_(held_people())),
        and_(Mail.person_id.is_not(None), Mail.webinar_id.is_(None), Mail.person_id.in_(in_course)),
    )
    return and_(~kept, Mail.state.not_in(OPEN))


def _mails(before: datetime, now: datetime) -> list[Part]:
    private = and_(Mail.kind.in_(PRIVATE_KINDS), Mail.created_at < now - timedelta(days=PRIVATE_MAIL_DAYS))
    due = and_(func.length(Mail.body) > 0, or_(Mail.created_at < before, private), _free_mails())
    return [Part("words and files of mails", Mail, due, {"body": b""})]


def _mail_log(before: datetime, now: datetime) -> list[Part]:
    return [Part("lines of the mail log", Mail, and_(Mail.created_at < before, _free_mails()))]


def _notices(before: datetime, now: datetime) -> list[Part]:
    due = and_(Notice.at < before, Notice.kind != "forgotten", Notice.person_id.not_in(held_people()))
    return [Part("notices", Notice, due, {"kind": "forgotten", "payload": {}})]


def _imports(before: datetime, now: datetime) -> list[Part]:
    held = or_(
        and_(PeopleImport.webinar_id.is_not(None), PeopleImport.webinar_id.in_(held_webinars())),
        PeopleImport.course_id.in_(held_courses()),
    )
    old = and_(PeopleImport.created_at < before, PeopleImport.state != ImportState.FORGOTTEN, ~held)
    rows = ImportFault.import_id.in_(select(PeopleImport.id).where(old))
    gone: dict[str, Any] = {"content": None, "head": [], "unused": [], "state": ImportState.FORGOTTEN}
    return [
        Part("rows of lists that were left out", ImportFault, rows),
        Part("lists of people", PeopleImport, old, gone),
    ]


def _substitutes(before: datetime, now: datetime) -> list[Part]:
    free = Substitution.registration_id.in_(select(Registration.id).where(~held_registrations()))
    old = and_(Substitution.asked_at < before, Substitution.email != "", free)
    return [Part("addresses of substitutes", Substitution, old, {"email": ""})]


def _merges(before: datetime, now: datetime) -> list[Part]:
    free = and_(PersonMerge.kept_id.not_in(held_people()), PersonMerge.gone_id.not_in(held_people()))
    return [Part("records that undo merges", PersonMerge, and_(PersonMerge.made_at < before, free))]


def _acts(before: datetime, now: datetime) -> list[Part]:
    # A key that happened once must not happen again: its job stays, without what it said.
    done = and_(Job.state.in_((JobState.DONE, JobState.FAILED)), Job.run_at < before)
    said = and_(done, Job.unique_key.is_not(None), cast(Job.payload, String) != EMPTY_JSON)
    return [
        Part("answers to forms that were sent", Act, Act.done_at < before),
        Part("work that is done", Job, and_(done, Job.unique_key.is_(None))),
        Part("what work that is done was about", Job, said, {"payload": {}, "error": None}),
    ]


def _orders(before: datetime, now: datetime) -> list[Part]:
    paid = exists().where(
        Payment.order_id == Order.id, func.coalesce(Payment.refunded_at, Payment.paid_at) >= before
    )  # fmt: skip
    papers = exists().where(Document.order_id == Order.id, Document.issued_at >= before)
    held = Order.registration_id.in_(select(Registration.id).where(held_registrations()))
    old = select(Order.id).where(Order.created_at < before, ~paid, ~papers, ~held)
    return [
        Part("invoices and receipts", Document, Document.order_id.in_(old)),
        Part("refunds", Refund, Refund.payment_id.in_(select(Payment.id).where(Payment.order_id.in_(old)))),
        Part("payments", Payment, Payment.order_id.in_(old)),
        Part("orders", Order, Order.id.in_(old)),
        Part("events of the card provider", CardEvent, CardEvent.taken_at < before),
    ]


_PARTS: dict[Class, Callable[[datetime, datetime], list[Part]]] = {
    Class.ANSWERS: _answers, Class.KEPT_ANSWERS: _kept_answers, Class.WAITING: _waiting, Class.NEEDS: _needs,
    Class.BLOCKS: _blocks, Class.REPLIES: _replies, Class.FEEDS: _feeds, Class.LINKS: _links, Class.MAILS: _mails,
    Class.MAIL_LOG: _mail_log, Class.NOTICES: _notices, Class.IMPORTS: _imports,
    Class.SUBSTITUTES: _substitutes, Class.MERGES: _merges,
    Class.ACTS: _acts, Class.ORDERS: _orders,
}  # fmt: skip
