"""Pages and files of the stage."""

from webinar_app.stage.routes import captions, files, manage
from webinar_app.stage.routes.blueprint import blueprint

__all__ = ["blueprint", "captions", "files", "manage"]
