"""Pages of registration: for attendees, for personal links, for coordinators."""

from webinar_app.registrations.routes import attendee, coordinator, person, personal, waiting
from webinar_app.registrations.routes.blueprint import blueprint

__all__ = ["attendee", "blueprint", "coordinator", "person", "personal", "waiting"]
