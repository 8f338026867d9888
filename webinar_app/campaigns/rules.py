"""Which mails go out around a sitting, when each is due, who gets it, and what may stand in its words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from webinar_app.core.errors import InvalidInput
from webinar_app.core.placeholders import unknown_gaps
from webinar_app.core.text import multi_line, one_line
from webinar_app.core.times import as_instant, clock_words, day_before_at, end_of, in_zone, settle

LONGEST_SUBJECT, LONGEST_TEXT = 200, 5_000
MOST_DAYS, MOST_HOURS = 365, 24 * 60
CLOCK_WORDS = "Write a time of day, such as 9:00."
CLOCK = "mail.clock"  # the code of a refusal that somebody who means another day may overrule


class Anchor(StrEnum):
    """What a planned mail is timed by."""

    START = "start"
    END = "end"
    EXPIRY = "expiry"  # of a certificate
    EVENT = "event"  # nothing: it goes out when what it tells of happens


class Way(StrEnum):
    """How the distance is counted."""

    HOURS = "hours"  # real hours, also over a change of the clock (calendar statement TZ18)
    DAYS = "days"  # days of the calendar, at a time of day in the sitting's zone


class Audience(StrEnum):
    """Some of a sitting's people."""

    REGISTERED = "registered"
    WAITING = "waiting"
    ATTENDED = "attended"
    ABSENT = "absent"
    NOT_EVALUATED = "not_evaluated"
    CERTIFIED = "certified"


AUDIENCE_WORDS = {
    Audience.REGISTERED: "Everybody with a place",
    Audience.WAITING: "Who waits for a place",
    Audience.ATTENDED: "Who was there",
    Audience.ABSENT: "Who was not there",
    Audience.NOT_EVALUATED: "Who was there and has not evaluated",
    Audience.CERTIFIED: "Who has a certificate",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some of an audience: of one of these professions and of one of these agencies, where any are named."""

    audience: Audience
    professions: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say who they are: `Who was there: Nurse or Counselor; Harbor`."""
        narrowed = [" or ".join(names) for names in (self.professions, self.agencies) if names]
        return AUDIENCE_WORDS[self.audience] + (": " + "; ".join(narrowed) if narrowed else "")


# What may stand in braces, and what it puts in. Nothing else is ever looked up (reliability W-13).
COMMON = {
    "name": "how the person is addressed",
    "legal_name": "the name as it is printed",
    "title": "the session's title",
    "when": "its time: the recipient's own zone first, then yours",
    "minutes": "its length in minutes",
    "presenters": "who teaches",
    "place": "where, for people in the room",
    "credit": "the credit it gives",
    "organisation": "your organisation",
    "join_link": "the personal link, which needs no password",
    "cancel_link": "the personal link that gives the place back",
    "evaluation_link": "the personal link to the evaluation",
    "evaluation_until": "until when the evaluation is open: the recipient's own zone first, then yours",
    "course_link": "the public page of the course",
}
OF_PAPER = {
    "certificate_number": "the certificate's number",
    "certificate_link": "the holder's page of the certificate",
    "expires_on": "the last day of the certificate",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """One mail of the set: whether and when it goes out, and its words."""

    kind: str
    is_on: bool
    anchor: Anchor
    way: Way
    amount: int  # hours or days; before a start or expiry, after an end
    clock: time  # of a plan in days
    audience: Audience
    subject: str
    text: str

    @property
    def placeholders(self) -> dict[str, str]:
        """Give what may stand in its words."""
        return COMMON | OF_PAPER if self.audience is Audience.CERTIFIED else COMMON


_NINE = time(9)
_REMINDER = "Hello {name},\n\n{title}\n{when}\n\n"
_HERE = "Your personal link, which needs no password:\n\n{join_link}"
SET: dict[str, Plan] = {
    plan.kind: plan
    for plan in (
        Plan("reminder_week", False, Anchor.START, Way.DAYS, 7, _NINE, Audience.REGISTERED, "In a week: {title}",
             _REMINDER + "is in a week.\n\n" + _HERE
             + "\n\nYou cannot come? Give your place to somebody who waits:\n\n{cancel_link}"),
        Plan("reminder_day", True, Anchor.START, Way.HOURS, 24, _NINE, Audience.REGISTERED, "Tomorrow: {title}",
             _REMINDER + "begins in a day.\n\n" + _HERE + "\n\nOpen it once before, to try sound and picture."),
        Plan("reminder_hour", True, Anchor.START, Way.HOURS, 1, _NINE, Audience.REGISTERED, "In an hour: {title}",
             _REMINDER + "begins in an hour.\n\n" + _HERE),
        Plan("join_now", False, Anchor.START, Way.HOURS, 0, _NINE, Audience.REGISTERED, "Now: {title}",
             "Hello {name},\n\n{title}\n{when}\n\nbegins now.\n\n{join_link}"),
        Plan("missed", True, Anchor.END, Way.HOURS, 24, _NINE, Audience.ABSENT, "We missed you: {title}",
             "Hello {name},\n\nyou had a place in\n\n{title}\n{when}\n\nand we did not see you there. Without "
             "attendance there is no certificate.\n\nWere you there after all? Your session page shows what was "
             "counted, and takes your answer:\n\n{join_link}\n\nOther dates, when there are any:\n\n{course_link}"),
        Plan("evaluation", True, Anchor.EVENT, Way.HOURS, 0, _NINE, Audience.NOT_EVALUATED, "Evaluate {title}",
             "Hello {name},\n\nyou were in\n\n{title}\n{when}\n\nSome short questions are left, then your "
             "certificate is made by itself once everything else is complete:\n\n{evaluation_link}\n\n"
             "They are open until {evaluation_until}. Your answers are stored without your name."),
        Plan("evaluation_reminder", True, Anchor.END, Way.DAYS, 3, _NINE, Audience.NOT_EVALUATED,
             "Your evaluation of {title} is open",
             "Hello {name},\n\nyou were in\n\n{title}\n{when}\n\nYour evaluation is still missing, and the "
             "certificate waits for it. It takes under two minutes, and is open until {evaluation_until}:\n\n"
             "{evaluation_link}"),
        Plan("certificate", True, Anchor.EVENT, Way.HOURS, 0, _NINE, Audience.CERTIFIED, "Your certificate: {title}",
             "Hello {legal_name},\n\nyour certificate {certificate_number} is ready. It is attached to this mail, and "
             "it is kept for you:\n\n{join_link}"),
        Plan("expiry", True, Anchor.EXPIRY, Way.DAYS, 60, _NINE, Audience.CERTIFIED,
             "Your certificate ends on {expires_on}",
             "Hello {name},\n\nyour certificate {certificate_number} for {title} is in force until {expires_on}.\n\n"
             "{certificate_link}\n\nDates that renew it, when there are any:\n\n{course_link}"),
    )
}  # fmt: skip


_EVENTS = {"evaluation": "2 minutes after the end", "certificate": "As soon as it is made, with the PDF"}


def due_at(
    plan: Plan, *, local_start: datetime, zone: str, starts_at: datetime, minutes: int, ended_at: datetime | None
) -> datetime:
    """Give the UTC instant at which a mail of a sitting is due.

    `local_start`: naive, in `zone`. `starts_at`: aware. `minutes`: planned; the real end counts once it is known.
    """
    if plan.anchor is Anchor.START:
        if plan.way is Way.HOURS:
            return as_instant(starts_at) - timedelta(hours=plan.amount)
        return day_before_at(local_start, zone, plan.clock, plan.amount)
    end = ended_at or end_of(starts_at, minutes)
    if plan.way is Way.HOURS:
        return as_instant(end) + timedelta(hours=plan.amount)
    return day_before_at(in_zone(end, zone), zone, plan.clock, -plan.amount)


def expiry_due_at(plan: Plan, expires_on: date, zone: str) -> datetime:
    """Give the UTC instant at which the mail about a certificate that ends on this date is due."""
    return settle(datetime.combine(expires_on - timedelta(days=plan.amount), plan.clock), zone)


def is_worth_sending(plan: Plan, due: datetime, now: datetime, starts_at: datetime) -> bool:
    """Say whether a mail that is late still helps: a reminder until the start, the others for two days."""
    if plan.anchor is Anchor.START:
        return now < max(as_instant(starts_at), due + timedelta(minutes=10))
    return now < due + timedelta(days=2)


def timing_words(plan: Plan) -> str:
    """Say when a mail goes out, such as `24 hours before the start` or `3 days after the end, at 9:00 a.m.`."""
    if plan.anchor is Anchor.EVENT:
        return _EVENTS[plan.kind]
    side, what = ("after", "end") if plan.anchor is Anchor.END else ("before", "start")
    what = "end of the certificate" if plan.anchor is Anchor.EXPIRY else what
    if plan.way is Way.HOURS and plan.amount == 0:
        return f"At the {what}"
    unit = plan.way.value if plan.amount != 1 else plan.way.value[:-1]
    at = f", at {clock_words(plan.clock)}" if plan.way is Way.DAYS else ""
    return f"{plan.amount} {unit} {side} the {what}{at}"


def check_words(subject: str, text: str, known: Iterable[str]) -> tuple[str, str]:
    """Give subject and text as they are kept; raise InvalidInput for what is missing, long or unknown."""
    subject, text, wrong, names = one_line(subject), multi_line(text), {}, list(known)
    for name, words, longest in (("subject", subject, LONGEST_SUBJECT), ("text", text, LONGEST_TEXT)):
        found = unknown_gaps(words, names)
        if not words:
            wrong[name] = "Write the " + ("subject." if name == "subject" else "words of the mail.")
        elif len(words) > longest:
            wrong[name] = f"Keep this within {longest} characters."
        elif found:
            wrong[name] = " ".join(found[:3])
    if wrong:
        raise InvalidInput("mail.words", "The words of this mail cannot be used yet.", wrong)
    return subject, text


def check_timing(plan: Plan, way: str, amount: int | None, clock: time | None) -> Plan:
    """Give a plan with this timing; raise InvalidInput for a distance or time of day that cannot be."""
    most = MOST_HOURS if way == Way.HOURS else MOST_DAYS
    wrong = {}
    if plan.anchor is Anchor.EXPIRY and way != Way.DAYS:
        wrong["way"] = "Count days here: a certificate ends on a day."
    if amount is None or not 0 <= amount <= most:
        wrong["amount"] = f"Write a whole number from 0 to {most}."
    if way == Way.DAYS and clock is None:
        wrong["clock"] = CLOCK_WORDS
    if wrong or amount is None:
        raise InvalidInput("mail.timing", "The time of this mail cannot be used yet.", wrong)
    return replace(plan, way=Way(way), amount=amount, clock=clock or plan.clock)


def stamp_of(due: datetime) -> str:
    """Give a due time as jobs carry it."""
    return due.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def sending_of(kind: str, code: str) -> str:
    """Give the name under which the mails of one sending are found: its kind, and the code of a sitting or message."""
    return f"{kind}:{code}"
