"""Named reads of evaluations: forms, where somebody stands, and what may be shown of the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, select

from webinar_app.attendance.models import AttendanceSummary
from webinar_app.attendance.queries import was_there
from webinar_app.core.times import describe_for
from webinar_app.courses.models import Item, Presenter, Unit
from webinar_app.courses.rules import ItemKind
from webinar_app.evaluations.events import OwnProgressAsked
from webinar_app.evaluations.models import EvaluationDone, EvaluationForm, EvaluationPending, EvaluationResponse
from webinar_app.evaluations.rules import EvaluationItem, ItemSummary, Standing, standing, summarise
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import list_completions
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import when_words
from webinar_app.webinars.rules import Delivery, WebinarState


def find_form(db: Db, webinar_id: int, *, lock: bool = False) -> EvaluationForm | None:
    """Give the form of a sitting, or None before its end."""
    query = select(EvaluationForm).where(EvaluationForm.webinar_id == webinar_id)
    return db.scalars(query.with_for_update() if lock else query).one_or_none()


def items_of(form: EvaluationForm) -> tuple[EvaluationItem, ...]:
    """Give the frozen items of a form."""
    return tuple(EvaluationItem.from_json(item) for item in form.items)


def evaluation_item_id(db: Db, course_id: int) -> int | None:
    """Give the item of a course's outline that the evaluation completes, or None where it has none."""
    query = select(Item.id).join(Unit, Unit.id == Item.unit_id)
    query = query.where(Unit.course_id == course_id, Item.kind == ItemKind.EVALUATION)
    return db.scalars(query.order_by(Unit.position, Item.position).limit(1)).first()


def sent_on(db: Db, form: EvaluationForm | None, registration_id: int) -> date | None:
    """Give the day on which a registrant answered, or None."""
    found = db.get(EvaluationDone, (form.id, registration_id)) if form else None
    return found.day if found else None


def standing_of(db: Db, registration: Registration, webinar: Webinar, now: datetime) -> Standing:
    """Say where a registrant stands with the evaluation of a sitting."""
    form = find_form(db, webinar.id)
    return standing(
        is_asked=evaluation_item_id(db, webinar.course_id) is not None,
        is_cancelled=webinar.state is WebinarState.CANCELLED,
        opened_at=form.opened_at if form else None,
        closes_at=form.closes_at if form else None,
        is_sent=sent_on(db, form, registration.id) is not None,
        # Who sat in a room without a connection of their own has no presence facts.
        was_there=webinar.delivery is not Delivery.ONLINE or was_there(db, registration),
        now=now,
    )


def progress_of(db: Db, registration: Registration, stands: Standing) -> dict[str, Any]:
    """Give `{steps, missing, is_waiting, certificate}`: what is done, what is not, the certificate once it is there."""
    told = [answer for answer in ask(db, OwnProgressAsked(registration.id)) if answer]
    certificate = next((answer["certificate"] for answer in told if answer.get("certificate")), None)
    steps, is_counted = _steps(db, registration, stands)
    credit = next((answer["credit"] for answer in told if answer.get("credit")), "")
    state = "done" if certificate else "now" if any(answer.get("is_pending") for answer in told) else "open"
    if registration.course.gives_certificate:
        steps.append({"word": f"Certificate, {credit}" if credit else "Certificate", "state": state})
    return {
        "steps": steps,
        "missing": [sentence for answer in told for sentence in answer.get("missing", [])],
        "is_waiting": certificate is None and (not is_counted or state == "now"),
        "certificate": certificate,
    }


def _steps(db: Db, registration: Registration, stands: Standing) -> tuple[list[dict[str, str]], bool]:
    """Give a step per item of the outline, and whether attendance has been counted."""
    done = {row.item_id for row in list_completions(db, registration.id)}
    judged = db.get(AttendanceSummary, registration.id)
    query = select(Item, Unit.title).join(Unit, Unit.id == Item.unit_id)
    query = query.where(Unit.course_id == registration.course_id).order_by(Unit.position, Item.position)
    steps = []
    for item, unit_title in db.execute(query):
        is_sitting = registration.webinar is not None and item.id == registration.webinar.item_id
        words = item.title or unit_title
        state = "done" if item.id in done else "open"
        if is_sitting:
            words, state = _attendance_step(registration, judged, state)
        elif item.kind is ItemKind.EVALUATION:
            words, state = (
                "Evaluation",
                "done" if stands is Standing.SENT else "now" if stands is Standing.OPEN else state,
            )
        steps.append({"word": words, "state": state})
    has_ended = registration.webinar is None or registration.webinar.state is WebinarState.ENDED
    return steps, judged is not None or not has_ended


def _attendance_step(registration: Registration, judged: AttendanceSummary | None, state: str) -> tuple[str, str]:
    if judged is not None:
        count = str(judged.reasons[0]).split(";")[0]
        return (f"Attended {count}", state) if judged.complete else (f"{count}: not enough", state)
    if registration.webinar is not None and registration.webinar.state is WebinarState.ENDED:
        return "Your minutes are being counted", "now"
    return "Attendance", state


@dataclass(frozen=True, slots=True)
class Results:
    """What may be shown of a form's answers; `held_back` answers wait until they are five."""

    done: int
    answered: int
    held_back: int
    may_answer: int
    opened_at: datetime
    closes_at: datetime
    summaries: tuple[ItemSummary, ...]


def results_of(db: Db, form: EvaluationForm, *, only_presenters: frozenset[str] | None) -> Results:
    """Give the results of a form; of presenters' blocks only those named, where a set of names is given (F9)."""
    query = select(EvaluationResponse.answers).where(EvaluationResponse.form_id == form.id)
    responses = list(db.scalars(query))
    items = [item for item in items_of(form) if _is_for(item, only_presenters)]
    done = _count(db, EvaluationDone, form.id)
    return Results(
        done=done, answered=len(responses), held_back=_count(db, EvaluationPending, form.id),
        may_answer=max(done, count_there(db, form.webinar_id)), opened_at=form.opened_at, closes_at=form.closes_at,
        summaries=summarise(items, responses),
    )  # fmt: skip


def _is_for(item: EvaluationItem, names: frozenset[str] | None) -> bool:
    return item.presenter is None or names is None or item.section in names


def _count(db: Db, model: type[EvaluationDone] | type[EvaluationPending], form_id: int) -> int:
    return db.scalar(select(func.count()).select_from(model).where(model.form_id == form_id)) or 0


def count_there(db: Db, webinar_id: int) -> int:
    """Count the registrants of whose presence there is evidence."""
    query = select(func.count()).where(
        AttendanceSummary.webinar_id == webinar_id, AttendanceSummary.evidenced_seconds > 0
    )
    return db.scalar(query) or 0


def presenter_names(db: Db, person_ids: Sequence[int]) -> frozenset[str]:
    """Give the names, as forms print them, of the presenters that a person is."""
    return frozenset(
        printed_name(row) for row in db.scalars(select(Presenter).where(Presenter.person_id.in_(person_ids)))
    )


def printed_name(presenter: Presenter) -> str:
    """Give a presenter's name with title, as it stands over their questions."""
    return " ".join(filter(None, (presenter.honorific, presenter.name)))


def list_to_invite(db: Db, form_id: int) -> list[int]:
    """Give the registrations of those who were there and have not answered."""
    answered = exists().where(
        EvaluationDone.form_id == EvaluationForm.id, EvaluationDone.registration_id == Registration.id
    )
    query = (
        select(Registration.id)
        .join(AttendanceSummary, AttendanceSummary.registration_id == Registration.id)
        .join(EvaluationForm, EvaluationForm.webinar_id == AttendanceSummary.webinar_id)
        .where(
            EvaluationForm.id == form_id,
            Registration.state == RegistrationState.REGISTERED,
            AttendanceSummary.evidenced_seconds > 0,
            ~answered,
        )
    )
    return list(db.scalars(query.order_by(Registration.id)))


@dataclass(frozen=True, slots=True)
class Invitation:
    """Everything that the mail to one person says."""

    registration_id: int
    registration_code: str
    link_version: int
    person_id: int
    provider_id: int
    name: str
    legal_name: str
    address: str
    title: str
    webinar_id: int
    webinar_code: str
    questions: int
    closes: tuple[str, ...]  # in the recipient's own zone, then the organiser's where that differs
    when: tuple[str, ...]  # of the sitting, the same way


def invitation(db: Db, form_id: int, registration_id: int) -> Invitation | None:
    """Give the mail to one person, or None where there is no address."""
    form, row = db.get_one(EvaluationForm, form_id), db.get_one(Registration, registration_id)
    person, webinar = row.person.current, row.webinar
    if not person.email or webinar is None:
        return None
    zone, own_zone = webinar.time_zone, row.time_zone or person.time_zone or webinar.time_zone
    return Invitation(
        registration_id=row.id, registration_code=row.code, link_version=row.link_version, person_id=person.id,
        provider_id=row.course.provider_id, name=row.display_name, legal_name=row.legal_name,
        address=person.email, title=webinar.title or row.course.title, webinar_id=webinar.id,
        webinar_code=webinar.code, questions=len(form.items), closes=describe_for(form.closes_at, own_zone, zone),
        when=describe_for(webinar.starts_at, own_zone, zone) if webinar.starts_at else (when_words(webinar),),
    )  # fmt: skip


def done_by_registration(db: Db, webinar_id: int, registration_ids: Sequence[int]) -> dict[int, str]:
    """Say of each registration whether its evaluation was sent; nothing while there is no form."""
    form = find_form(db, webinar_id)
    if form is None:
        return {}
    query = select(EvaluationDone.registration_id).where(
        EvaluationDone.form_id == form.id, EvaluationDone.registration_id.in_(registration_ids)
    )
    done = set(db.scalars(query))
    return {key: "Done" if key in done else "Waiting" for key in registration_ids}
