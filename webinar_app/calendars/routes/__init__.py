"""Pages and files of calendars."""

from webinar_app.calendars.routes import feeds, files, following, settings  # they hang their pages on the blueprint
from webinar_app.calendars.routes.blueprint import blueprint

__all__ = ["blueprint", "feeds", "files", "following", "settings"]
