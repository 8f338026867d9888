"""Named reads for mails, calendar files and feeds."""

from webinar_app.calendars.queries.crew import (
    CrewMember,
    count_crew,
    crew_sent,
    list_crew_sittings,
    list_crew_to_tell,
)
from webinar_app.calendars.queries.letters import (
    Recipient,
    Sent,
    count_addressed,
    find_addressed,
    last_sent,
    list_addressed,
    recipient_of,
)
from webinar_app.calendars.queries.personal import OwnCalendar, find_feed, list_own_sittings, own_calendar
from webinar_app.calendars.queries.replies import answers_of, find_answering
from webinar_app.calendars.queries.sittings import (
    Followed,
    Sitting,
    count_coming,
    crew_uid_of,
    list_followed_series,
    list_public_sittings,
    sitting_of,
    uid_of,
)

__all__ = [
    "answers_of", "find_answering", "Followed", "count_coming", "list_followed_series",
    "CrewMember", "count_crew", "crew_sent", "crew_uid_of", "list_crew_sittings", "list_crew_to_tell",
    "OwnCalendar", "Recipient", "Sent", "Sitting", "count_addressed", "find_addressed", "find_feed", "last_sent",
    "list_addressed", "list_own_sittings", "list_public_sittings", "own_calendar", "recipient_of", "sitting_of",
    "uid_of",
]  # fmt: skip
