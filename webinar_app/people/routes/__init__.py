"""Pages of lists, blocks, transfers, requests and duplicates."""

from webinar_app.people.routes import blocks, imports, merging, moving, needs, series, substitutes
from webinar_app.people.routes.blueprint import blueprint

__all__ = ["blocks", "blueprint", "imports", "merging", "moving", "needs", "series", "substitutes"]
