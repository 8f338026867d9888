"""Who may answer an evaluation, who may read its results, and who may keep it open."""

from webinar_app.accounts.queries import person_ids
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.evaluations.models import EvaluationForm
from webinar_app.evaluations.queries import find_form, presenter_names
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import own_registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar, staff_rights
from webinar_app.webinars.queries import get_by_code
from webinar_app.webinars.rules import WebinarState

NOT_REGISTERED = "evaluation.not_registered"


def find_own(db: Db, actor: Actor, code: str) -> tuple[Webinar, Registration | None]:
    """Give the sitting, and the actor's own registration in it where there is one."""
    webinar = get_by_code(db, code)
    if webinar.state is WebinarState.DRAFT:
        raise NotFound
    found = own_registration(db, actor, webinar)
    is_in = found is not None and found.state is RegistrationState.REGISTERED
    return webinar, found if is_in else None


def get_own(db: Db, actor: Actor, code: str) -> tuple[Webinar, Registration]:
    """Give the sitting and the actor's own registration in it; raise NotFound or Forbidden."""
    webinar, found = find_own(db, actor, code)
    if found is None:
        raise Forbidden(NOT_REGISTERED, "You are not registered for this session, so there is nothing to evaluate.")
    return webinar, found


def may_read_results(db: Db, actor: Actor, webinar: Webinar) -> bool:
    """Say whether the actor may read the results: the organisation's report readers, and who runs the sitting."""
    is_reader = actor.may(Permission.REPORT_READ) and actor.provider_id == webinar.course.provider_id
    return is_reader or Permission.ROOM_PRESENT in staff_rights(db, actor, webinar)


def get_results(db: Db, actor: Actor, code: str) -> tuple[Webinar, frozenset[str] | None]:
    """Give the sitting and whose presenter blocks may be shown: None for all, else the actor's own names (F9)."""
    webinar = get_by_code(db, code)
    if not may_read_results(db, actor, webinar):
        raise NotFound
    if actor.may(Permission.REPORT_READ):
        return webinar, None
    assert actor.person_id is not None  # staff are signed in
    return webinar, presenter_names(db, person_ids(db, actor.person_id))


def get_managed_form(db: Db, actor: Actor, code: str) -> EvaluationForm:
    """Give the form, locked, to who plans sittings; raise NotFound or Forbidden."""
    form = find_form(db, get_webinar(db, actor, code, to=Permission.WEBINAR_SCHEDULE).id, lock=True)
    if form is None:
        raise NotFound("evaluation.none", "There is no evaluation yet: it is made when the session ends.")
    return form
