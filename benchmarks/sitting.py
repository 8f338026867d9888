"""A live sitting on a stand, with registered people, open polls, and looks into its tables."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from stand import Stand

from webinar_app.attendance.queries import meters_for
from webinar_app.core.clock import utc_now
from webinar_app.core.codes import new_code
from webinar_app.demo import audience, services
from webinar_app.demo.client import LiveClient
from webinar_app.infra.acts import Act
from webinar_app.infra.db import Db, read, write
from webinar_app.polls.models import Ballot, Poll, PollOption
from webinar_app.polls.rules import PollKind, PollState, Privacy, ResultVisibility
from webinar_app.questions.models import Question
from webinar_app.registrations.models import Registration
from webinar_app.webinars.models import RoomEvent, RoomStream, Webinar
from webinar_app.webinars.rules import WebinarState


def make_live(db: Db, people: dict[str, int], minutes: int) -> tuple[str, int]:
    """Give code and id of a sitting that is live since now."""
    now = utc_now()
    code = services.ensure_live_sitting(db, people, now=now)
    row = db.scalars(select(Webinar).where(Webinar.code == code)).one()
    row.starts_at = (now - timedelta(seconds=1)).replace(microsecond=0)
    row.state, row.went_live_at, row.minutes = WebinarState.LIVE, row.starts_at, minutes
    return code, row.id


class Room:
    """One live sitting with `people` synthetic attendees."""

    def __init__(self, stand: Stand, *, people: int, minutes: int = 75) -> None:
        self.stand = stand
        self.demo = stand.load_demo()
        self.code, self.id = write(make_live, self.demo["people"], minutes)
        self.links = write(audience.ensure_registered, people, self.code, now=utc_now())
        with read() as db:
            order = select(Registration.id).where(Registration.webinar_id == self.id).order_by(Registration.id)
            self.registrations = list(db.scalars(order))[-people:]

    def open_polls(self, count: int, visibility: ResultVisibility = ResultVisibility.ALWAYS) -> list[str]:
        """Open single-choice polls of four options each, and give their codes."""
        return [write(_open_poll, self.id, number, visibility.value) for number in range(count)]

    def clients(self, count: int, **options: Any) -> list[LiveClient]:
        """Give clients of the first people, not yet connected."""
        return [LiveClient(self.stand.url, link, self.code, **options) for link in self.links[:count]]

    def meter(self, registration_id: int) -> dict[str, Any]:
        """Give somebody's credit meter as the rows say."""
        with read() as db:
            return meters_for(db, self.id, [registration_id], utc_now(), lambda _: ())[registration_id]

    def act_keys(self) -> set[str]:
        """Give the keys of all acts that were kept."""
        with read() as db:
            return set(db.scalars(select(Act.key)))

    def ballots(self) -> dict[tuple[int, str], str]:
        """Give the choices by (registration, poll code)."""
        with read() as db:
            rows = db.execute(
                select(Ballot.registration_id, Poll.code, Ballot.choices).join(Poll, Poll.id == Ballot.poll_id)
            )
            return {(registration, poll): choices for registration, poll, choices in rows}

    def question_texts(self) -> list[str]:
        """Give the texts of all questions."""
        with read() as db:
            return list(db.scalars(select(Question.text).where(Question.webinar_id == self.id)))

    def stream_gaps(self) -> int:
        """Count streams whose numbers are not 1 … last."""
        with read() as db:
            query = (
                select(RoomStream.last, func.count(RoomEvent.number), func.coalesce(func.max(RoomEvent.number), 0))
                .join(
                    RoomEvent,
                    (RoomEvent.webinar_id == RoomStream.webinar_id) & (RoomEvent.audience == RoomStream.audience),
                    isouter=True,
                )
                .group_by(RoomStream.webinar_id, RoomStream.audience, RoomStream.last)
            )
            return sum(not last == count == top for last, count, top in db.execute(query))


def _open_poll(db: Db, webinar_id: int, number: int, visibility: str) -> str:
    row = Poll(
        code=new_code(),
        webinar_id=webinar_id,
        position=100 + number,
        kind=PollKind.SINGLE,
        question=f"Benchmark poll {number}",
        state=PollState.OPEN,
        visibility=ResultVisibility(visibility),
        privacy=Privacy.STAFF,
        opened_at=utc_now(),
        options=[PollOption(position=n, text=f"Option {n}") for n in range(4)],
    )
    db.add(row)
    return row.code
