"""Pages of evaluations: the attendee's form and progress, and the results."""

from webinar_app.evaluations.routes import attendee, results
from webinar_app.evaluations.routes.blueprint import blueprint

__all__ = ["attendee", "blueprint", "results"]
