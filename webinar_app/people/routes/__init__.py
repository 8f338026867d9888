"""Pages of lists, blocks, transfers, requests and duplicates."""

from webinar_app.people.routes import attaching, blocks, imports, merging, moving, needs, series, substitutes
from webinar_app.people.routes.blueprint import blueprint

__all__ = ["attaching", "blocks", "blueprint", "imports", "merging", "moving", "needs", "series", "substitutes"]
