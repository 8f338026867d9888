"""Pages of lists, blocks, transfers, requests and duplicates."""

from webinar_app.people.routes import imports
from webinar_app.people.routes.blueprint import blueprint

__all__ = ["blueprint", "imports"]
