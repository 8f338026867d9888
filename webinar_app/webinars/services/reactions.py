"""What sittings do, and answer, when courses change."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.courses.events import CourseCreated, CoursePublished, ItemsInUseAsked, PublishAsked, SittingsAsked
from webinar_app.courses.models import Course
from webinar_app.infra.db import Db
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import sittings_by_course
from webinar_app.webinars.rules import Delivery, WebinarState
from webinar_app.webinars.services.scheduling import add_sitting, publish_sitting


def add_first_sitting(db: Db, event: CourseCreated, now: datetime) -> None:
    """Write down the sitting that the course's own form described."""
    if event.schedule:
        course = db.get_one(Course, event.course_id)
        add_sitting(db, course, event.schedule, actor_id=event.actor_id, now=now)


def publish_sittings(db: Db, event: CoursePublished, now: datetime) -> None:
    """Open the draft sittings of a course that was published."""
    drafts = select(Webinar).where(Webinar.course_id == event.course_id, Webinar.state == WebinarState.DRAFT)
    for webinar in db.scalars(drafts).all():
        publish_sitting(db, webinar, actor_id=event.actor_id, now=now)


def list_for_courses(db: Db, question: SittingsAsked) -> dict[int, list[dict[str, Any]]]:
    """Give the sittings of these courses by course."""
    return sittings_by_course(db, question.course_ids)


def missing_of_sittings(db: Db, question: PublishAsked) -> list[tuple[str, str]]:
    """Say what draft sittings lack before a course can be published."""
    query = select(Webinar).where(Webinar.course_id == question.course_id, Webinar.state == WebinarState.DRAFT)
    return [
        ("schedule", "Say where the session takes place.")
        for webinar in db.scalars(query)
        if webinar.delivery is not Delivery.ONLINE and webinar.starts_at and not (webinar.venue or {}).get("name")
    ]


def items_with_sittings(db: Db, question: ItemsInUseAsked) -> dict[int, str]:
    """Give the items that are held in sittings, each with a sentence."""
    query = select(Webinar.item_id).where(Webinar.item_id.in_(question.item_ids)).distinct()
    return dict.fromkeys(db.scalars(query), "It has sessions. Remove or cancel these first.")
