"""Turn HTML into an accessible PDF in a confined process, for the worker.

The worker calls `render`; the layout engine is never loaded into its process or into a web process.
"""

from webinar_app.infra.pdf.client import Renderer, RenderFailed, render

__all__ = ["RenderFailed", "Renderer", "render"]
