"""Pages of attendance: for attendees, and for the office."""

from webinar_app.attendance.routes import attendee, corrections, office, statements
from webinar_app.attendance.routes.blueprint import blueprint

__all__ = ["attendee", "blueprint", "corrections", "office", "statements"]
