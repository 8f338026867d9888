"""Reads of the coordinator's day and calendar."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import selectinload

from webinar_app.accounts.models import Person
from webinar_app.certificates.models import Certificate, CertificateStatus
from webinar_app.core.times import in_zone, settle
from webinar_app.courses.models import Course
from webinar_app.courses.rules import CourseState
from webinar_app.courses.services.publishing import missing_of
from webinar_app.infra.db import Db
from webinar_app.mailing.models import Mail, MailState
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import SEATED
from webinar_app.webinars.models import Staff, Webinar
from webinar_app.webinars.queries import REAL, sitting_view
from webinar_app.webinars.queries.bookings import clashing_codes
from webinar_app.webinars.queries.recomputed import list_recomputed
from webinar_app.webinars.rules import DatePrecision, WebinarState

DAYS_AHEAD = 14
MOST_DRAFTS = 5


def day_page(db: Db, provider_id: int, zone: str, now: datetime) -> dict[str, Any]:
    """Give today's sittings in the coordinator's zone, what comes in two weeks, and what needs somebody."""
    today = in_zone(now, zone).date()
    midnight = settle(datetime.combine(today + timedelta(days=1), time()), zone)
    rows = _sittings(db, provider_id, _from_today(today, zone))
    is_over = [row for row in rows if row["state"] in ("ended", "cancelled")]
    return {
        "today": [row for row in rows if row["starts_at"] < midnight],
        "ahead": [row for row in rows if row["starts_at"] >= midnight and row not in is_over],
        "recomputed": list_recomputed(db, provider_id, now),
        "drafts": _drafts(db, provider_id),
        "mail": _count_mail(db, provider_id),
        "papers": _count_failed_certificates(db, provider_id),
        "courses": _count_courses(db, provider_id),
    }


def _from_today(today: date, zone: str) -> list[Any]:
    begin = settle(datetime.combine(today, time()), zone)
    end = begin + timedelta(days=DAYS_AHEAD + 1)
    is_near = and_(Webinar.starts_at >= begin, Webinar.starts_at < end, Webinar.state != WebinarState.DRAFT)
    return [or_(is_near, and_(Webinar.state == WebinarState.LIVE, Webinar.starts_at.is_not(None)))]


def calendar_page(db: Db, provider_id: int, zone: str, first: date, last: date) -> dict[str, Any]:
    """Give the sittings from one day to another, last included, by day in the coordinator's zone; and the undated."""
    begin = settle(datetime.combine(first, time()), zone)
    end = settle(datetime.combine(last + timedelta(days=1), time()), zone)
    rows = _sittings(db, provider_id, [Webinar.starts_at >= begin, Webinar.starts_at < end])
    clashes = clashing_codes(db, provider_id, begin, end)
    days: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        row["local"] = in_zone(row["starts_at"], zone)
        row["clashes"], row["can_move"] = row["code"] in clashes, row["state"] in ("draft", "scheduled")
        days[row["local"].date()].append(row)
    return {"days": dict(days), "count": len(rows), "undated": _undated(db, provider_id)}


def _sittings(db: Db, provider_id: int, where: Iterable[Any], most: int = 400) -> list[dict[str, Any]]:
    rows = _views(db, _select(provider_id).where(*where).order_by(Webinar.starts_at, Webinar.id).limit(most))
    people = _staff(db, [row["id"] for row in rows])
    for row in rows:
        row["staff"] = people.get(row["id"], [])
    return rows


def _undated(db: Db, provider_id: int) -> list[dict[str, Any]]:
    is_undated = Webinar.precision != DatePrecision.EXACT
    return _views(db, _select(provider_id).where(is_undated).order_by(Webinar.local_date.desc(), Webinar.id).limit(20))


def _select(provider_id: int) -> Select[Any]:
    taken = (
        select(func.count())
        .where(Registration.webinar_id == Webinar.id, Registration.state.in_(SEATED))
        .correlate(Webinar)
        .scalar_subquery()
    )
    columns = (Webinar, Course.slug, Course.title, Course.code, Course.state, taken)
    query = select(*columns).join(Course, Course.id == Webinar.course_id).where(Course.provider_id == provider_id, REAL)
    return query.options(selectinload(Webinar.segments))  # `sitting_view` shows them


def _views(db: Db, query: Select[Any]) -> list[dict[str, Any]]:
    return [
        sitting_view(webinar)
        | {
            "slug": slug, "title": webinar.title or title, "course_title": title, "course_code": code,
            "course_state": state.value, "taken": taken,
        }
        for webinar, slug, title, code, state, taken in db.execute(query)
    ]  # fmt: skip


def _staff(db: Db, webinar_ids: Collection[int]) -> dict[int, list[str]]:
    query = (
        select(Staff.webinar_id, Person.display_name)
        .join(Person, Person.id == Staff.person_id)
        .where(Staff.webinar_id.in_(webinar_ids))
        .order_by(Staff.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for webinar_id, name in db.execute(query):
        found[webinar_id].append(name)
    return dict(found)


def _drafts(db: Db, provider_id: int) -> dict[str, Any]:
    """Give the drafts that were changed last with what each lacks, and how many there are."""
    is_open = and_(Course.provider_id == provider_id, Course.state.in_((CourseState.DRAFT, CourseState.IN_REVIEW)))
    total = db.scalar(select(func.count()).select_from(Course).where(is_open)) or 0
    rows = db.scalars(select(Course).where(is_open).order_by(Course.updated_at.desc()).limit(MOST_DRAFTS))
    listed = [
        {
            "slug": row.slug, "title": row.title, "state": row.state.value,
            "missing": [one.sentence for one in missing_of(db, row)],
        }
        for row in rows
    ]  # fmt: skip
    return {"total": total, "listed": listed}


def _count_mail(db: Db, provider_id: int) -> dict[str, int]:
    query = select(func.count()).select_from(Mail).where(Mail.provider_id == provider_id)
    return {"failed": db.scalar(query.where(Mail.state.in_((MailState.FAILED, MailState.BOUNCED)))) or 0}


def _count_failed_certificates(db: Db, provider_id: int) -> int:
    query = select(func.count()).select_from(Certificate).where(Certificate.provider_id == provider_id)
    return db.scalar(query.where(Certificate.status == CertificateStatus.FAILED)) or 0


def _count_courses(db: Db, provider_id: int) -> int:
    return db.scalar(select(func.count()).select_from(Course).where(Course.provider_id == provider_id)) or 0
