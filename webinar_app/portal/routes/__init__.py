"""Pages that join features."""

from webinar_app.portal.routes import calendar, learning, public
from webinar_app.portal.routes.blueprint import blueprint

__all__ = ["blueprint", "calendar", "learning", "public"]
