"""My learning: everything of the signed-in person, or of the registration whose join link they came by."""

from flask import make_response, render_template
from werkzeug.wrappers import Response

from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read
from webinar_app.portal import rules
from webinar_app.portal.queries import my_page
from webinar_app.portal.routes.blueprint import blueprint
from webinar_app.web.http import current_actor, no_store
from webinar_app.web.security import joined


@blueprint.get("/my")
@joined
def my_learning() -> Response:
    """Show what is upcoming, to finish, finished and certified."""
    actor = current_actor()
    with read() as db:
        page = my_page(db, actor, utc_now())
    shown = render_template("portal/my.html", page=page, links=links(), rules=rules, nav="learning")
    return no_store(make_response(shown))
