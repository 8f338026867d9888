"""Reactions told once a second, as sums of what this process's people sent."""

from webinar_app.chat.services.reactions import take_sums
from webinar_app.web import sockets
from webinar_app.web.sockets import room_audience


def tell_reactions() -> None:
    """Send every room the sums of the last second, where there are any."""
    for webinar_id, sums in take_sums().items():
        sockets.broadcast(room_audience(webinar_id, "all"), "reaction.sums", {"sums": sums})
