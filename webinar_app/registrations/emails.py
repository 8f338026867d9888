"""Mails with somebody's own links, and about courses without a sitting; rendered outside transactions."""

from dataclasses import dataclass
from datetime import datetime

from webinar_app.accounts.queries import find_recipient, get_person
from webinar_app.config import links
from webinar_app.core.times import describe, describe_for, in_zone
from webinar_app.courses.rules import completion_text
from webinar_app.infra.db import Db
from webinar_app.mailing.emails import render_mail
from webinar_app.providers.models import Provider
from webinar_app.providers.queries import Brand
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import credit_of, get_registration, list_to_mail, place_of, title_of
from webinar_app.registrations.queries.prices import fee_words
from webinar_app.registrations.queries.waiting import standing_of
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.queries import when_words


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One sitting in the mail, or a course without one; `stands` says what is waited for, where something is."""

    title: str
    when: tuple[str, ...]
    link: str
    is_course: bool = False
    stands: str = ""


@dataclass(frozen=True, slots=True)
class LinkList:
    """Everything in the mail, and whom it goes to."""

    provider_id: int
    person_id: int
    name: str
    legal_name: str
    address: str
    lines: tuple[LinkLine, ...]


def links_of(db: Db, email: str, now: datetime) -> LinkList | None:
    """Give the links to mail to an address, or None where it has no registration."""
    person, rows = find_recipient(db, email), list_to_mail(db, email, now)
    if person is None or not rows:
        return None
    return LinkList(
        rows[0].course.provider_id, person.id, person.display_name, person.legal_name, person.email,
        tuple(_line(row, person.time_zone) for row in rows),
    )  # fmt: skip


_STANDS = {
    RegistrationState.WAITLISTED: "You are on the waiting list; the link shows where you stand.",
    RegistrationState.OFFERED: "A place is held for you: accept or decline it behind the link.",
    RegistrationState.PENDING: "Your registration waits for approval; the link shows where it stands.",
}


def _line(row: Registration, own_zone: str | None) -> LinkLine:
    title, link, webinar = title_of(place_of(row)), links().join(row.code, row.link_version), row.webinar
    if webinar is None:
        waits = row.state is RegistrationState.PENDING
        stands = "Your registration waits for the fee; the link leads to the payment." if waits else ""
        return LinkLine(title, ("At your own pace",), link, is_course=True, stands=stands)
    zone = row.time_zone or own_zone or webinar.time_zone
    exact = webinar.starts_at and describe_for(webinar.starts_at, zone, webinar.time_zone)
    return LinkLine(title, exact or (when_words(webinar),), link, stands=_STANDS.get(row.state, ""))


def links_mail(brand: Brand, found: LinkList) -> tuple[str, str, str]:
    """Give (subject, text, HTML) of the mail with somebody's join links."""
    noun = "course" if all(line.is_course for line in found.lines) else "session"
    return render_mail("join_link", brand=brand, name=found.name, sessions=found.lines, noun=noun)


COURSE_KINDS = ("course_confirmation", "course_pending", "course_cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseLetter:
    """A registration for a course without a sitting, as its mails tell it; `state` is its state in the register."""

    registration_id: int
    state: str
    provider_id: int
    reply_to: str
    person_id: int
    address: str
    legal_name: str
    display_name: str
    licence: str
    title: str
    slug: str
    credit: str
    gives_certificate: bool
    completion: str
    fee: str
    refund_policy: str
    link: str
    pay_link: str
    registered_on: str
    back: str = ""  # what is given back, once it has ended


def course_letter_of(db: Db, registration_id: int) -> CourseLetter | None:
    """Give what mails say of a registration for a course without a sitting; None where nobody can be told."""
    row = get_registration(db, registration_id)
    person = get_person(db, row.person_id)
    person = get_person(db, person.merged_into_id) if person.merged_into_id else person
    if not person.email:
        return None
    course, provider = row.course, db.get_one(Provider, row.course.provider_id)
    zone, licence = row.time_zone or person.time_zone or provider.time_zone, row.licence or {}
    join = links().join(row.code, row.link_version)
    return CourseLetter(
        registration_id=row.id, state=row.state.value, provider_id=provider.id, reply_to=provider.email,
        person_id=person.id, address=person.email, legal_name=row.legal_name, display_name=row.display_name,
        licence=f"{licence['board']}, {licence['number']}" if licence else "", title=title_of(place_of(row)),
        slug=course.slug, credit=credit_of(course), gives_certificate=course.gives_certificate,
        completion=completion_text(course.completion_rule),
        **fee_words(db, row), refund_policy=course.refund_policy,
        link=join, pay_link=f"{join}?to=payment",
        registered_on=describe(in_zone(row.created_at, zone), zone).split(",")[0],
    )  # fmt: skip


def course_mail(kind: str, brand: Brand, letter: CourseLetter) -> tuple[str, str, str]:
    """Give (subject, text, HTML) of one of `COURSE_KINDS`."""
    return render_mail(
        kind, brand=brand, to=letter, join_link=letter.link, cancel_link=f"{letter.link}?to=cancel",
        course_link=links().course(letter.slug),
    )  # fmt: skip


WAITING_KINDS = (
    "waiting_joined", "waiting_offer", "waiting_moved", "waiting_lapsed", "waiting_left", "waiting_over",
    "approval_asked", "approval_rejected", "approval_withdrawn",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLetter:
    """A registration without a place yet, as its mails tell it; times in words, the sitting's zone by name."""

    state: str
    offers: int
    provider_id: int
    webinar_id: int
    reply_to: str
    person_id: int
    address: str
    legal_name: str
    display_name: str
    title: str
    when: tuple[str, ...]
    seat: str
    position: int | None
    is_manual: bool
    reason: str
    until: tuple[str, ...]
    link: str
    slug: str
    webinar_code: str
    registered_on: str
    fee: str = ""  # still to be paid
    back: str = ""  # what is given back, once it has ended


def waiting_letter_of(db: Db, registration_id: int) -> WaitingLetter | None:
    """Give what mails say of a registration without a place; None where nobody can be told."""
    row = get_registration(db, registration_id)
    person = get_person(db, row.person_id)
    person = get_person(db, person.merged_into_id) if person.merged_into_id else person
    webinar = row.webinar
    if webinar is None or not person.email:
        return None
    standing, provider = standing_of(db, row), db.get_one(Provider, row.course.provider_id)
    zone, own_zone = webinar.time_zone, row.time_zone or person.time_zone or webinar.time_zone
    ends_at = standing["offer_ends_at"]
    return WaitingLetter(
        state=row.state.value, offers=standing["offers"], provider_id=provider.id, webinar_id=webinar.id,
        reply_to=provider.email, person_id=person.id, address=person.email, legal_name=row.legal_name,
        display_name=row.display_name, title=title_of(place_of(row)), seat=row.seat, position=standing["position"],
        when=describe_for(webinar.starts_at, own_zone, zone) if webinar.starts_at else (when_words(webinar),),
        is_manual=standing["is_manual"], reason=standing["reason"],
        until=describe_for(ends_at, own_zone, zone) if ends_at else ("",),
        link=links().join(row.code, row.link_version), slug=row.course.slug, webinar_code=webinar.code,
        registered_on=describe(in_zone(row.created_at, own_zone), own_zone).split(",")[0],
        **fee_words(db, row),
    )  # fmt: skip


def waiting_mail(kind: str, brand: Brand, letter: WaitingLetter) -> tuple[str, str, str]:
    """Give (subject, text, HTML) of one of `WAITING_KINDS`."""
    return render_mail(
        kind, brand=brand, to=letter, link=letter.link, cancel_link=f"{letter.link}?to=cancel",
        course_link=links().course(letter.slug), again_link=links().register(letter.webinar_code),
    )  # fmt: skip
