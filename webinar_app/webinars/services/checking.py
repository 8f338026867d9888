"""What stands against a time, and what people should know of it, before anything is written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.read_back import read_typed
from webinar_app.core.times import end_of, wrong_zone_words
from webinar_app.core.zone_shifts import shift_sentence
from webinar_app.core.zones import zone_info
from webinar_app.courses.events import WordsSaved
from webinar_app.courses.models import Course
from webinar_app.courses.policy import get_course
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask
from webinar_app.providers.models import Provider
from webinar_app.webinars.events import TextsAsked, TimeAsked, ZonesAsked
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.queries import REAL
from webinar_app.webinars.queries.bookings import list_bookings, list_runners, room_of
from webinar_app.webinars.rules import Booking, WebinarState, conflicts

DEFAULT_MINUTES = 60
MOST_ZONES = 5


def check_time(db: Db, actor: Actor, details: Mapping[str, Any], *, slug: str, code: str, now: datetime) -> list[str]:
    """Give what is to know of a typed time, one sentence each; nothing while it cannot be read.

    `slug` names the course of a new sitting, `code` the sitting that moves.
    """
    webinar = get_webinar(db, actor, code, to=Permission.WEBINAR_SCHEDULE) if code else None
    course = webinar.course if webinar else get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE)
    if details["precision"] != "exact":
        return []
    home = _known(details["time_zone"]) or db.get_one(Provider, course.provider_id).time_zone
    reading = read_typed(details["typed"], home, fold=details["fold"], minutes=details["minutes"], now=now)
    return what_to_know(
        db, course, reading.starts_at, reading.zone or home, details["minutes"] or DEFAULT_MINUTES,
        venue={"name": details["venue_name"]}, webinar=webinar,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else goes on in a stretch of time, who runs sittings of a course, and the clocks its registrants live by."""

    others: Sequence[Booking]
    runners: Mapping[int | None, Mapping[str, str]]
    zones: Mapping[str, int]

    def conflicts_at(
        self, starts_at: datetime, minutes: int, venue: Mapping[str, Any] | None, *, like: int | None = None,
        code: str = "",
    ) -> list[str]:  # fmt: skip
        """Give what stands against a sitting at this time. `like`: the one whose roles it has; `code`: its own."""
        wanted = Booking(
            code=code, words="", starts_at=starts_at, ends_at=end_of(starts_at, minutes), people=self.runners[like],
            room=room_of(venue),
        )  # fmt: skip
        return conflicts(wanted, self.others)

    def shifts_at(self, starts_at: datetime, zone: str) -> list[str]:
        """Give a sentence for each zone of registrants for which the hour is unusual (O9), the most people first."""
        most = sorted(self.zones, key=lambda other: (-self.zones[other], other))
        found = (shift_sentence(starts_at, zone, other, self.zones[other]) for other in most if _known(other))
        return [sentence for sentence in found if sentence][:MOST_ZONES]


def look_around(
    db: Db,
    course: Course,
    begin: datetime,
    end: datetime,
    *,
    like: Collection[int] = (),
    webinar: Webinar | None = None,
) -> Surroundings:
    """Read once what is to know of sittings of a course between two instants.

    `like`: sittings whose roles the new ones have. `webinar`: the one that moves; without it the whole course's
    registrants count.
    """
    zones: dict[str, int] = {}
    for told in ask(db, ZonesAsked(course.id, webinar.id if webinar else None)):
        zones |= told
    runners = list_runners(db, course, [*like, *([webinar.id] if webinar else [])])
    return Surroundings(list_bookings(db, course.provider_id, begin, end), runners, zones)


def what_to_know(
    db: Db,
    course: Course,
    starts_at: datetime | None,
    zone: str,
    minutes: int,
    *,
    venue: Mapping[str, Any] | None = None,
    webinar: Webinar | None = None,
) -> list[str]:
    """Give conflicts of people, rooms and doors, and the zones of registrants for which the hour is unusual (O9)."""
    if starts_at is None:
        return []
    around = look_around(db, course, starts_at, end_of(starts_at, minutes), webinar=webinar)
    like, code = (webinar.id, webinar.code) if webinar else (None, "")
    against = around.conflicts_at(starts_at, minutes, venue, like=like, code=code)
    if webinar is not None:
        against += [one for told in ask(db, TimeAsked(webinar.id, starts_at)) for one in told]
    return against + around.shifts_at(starts_at, zone)


def text_warnings(db: Db, webinar: Webinar, *, only: str = "") -> list[str]:
    """Give a sentence for each text around a sitting that names its clock wrongly, such as EST in July (TZ3).

    `only` names one kind of text, such as `Poll`: what was just saved.
    """
    told = (text for answer in ask(db, TextsAsked(webinar.id)) for text in answer)
    texts = [(where, text) for where, text in (*_texts_of(webinar), *told) if only in ("", where)]
    return _wrong_in([webinar], texts)


def course_warnings(db: Db, question: WordsSaved) -> list[str]:
    """Give the same for the texts of a course, for each of its sittings to come; as many as a page can say."""
    rows = _to_come(db, question.course_id)
    return list(dict.fromkeys(one for row in rows for one in _wrong_in([row], _texts_of(row))))[:MOST_ZONES]


def check_clock_words(
    db: Db, course_id: int, webinar_id: int | None, fields: Mapping[str, str], code: str = "text.clock"
) -> None:
    """Raise InvalidInput for texts by field that name the clock wrongly in a sitting, or in any one of a course's."""
    rows = [db.get_one(Webinar, webinar_id)] if webinar_id is not None else _to_come(db, course_id)
    wrong = {name: _wrong_in(rows, [("", text)]) for name, text in fields.items()}
    found = {name: " ".join(sentences[:2]) for name, sentences in wrong.items() if sentences}
    if found:
        raise InvalidInput(code, "A clock is named wrongly here. " + next(iter(found.values())), found)


def _to_come(db: Db, course_id: int) -> list[Webinar]:
    stands = Webinar.state.in_((WebinarState.DRAFT, WebinarState.SCHEDULED))
    query = select(Webinar).where(Webinar.course_id == course_id, stands, REAL, Webinar.starts_at.is_not(None))
    return list(db.scalars(query.order_by(Webinar.starts_at, Webinar.id)))


def _wrong_in(rows: Sequence[Webinar], texts: Sequence[tuple[str, str]]) -> list[str]:
    found = [
        f"{where}: {sentence}" if where else sentence
        for row in rows
        if row.starts_at is not None
        for where, text in texts
        for sentence in wrong_zone_words(text, row.starts_at, row.time_zone)
    ]
    return list(dict.fromkeys(found))


def own_texts(course: Course) -> list[tuple[str, str]]:
    """Give what a course says, as `(where, text)`."""
    texts = [("Title", course.title), ("Subtitle", course.subtitle), ("Summary", course.summary)]
    texts += [("Prior knowledge", course.prior_knowledge), ("Duration", course.duration_text)]
    texts += [("Accommodations", course.accommodations), ("Refunds", course.refund_policy)]
    texts += [("Description", str(text)) for text in course.description]
    texts += [("Objective", one.text) for one in course.objectives]
    return texts + [("Outline", unit.title) for unit in course.units]


def _texts_of(webinar: Webinar) -> list[tuple[str, str]]:
    access = (webinar.venue or {}).get("access", "")
    texts = [("Title of the session", webinar.title), *own_texts(webinar.course), ("Access to the place", access)]
    return texts + [("Agenda", part.title) for part in webinar.segments]


def _known(zone: str) -> str:
    try:
        return zone if zone and zone_info(zone) else ""
    except InvalidInput:
        return ""
