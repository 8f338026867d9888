"""Coordinator pages of sessions: one session, copies and series, moving, and rehearsals."""

from webinar_app.webinars.routes import copies, course_copies, editing, moving, sittings
from webinar_app.webinars.routes.blueprint import blueprint

__all__ = ["blueprint", "copies", "course_copies", "editing", "moving", "sittings"]
