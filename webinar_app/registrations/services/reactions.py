"""What registrations answer to features below them."""

from sqlalchemy import distinct, func, select

from webinar_app.accounts.models import Person
from webinar_app.core.times import in_zone
from webinar_app.courses.events import ItemsInUseAsked
from webinar_app.infra.db import Db
from webinar_app.registrations.models import AdmissionRule, Registration
from webinar_app.registrations.queries import count_people_by_item
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.events import TimeAsked, ZonesAsked
from webinar_app.webinars.models import Webinar


def items_in_ledger(db: Db, question: ItemsInUseAsked) -> dict[int, str]:
    """Give the items that stand in somebody's record, each with a sentence."""
    counted = count_people_by_item(db, question.item_ids)
    return {item_id: _sentence(number) for item_id, number in counted.items()}


def zones_of_registrants(db: Db, question: ZonesAsked) -> dict[str, int]:
    """Count the registrants of a sitting, or of a whole course, by the clock they live by."""
    zone = func.coalesce(Registration.time_zone, Person.time_zone)
    of = (
        Registration.course_id == question.course_id
        if question.webinar_id is None
        else Registration.webinar_id == question.webinar_id
    )
    query = (
        select(zone, func.count(distinct(Registration.person_id)))
        .join(Person, Person.id == Registration.person_id)
        .where(of, Registration.state == RegistrationState.REGISTERED, zone.is_not(None))
        .group_by(zone)
    )
    return dict(db.execute(query).all())


def opens_too_late(db: Db, question: TimeAsked) -> list[str]:
    """Say when registration would open only after the sitting had begun."""
    rule = db.get(AdmissionRule, question.webinar_id)
    if rule is None or rule.opens_at is None or rule.opens_at <= question.starts_at:
        return []
    opens = in_zone(rule.opens_at, db.get_one(Webinar, question.webinar_id).time_zone)
    on = f"{opens:%A} {opens.day} {opens:%B} {opens.year}"
    return [f"Registration opens on {on}, after this time: nobody could register. Change it under How people get in."]


def _sentence(number: int) -> str:
    who = "1 person" if number == 1 else f"{number} people"
    return f"It stands in the record of {who}. Keep it, or change its words."
