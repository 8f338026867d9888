"""Who may load which slide, and whose address still takes captions."""

from webinar_app.accounts.queries import actor_of_person
from webinar_app.core.actor import Actor, Member
from webinar_app.core.errors import NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.registrations.policy import member_of
from webinar_app.stage.models import CaptionFeed, Slide
from webinar_app.stage.queries import get_deck, get_slide
from webinar_app.stage.rules import may_read_slide, may_see_slide
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import staff_rights


def slide_to_see(db: Db, actor: Actor, code: str, deck_code: str, page: int) -> Slide:
    """Give a page whose pictures a member may load; raise NotFound or Forbidden."""
    return _slide(db, member_of(db, actor, code), deck_code, page, is_read=False)


def slide_to_read(db: Db, actor: Actor, code: str, deck_code: str, page: int) -> Slide:
    """Give a page whose words a member may read; raise NotFound or Forbidden."""
    return _slide(db, member_of(db, actor, code), deck_code, page, is_read=True)


def may_feed(db: Db, webinar: Webinar) -> bool:
    """Say whether who made the address for captions may still caption this sitting."""
    feed = db.get(CaptionFeed, webinar.id)
    if feed is None or feed.opened_by_id is None:
        return False
    return Permission.CAPTIONS_WRITE in staff_rights(db, actor_of_person(db, feed.opened_by_id), webinar)


def _slide(db: Db, member: Member, deck_code: str, page: int, *, is_read: bool) -> Slide:
    deck = get_deck(db, member.webinar_id, deck_code)
    may = may_read_slide if is_read else may_see_slide
    if not may(page, deck.furthest, is_staff=member.is_staff):
        raise NotFound("slide.unknown", "This slide has not been shown yet.")
    return get_slide(db, deck, page)
