"""Calendar files: invites and cancellations for one person, downloads, feeds (RFC 5545, 5546, 7986).

One model, two flavours: invites and downloads carry the session's zone with its rules, feeds are in UTC. No text that a
person wrote can add a line or make a writer fail (reliability W-11).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from urllib.parse import quote, urlsplit

from icalendar import (
    Alarm,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vRecur,
    vText,
    vUri,
)

from webinar_app.core.text import multi_line, one_line
from webinar_app.core.times import (
    ClockChange,
    as_instant,
    clock_changes,
    end_of,
    in_zone,
    instants_of,
    zone_info,
    zone_label,
)

PRODUCT = "-//Rostrum//Webinars//EN"
METHODS = ("REQUEST", "CANCEL")
REFRESH = timedelta(hours=1)

_YEAR = timedelta(days=366)
_Rule = dict[str, str | int]
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MAIL_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,128}@[^\s@<>\"(),:;\\\[\]]{1,190}")
_NAME_SAFE = str.maketrans({'"': "", "^": " ", "\\": "/"})
_URI_SAFE = "!#$%&'()*+,/:;=?@[]~"


class _Text(vText):
    """A text value; icalendar's own escapes turn the two characters `\\N` into a new line (RFC 5545 §3.3.11)."""

    def to_ical(self) -> bytes:
        escaped = str(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sitting in somebody's calendar.

    `starts_at` (aware) with `minutes` of real time, or `on_date` alone for an item without a clock time. `stamp` is the
    instant of writing this version, `last_modified` that of its last change, both aware. `join_url` is personal: it
    goes into invites only. `previous_start` is the start before a move, so that the zone's rules cover both.
    """

    uid: str
    sequence: int
    summary: str
    stamp: datetime
    last_modified: datetime
    starts_at: datetime | None = None
    on_date: date | None = None
    minutes: int = 60
    zone: str = "UTC"
    description: str = ""
    location: str = ""
    url: str = ""
    join_url: str = ""
    organizer_name: str = ""
    organizer_email: str = ""
    attendee_name: str | None = None
    attendee_email: str | None = None
    status: str = "CONFIRMED"
    alarm_minutes: int | None = None
    previous_start: datetime | None = None

    def __post_init__(self) -> None:
        if (self.starts_at is None) == (self.on_date is None):
            raise ValueError("An entry has either a start or a date.")


def invite(entry: Entry, method: str = "REQUEST") -> bytes:
    """Give the calendar file to mail to one registrant: `REQUEST` for invites and updates, or `CANCEL`.

    Raises ValueError for another method.
    """
    if method not in METHODS:
        raise ValueError(f"An invite is one of {METHODS}.")
    if method == "CANCEL":
        entry = replace(entry, status="CANCELLED", alarm_minutes=None)
    calendar = _calendar(method)
    _add_zones(calendar, [entry])
    event = _event(_with_join_link(entry), in_utc=False)
    _add_organizer(event, entry)
    _add_attendee(event, entry)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def download(entries: Iterable[Entry]) -> bytes:
    """Give a file that anybody may open: no attendee, no personal link (RFC 5546 §3.2.1)."""
    kept = list(entries)
    calendar = _calendar("PUBLISH")
    _add_zones(calendar, kept)
    for entry in kept:
        event = _event(_without_join_link(entry), in_utc=False)
        _add_organizer(event, entry)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def feed(entries: Iterable[Entry], name: str) -> bytes:
    """Give a calendar to subscribe to, in UTC, without any mail address or personal link.

    It has no METHOD: a subscription is not a message, and an organizer would be required (RFC 5546 §3.2.1).
    """
    calendar = _calendar(None)
    for label in ("NAME", "X-WR-CALNAME"):
        calendar.add(label, _Text(one_line(name)))
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", _Text("PT1H"))
    for entry in entries:
        calendar.add_component(_event(_without_join_link(entry), in_utc=True))
    return bytes(calendar.to_ical())


def content_type(method: str | None = None) -> str:
    """Give the media type of a calendar file; in a mail its method must equal that of the file (RFC 6047 §2.4)."""
    return "text/calendar; charset=utf-8" + (f"; method={method}" if method else "")


def attach_invite(message: EmailMessage, data: bytes, method: str) -> None:
    """Add an invite to a mail that has its plain and HTML texts.

    It becomes a third alternative, which mail programs act on, and an attached file for those that do not.
    """
    message.add_alternative(
        data, maintype="text", subtype="calendar", cte="base64", params={"charset": "utf-8", "method": method}
    )
    message.add_attachment(data, maintype="application", subtype="ics", filename="invite.ics")


def _calendar(method: str | None) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    if method:
        calendar.add("METHOD", method)
    return calendar


def _event(entry: Entry, *, in_utc: bool) -> Event:
    event = Event()
    event.add("UID", _Text(one_line(entry.uid)))
    event.add("SEQUENCE", max(0, entry.sequence))
    event.add("DTSTAMP", as_instant(entry.stamp))
    event.add("LAST-MODIFIED", as_instant(entry.last_modified))
    event.add("SUMMARY", _Text(one_line(entry.summary)))
    event.add("STATUS", _word(entry.status))
    _add_times(event, entry, in_utc=in_utc)
    for name, text in (("DESCRIPTION", multi_line(entry.description)), ("LOCATION", one_line(entry.location))):
        if text:
            event.add(name, _Text(text))
    if url := _clean_url(entry.url):
        event.add("URL", vUri(url))
    if entry.join_url:
        link = {"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Join"}
        event.add("CONFERENCE", vUri(entry.join_url), parameters=link)
    if entry.alarm_minutes is not None and entry.starts_at is not None:
        event.add_component(_alarm(entry))
    return event


def _with_join_link(entry: Entry) -> Entry:
    link = _clean_url(entry.join_url)
    if not link:
        return replace(entry, join_url="")
    description = entry.description if link in entry.description else f"{entry.description}\n\nJoin: {link}"
    return replace(
        entry, join_url=link, description=description, location=entry.location or link, url=entry.url or link
    )


def _without_join_link(entry: Entry) -> Entry:
    # Calendars are shared with whole teams; a personal link that slipped into a text leaves it again.
    if not entry.join_url:
        return entry
    texts = {name: getattr(entry, name).replace(entry.join_url, "") for name in ("description", "location", "url")}
    return replace(entry, join_url="", **texts)


def _add_times(event: Event, entry: Entry, *, in_utc: bool) -> None:
    if entry.on_date is not None:
        event.add("DTSTART", entry.on_date)
        event.add("DTEND", entry.on_date + timedelta(days=1))
        event.add("TRANSP", "TRANSPARENT")
        event.add("X-MICROSOFT-CDO-BUSYSTATUS", _Text("FREE"))
        return
    start, end = _span(entry)
    zone = UTC if in_utc or not _needs_zone(entry) else zone_info(entry.zone)
    event.add("DTSTART", start.astimezone(zone))
    event.add("DTEND", end.astimezone(zone))
    event.add("TRANSP", "OPAQUE")
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", _Text("BUSY"))


def _span(entry: Entry) -> tuple[datetime, datetime]:
    if entry.starts_at is None:
        raise ValueError("An entry with a date alone has no span.")
    return as_instant(entry.starts_at), end_of(entry.starts_at, max(1, entry.minutes))


def _needs_zone(entry: Entry) -> bool:
    # A wall time that comes twice cannot be written: both are the same text, and readers take the first.
    if entry.starts_at is None or entry.zone == "UTC":
        return False
    return all(len(instants_of(in_zone(at, entry.zone), entry.zone)) == 1 for at in _span(entry))


def _add_organizer(event: Event, entry: Entry) -> None:
    if address := _address(entry.organizer_email, entry.organizer_name):
        event.add("ORGANIZER", address)


def _add_attendee(event: Event, entry: Entry) -> None:
    address = _address(entry.attendee_email or "", entry.attendee_name or "")
    if address is None:
        return
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["PARTSTAT"] = "NEEDS-ACTION"
    address.params["RSVP"] = "TRUE"
    event.add("ATTENDEE", address)


def _address(email: str, name: str) -> vCalAddress | None:
    mailbox = one_line(email)
    if not _MAIL_ADDRESS.fullmatch(mailbox):
        return None
    address = vCalAddress(f"mailto:{mailbox}")
    # RFC 6868 would write a double quote as ^', which Outlook prints as it stands; carets are its escape sign.
    # A backslash means nothing here, but readers take it for an escape and lose the parameter behind it.
    if shown := one_line(name.translate(_NAME_SAFE)):
        address.params["CN"] = shown
    return address


def _alarm(entry: Entry) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("TRIGGER", -timedelta(minutes=max(0, entry.alarm_minutes or 0)))
    alarm.add("DESCRIPTION", _Text(one_line(entry.summary) or "Reminder"))
    return alarm


def _word(text: str) -> str:
    return text if text in {"CONFIRMED", "CANCELLED", "TENTATIVE"} else "CONFIRMED"


def _clean_url(url: str) -> str:
    encoded = quote(one_line(url), safe=_URI_SAFE, errors="replace")
    try:
        parts = urlsplit(encoded)
    except ValueError:
        return ""
    return encoded if parts.scheme in {"http", "https"} and parts.netloc else ""


def _add_zones(calendar: Calendar, entries: list[Entry]) -> None:
    instants: dict[str, list[datetime]] = {}
    for entry in entries:
        if _needs_zone(entry):
            known = (*_span(entry), entry.previous_start)
            instants.setdefault(entry.zone, []).extend(as_instant(at) for at in known if at is not None)
    for zone, known_instants in sorted(instants.items()):
        calendar.add_component(_timezone(zone, min(known_instants), max(known_instants)))


def _timezone(zone: str, first: datetime, last: datetime) -> Timezone:
    # icalendar's own block puts the start of summer time one hour late, and lists years as RDATE, which Outlook
    # misreads. A yearly rule is written where the zone keeps one; otherwise each change stands alone.
    block = Timezone()
    block.add("TZID", zone)
    if rules := _yearly_rules(zone, range(first.year - 1, last.year + 6)):
        for change, rule in rules:
            block.add_component(_observance(zone, change, rule))
        return block
    changes = clock_changes(zone, first - _YEAR, last + _YEAR)
    if not changes or changes[0].at > first:
        # The clock that stands before the first change, since 1970 as far as this file is concerned.
        at = changes[0].at - timedelta(days=1) if changes else first
        offset = at.astimezone(zone_info(zone)).utcoffset() or timedelta()
        block.add_component(
            _observance(zone, ClockChange(_LONG_AGO - offset, offset, offset), None, zone_label(at, zone))
        )
    for change in changes:
        block.add_component(_observance(zone, change, None))
    return block


def _observance(
    zone: str, change: ClockChange, rule: _Rule | None, name: str | None = None
) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.after > change.before else TimezoneStandard()
    part.DTSTART = change.onset
    part.TZOFFSETFROM = change.before
    part.TZOFFSETTO = change.after
    part.add("TZNAME", _Text(name or zone_label(change.at, zone)))
    if rule:
        part.add("RRULE", vRecur(rule))
    return part


def _yearly_rules(zone: str, years: range) -> list[tuple[ClockChange, _Rule]]:
    """Give the first change of each kind with a rule that yields all of those years, or nothing if there is none."""
    start, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (years.start, years.stop))
    changes = clock_changes(zone, start, end)
    found = []
    for is_forward in (False, True):
        kind = [change for change in changes if (change.after > change.before) is is_forward]
        if [change.onset.year for change in kind] != list(years):
            return []
        if (rule := _yearly_rule(kind)) is None:
            return []
        found.append((kind[0], rule))
    return found


def _yearly_rule(kind: list[ClockChange]) -> _Rule | None:
    same = {(at.onset.month, at.onset.weekday(), at.onset.time(), at.before, at.after) for at in kind}
    if len(same) != 1:
        return None
    onset = kind[0].onset
    weekday = _WEEKDAYS[onset.weekday()]
    if len({(at.onset.day - 1) // 7 for at in kind}) == 1:
        which = (onset.day - 1) // 7 + 1
    elif all((at.onset + timedelta(days=7)).month != onset.month for at in kind):
        which = -1
    else:
        return None
    return {"FREQ": "YEARLY", "BYMONTH": onset.month, "BYDAY": f"{which}{weekday}"}
