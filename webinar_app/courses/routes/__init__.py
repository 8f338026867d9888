"""Coordinator pages of courses: the list, the editor, drafts, and how a typed time is read back."""

from webinar_app.courses.routes import drafts, editor, listing, times
from webinar_app.courses.routes.blueprint import blueprint

__all__ = ["blueprint", "drafts", "editor", "listing", "times"]
