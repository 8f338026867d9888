"""The demonstration's slides."""

from posted import run_jobs
from sqlalchemy import select

from webinar_app.core.clock import utc_now
from webinar_app.demo.talk import TALK, ensure_talk
from webinar_app.handouts.models import Handout
from webinar_app.infra.db import read
from webinar_app.stage.models import Deck, Slide


def test_talk_is_sent_once_and_can_be_drawn(world):
    webinar = world.live_webinar()
    staff = world.staff(webinar)
    for _ in range(2):
        ensure_talk(webinar["code"], staff.person_id, now=utc_now())
    run_jobs("stage.draw_slides", "handouts.check")

    with read() as db:
        assert [(deck.state, deck.pages) for deck in db.scalars(select(Deck))] == [("ready", len(TALK))]
        assert [row.state for row in db.scalars(select(Handout))] == ["ready"]
        second = db.scalars(select(Slide.text).where(Slide.page == 2)).one()
    assert "Trust" in second
    assert "ATP3 · Dr. Michael McGee" in second
