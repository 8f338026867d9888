"""Decide whether a registration may go to another date or another person."""

from enum import StrEnum

from webinar_app.core.errors import Refused
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.rules import WebinarState


class MoveKind(StrEnum):
    """What changed: the date, or the person."""

    DATE = "date"
    PERSON = "person"


def check_movable(state: RegistrationState, webinar: WebinarState | None) -> None:
    """Raise Refused unless somebody holds a seat in a sitting that has not begun.

    What happened in a room belongs to who was in it: attendance and certificates never move.
    """
    if webinar is None:
        raise Refused("move.no_sitting", "This registration is for no session. Cancel it, and add anew.")
    if state is not RegistrationState.REGISTERED:
        raise Refused("move.state", f"This registration is {state.value}; there is no seat to give.")
    if webinar is not WebinarState.SCHEDULED:
        sentence = "This session has begun or is over. What happened stays with this person; add others anew."
        raise Refused("move.begun", sentence)
