"""Who may moderate a room's chat."""

from webinar_app.core.actor import Member
from webinar_app.core.errors import Forbidden
from webinar_app.core.permissions import Permission


def check_moderates(member: Member) -> None:
    """Raise Forbidden unless the member moderates the chat of their sitting."""
    if not member.may(Permission.CHAT_MODERATE):
        raise Forbidden
