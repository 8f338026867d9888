"""When a handout opens, and what is said of one that cannot be used."""

from datetime import datetime, timedelta
from enum import StrEnum

from webinar_app.core.errors import InvalidInput, Refused


class HandoutState(StrEnum):
    """Whether a file has been looked into."""

    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"


MOST_HANDOUTS = 30
TITLE_LIMIT = 120
LATEST_MINUTE = 720


def check_plan(title: str, minute: int | None) -> None:
    """Raise InvalidInput for a title or a planned minute (from the start, 0 to 720) that cannot be."""
    if not 1 <= len(title) <= TITLE_LIMIT:
        sentence = f"Give it a title of 1 to {TITLE_LIMIT} characters."
        raise InvalidInput("handout.title", sentence, {"title": sentence})
    if minute is not None and not 0 <= minute <= LATEST_MINUTE:
        sentence = f"Write a minute between 0 and {LATEST_MINUTE}, or leave it empty."
        raise InvalidInput("handout.minute", sentence, {"minute": sentence})


def check_may_open(state: HandoutState) -> None:
    """Raise Refused for a file that nobody can use yet."""
    if state is HandoutState.CHECKING:
        raise Refused("handout.checking", "This file is still being checked. Try again in a few seconds.")
    if state is HandoutState.REFUSED:
        raise Refused("handout.refused", "This file cannot be used. Send it again.")


def opens_at(began: datetime, minute: int) -> datetime:
    """Give the instant of a planned minute; `began`: aware, when the sitting went live."""
    return began + timedelta(minutes=minute)


def may_download(opened_at: datetime | None, *, is_staff: bool) -> bool:
    """Say whether a member may have the file now."""
    return is_staff or opened_at is not None
