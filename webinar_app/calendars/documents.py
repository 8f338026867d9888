"""Calendar files, feeds and links of sittings: for one person, and for everybody."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from webinar_app.calendars.queries import CrewMember, Recipient, Sent, Sitting, crew_uid_of
from webinar_app.calendars.rules import (
    call_minutes,
    google_link,
    next_sequence,
    office365_link,
    outlook_link,
    yahoo_link,
)
from webinar_app.config import links, settings
from webinar_app.core.times import describe, end_of, in_zone
from webinar_app.infra import ics
from webinar_app.webinars.rules import WebinarState


def has_date(sitting: Sitting) -> bool:
    """Say whether a sitting can stand in a calendar."""
    return sitting.starts_at is not None or sitting.on_date is not None


def sequence_for(sitting: Sitting, sent: Sent | None, *, is_material: bool) -> int:
    """Give the SEQUENCE of the next entry for a person; a return after a cancellation is material (IC28).

    `sent`: the last entry that they got. Of a cancelled sitting the cancellation itself is the version of now.
    """
    is_back = sent is not None and sent.method == "CANCEL" and sitting.state is not WebinarState.CANCELLED
    is_change = is_material or is_back or (sent is not None and sent.starts_at != sitting.starts_at)
    return next_sequence(sent.sequence if sent else None, sitting.sequence, is_change)


def personal_entry(sitting: Sitting, recipient: Recipient, sequence: int, now: datetime) -> ics.Entry:
    """Give a registrant's own entry, with the join link and themselves as the one attendee."""
    link = links().join(recipient.code, recipient.link_version)
    sender_name, sender = parseaddr(settings().mail_from)
    words = [sitting.title, f"With {sitting.presenters}" if sitting.presenters else ""]
    words += [f"Your personal link: {link}", "It is yours alone and needs no password."]
    if sitting.attendance:
        words.append("What counts: " + ", ".join(sitting.attendance) + ".")
    return ics.Entry(
        uid=sitting.uid, sequence=sequence, summary=sitting.title, stamp=now, last_modified=now,
        starts_at=sitting.starts_at, on_date=sitting.on_date, minutes=sitting.minutes, zone=sitting.zone,
        description="\n\n".join(filter(None, words)), location=sitting.place if recipient.seat == "room" else "",
        url=links().course(sitting.course_slug), join_url=link, organizer_name=sitting.provider_name or sender_name,
        organizer_email=sender, attendee_name=recipient.legal_name, attendee_email=recipient.email,
        alarm_minutes=recipient.alarm_minutes or None,
        previous_start=recipient.sent.starts_at if recipient.sent else None,
    )  # fmt: skip


def invite_file(sitting: Sitting, recipient: Recipient, sequence: int, now: datetime, method: str) -> bytes:
    """Give the calendar file that is mailed to a registrant (`REQUEST` or `CANCEL`)."""
    return ics.invite(personal_entry(sitting, recipient, sequence, now), method)


def public_entry(sitting: Sitting) -> ics.Entry:
    """Give the entry that anybody may see; equal until the sitting changes."""
    _, sender = parseaddr(settings().mail_from)
    address = links().course(sitting.course_slug)
    words = [sitting.title, f"With {sitting.presenters}" if sitting.presenters else "", f"Details: {address}"]
    return ics.Entry(
        uid=sitting.uid, sequence=sitting.sequence, summary=sitting.title, stamp=sitting.updated_at,
        last_modified=sitting.updated_at, starts_at=sitting.starts_at, on_date=sitting.on_date,
        minutes=sitting.minutes, zone=sitting.zone, description="\n\n".join(filter(None, words)),
        location=sitting.place, url=address, organizer_name=sitting.provider_name, organizer_email=sender,
        status="CANCELLED" if sitting.state is WebinarState.CANCELLED else "CONFIRMED",
    )  # fmt: skip


def own_entry(sitting: Sitting, sent: Sent | None, alarm_minutes: int) -> ics.Entry:
    """Give the entry of a sitting in the feed of somebody with a place in it; no link in it is anybody's own (IC26)."""
    words = [sitting.title, f"With {sitting.presenters}" if sitting.presenters else ""]
    words += [f"You have a place. Your join link is in your mail, and under {links().my_learning()}"]
    sequence = sequence_for(sitting, sent, is_material=False)
    rings = (alarm_minutes or None) if sitting.state is not WebinarState.CANCELLED else None
    text = "\n\n".join(filter(None, words))
    return replace(public_entry(sitting), sequence=sequence, description=text, alarm_minutes=rings)


def crew_entry(sitting: Sitting, sequence: int, alarm_minutes: int) -> ics.Entry:
    """Give the entry of somebody who presents or hosts: from the call time on, with the way to the green room (B12)."""
    early = call_minutes(sitting.lobby_minutes) if sitting.starts_at else 0
    start = describe(in_zone(sitting.starts_at, sitting.zone), sitting.zone) if sitting.starts_at else sitting.words
    desk = links().desk(sitting.code)
    words = [f"You present or host: {sitting.title}", f"The session starts: {start}"]
    words += [f"Your call time is {early} minutes earlier."] if early else []
    words += [f"Green room and desk (sign in): {desk}"]
    is_off = sitting.state is WebinarState.CANCELLED
    return replace(
        public_entry(sitting), uid=crew_uid_of(sitting.code), sequence=sequence,
        summary=f"Presenting: {sitting.title}", description="\n\n".join(words), url=desk,
        starts_at=end_of(sitting.starts_at, -early) if sitting.starts_at else None, minutes=sitting.minutes + early,
        alarm_minutes=None if is_off else alarm_minutes or None,
    )  # fmt: skip


def crew_file(sitting: Sitting, member: CrewMember, sequence: int, now: datetime, method: str) -> bytes:
    """Give the calendar file that is mailed to a presenter or host (`REQUEST` or `CANCEL`)."""
    before = member.sent.starts_at if member.sent else None
    sender_name, _ = parseaddr(settings().mail_from)
    entry = replace(
        crew_entry(sitting, sequence, member.alarm_minutes), stamp=now, last_modified=now,
        attendee_name=member.legal_name, attendee_email=member.email, join_url=links().desk(sitting.code),
        organizer_name=sitting.provider_name or sender_name,
        previous_start=end_of(before, -call_minutes(sitting.lobby_minutes)) if before else None,
    )  # fmt: skip
    return ics.invite(entry, method)


def public_file(sittings: Iterable[Sitting]) -> bytes:
    """Give the calendar file that anybody may open: one entry a sitting, nothing personal (IC17)."""
    return ics.download([public_entry(sitting) for sitting in sittings])


def public_feed(sittings: Iterable[Sitting], name: str) -> bytes:
    """Give the calendar of these sittings to subscribe to; while they stay the same it is written once."""
    return public_bytes(tuple(public_entry(sitting) for sitting in sittings), name)


@lru_cache(maxsize=16)
def public_bytes(entries: tuple[ics.Entry, ...], name: str) -> bytes:
    """Give a feed of these entries. Programs come every hour, and five hundred entries take a third of a second."""
    return ics.feed(entries, name)


def own_feed(
    own: Iterable[tuple[Sitting, Sent | None]], crew: Iterable[tuple[Sitting, Sent | None]], name: str,
    alarm_minutes: int,
) -> bytes:  # fmt: skip
    """Give a person's own calendar to subscribe to: what they attend, and what they present or host."""
    entries = [own_entry(sitting, sent, alarm_minutes) for sitting, sent in own]
    entries += [
        crew_entry(sitting, sequence_for(sitting, sent, is_material=False), alarm_minutes) for sitting, sent in crew
    ]
    return ics.feed(entries, name)


def file_name(sitting: Sitting) -> str:
    """Give the name under which a calendar file is saved."""
    letters = "".join(letter for letter in sitting.course_code.lower() if letter.isascii() and letter.isalnum())
    on = sitting.starts_at or sitting.on_date
    return "-".join(filter(None, [letters or "session", f"{on:%Y-%m-%d}" if on else ""])) + ".ics"


def add_links(sitting: Sitting) -> dict[str, str]:
    """Give addresses that open somebody's calendar on the web with the entry filled in; none without an exact time."""
    if sitting.starts_at is None:
        return {}
    address = links().course(sitting.course_slug)
    given: dict[str, Any] = {"details": f"Details: {address}", "location": sitting.place}
    common = (sitting.title, sitting.starts_at, sitting.minutes)
    return {
        "google": google_link(*common, sitting.zone, **given),
        "outlook": outlook_link(*common, **given),
        "office365": office365_link(*common, **given),
        "yahoo": yahoo_link(*common, **given),
    }
