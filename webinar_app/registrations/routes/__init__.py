"""Pages of registration: for attendees, for personal links, for coordinators."""

from webinar_app.registrations.routes import (
    approval,
    attendee,
    coordinator,
    files,
    person,
    personal,
    questions,
    waiting,
)
from webinar_app.registrations.routes.blueprint import blueprint

__all__ = ["approval", "attendee", "blueprint", "coordinator", "files", "person", "personal", "questions", "waiting"]
