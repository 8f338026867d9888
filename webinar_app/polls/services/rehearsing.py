"""Polls of a copied sitting: copied as drafts with their place in the plan, and told afterwards."""

from dataclasses import replace
from datetime import datetime

from webinar_app.infra.db import Db
from webinar_app.polls.queries import list_polls
from webinar_app.polls.services.editing import add_poll, draft_of
from webinar_app.webinars.events import ActsAsked, TextsAsked, WebinarCloned


def copy_prepared(db: Db, event: WebinarCloned, now: datetime) -> None:
    """Copy every poll of a sitting as if nobody had answered it yet."""
    for old, new in event.ids.items():
        for poll in list_polls(db, old):
            minute, slide = poll.planned_minute, poll.planned_slide
            add_poll(db, new, replace(draft_of(poll), planned_minute=minute, planned_slide=slide))


def texts_of(db: Db, question: TextsAsked) -> list[tuple[str, str]]:
    """Give what a sitting's polls ask and offer."""
    polls = list_polls(db, question.webinar_id)
    return [("Poll", text) for poll in polls for text in (poll.question, *(one.text for one in poll.options))]


def acts_of(db: Db, question: ActsAsked) -> list[tuple[datetime, str, int | None]]:
    """Give when each poll was opened."""
    polls = list_polls(db, question.webinar_id)
    return [(poll.opened_at, f"Poll: {poll.question}", poll.planned_minute) for poll in polls if poll.opened_at]
