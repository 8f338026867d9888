"""Pages and files of the stage."""

from webinar_app.stage.routes import files, manage
from webinar_app.stage.routes.blueprint import blueprint

__all__ = ["blueprint", "files", "manage"]
