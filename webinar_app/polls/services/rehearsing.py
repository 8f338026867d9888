"""Polls of a copied sitting: copied as drafts with their place in the plan, and told afterwards."""

from dataclasses import replace
from datetime import datetime

from webinar_app.core.text import counted
from webinar_app.courses.events import Carried, CarriedAsked
from webinar_app.infra.db import Db
from webinar_app.polls.queries import list_polls
from webinar_app.polls.services.editing import add_poll, draft_of
from webinar_app.webinars.events import ActsAsked, TextsAsked, WebinarCloned


def copy_prepared(db: Db, event: WebinarCloned, now: datetime) -> None:
    """Copy every poll of a sitting as if nobody had answered it yet; one that repeats another repeats its copy."""
    for old, new in event.ids.items():
        copies: dict[str, str] = {}
        for poll in list_polls(db, old):
            planned = replace(draft_of(poll), planned_minute=poll.planned_minute, planned_slide=poll.planned_slide)
            repeats = copies.get(poll.repeats, poll.repeats) if poll.repeats else None
            copies[poll.code] = add_poll(db, new, planned, repeats=repeats).code


def what_goes_along(db: Db, question: CarriedAsked) -> list[Carried]:
    """Give how many polls copies of these sittings would have."""
    number = sum(len(list_polls(db, webinar_id)) for webinar_id in question.webinar_ids)
    return [Carried(f"{counted(number, 'poll')}, unanswered")] if number else []


def texts_of(db: Db, question: TextsAsked) -> list[tuple[str, str]]:
    """Give what a sitting's polls ask and offer."""
    polls = list_polls(db, question.webinar_id)
    return [("Poll", text) for poll in polls for text in (poll.question, *(one.text for one in poll.options))]


def acts_of(db: Db, question: ActsAsked) -> list[tuple[datetime, str, int | None]]:
    """Give when each poll was opened."""
    polls = list_polls(db, question.webinar_id)
    return [(poll.opened_at, f"Poll: {poll.question}", poll.planned_minute) for poll in polls if poll.opened_at]
