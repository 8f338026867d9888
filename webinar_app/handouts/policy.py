"""Who may have a handout."""

from webinar_app.core.actor import Member
from webinar_app.core.errors import NotFound
from webinar_app.handouts.models import Handout
from webinar_app.handouts.queries import get_handout
from webinar_app.handouts.rules import HandoutState, may_download
from webinar_app.infra.db import Db


def handout_for(db: Db, member: Member, code: str) -> Handout:
    """Give a handout that the member may fetch now; raise NotFound."""
    found = get_handout(db, member.webinar_id, code)
    if found.state is not HandoutState.READY or not may_download(found.opened_at, is_staff=member.is_staff):
        raise NotFound("handout.closed", "This file is not open to everybody yet.")
    return found
