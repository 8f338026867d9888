"""Look into files that somebody uploaded, in confined processes, for the worker.

The libraries that read PDF and pictures are never loaded into the worker or a web process.
"""

from webinar_app.infra.uploads.client import Drawer, DrawFailed, Page, looked_into

__all__ = ["DrawFailed", "Drawer", "Page", "looked_into"]
