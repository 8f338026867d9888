"""The synthetic audience of a rehearsal: up to 200 real connections in one thread, without a browser or a sign-in."""

import heapq
import itertools
import json
import logging
import random
import secrets
import selectors
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import websocket
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.config import settings
from webinar_app.core.actor import Member
from webinar_app.core.clock import utc_now
from webinar_app.core.codes import new_code
from webinar_app.core.permissions import SITTING_PERMISSIONS, SittingRole
from webinar_app.demo.audience import FIRST, LAST, QUESTIONS, THOUGHTS, ballot
from webinar_app.infra import db
from webinar_app.infra.db import Db, read, write
from webinar_app.live.rules import ticket_for, write_ticket
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import find_by_code
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.rehearsing import SYNTHETIC

log = logging.getLogger("webinar.audience")
BATCH = 20  # people written at once, beside a busy server
LOOK_SECONDS = 2.0
OPEN = (WebinarState.SCHEDULED, WebinarState.LIVE)
KINDS_OF_REACTION = ("agree", "applause", "thanks", "laugh")


def wanted(db: Db, code: str) -> int:
    """Give how many synthetic people a rehearsal wants now; none when it is over or gone."""
    webinar = find_by_code(db, code)
    is_open = webinar is not None and webinar.rehearsal_of_id is not None and webinar.state in OPEN
    return webinar.rehearsal_people if webinar is not None and is_open else 0


def enrol(db: Db, code: str, first: int, last: int, *, now: datetime) -> list[Member]:
    """Write synthetic people of these numbers into a rehearsal, and give who they are there."""
    webinar = find_by_code(db, code)
    if webinar is None or webinar.rehearsal_of_id is None or webinar.state not in OPEN:
        return []
    return [_enrolled(db, webinar, number, now) for number in range(first, last)]


def _enrolled(db: Db, webinar: Webinar, number: int, now: datetime) -> Member:
    address = f"{number}.{webinar.code.lower()}{SYNTHETIC}"
    person = db.scalars(select(Person).where(Person.email == address)).one_or_none()
    if person is None:
        name, family = FIRST[number % len(FIRST)], LAST[(number * 7) % len(LAST)]
        shown = f"{name} {family[0]}."
        person = Person(
            code=new_code(), email=address, legal_name=f"{name} {family}", display_name=shown, created_at=now
        )
        db.add(person)
        db.flush()  # the registration names the id
    mine = select(Registration).where(Registration.person_id == person.id, Registration.webinar_id == webinar.id)
    row = db.scalars(mine).one_or_none()
    if row is None:
        row = Registration(
            code=new_code(), person_id=person.id, course_id=webinar.course_id, webinar_id=webinar.id,
            state=RegistrationState.REGISTERED, legal_name=person.legal_name, display_name=person.display_name,
            created_at=now,
        )  # fmt: skip
        db.add(row)
        db.flush()  # the member names the id
    rights = SITTING_PERMISSIONS[SittingRole.ATTENDEE]
    return Member(person.id, webinar.id, webinar.code, person.display_name, rights, row.id)


class Guest:
    """One synthetic person: a connection, what was seen on it, and what comes next."""

    def __init__(self, crowd: "Crowd", member: Member, number: int) -> None:
        self.crowd, self.member, self.number = crowd, member, number
        self.dice = random.Random(number)
        self.line: websocket.WebSocket | None = None
        self.counter = itertools.count(1)
        self.done: set[str] = set()
        self.questions: list[str] = []

    def connect(self) -> None:
        """Come in with a ticket of one use."""
        ticket = ticket_for(self.member, secrets.token_urlsafe(12), f"synthetic-{self.number}", utc_now())
        base = urlsplit(settings().public_url)
        scheme = "wss" if base.scheme == "https" else "ws"
        self.line = websocket.create_connection(
            f"{scheme}://{base.netloc}/socket.io/?EIO=4&transport=websocket", timeout=10, origin=settings().public_url
        )
        self.line.recv()  # the handshake of Engine.IO
        self.line.send("40" + json.dumps({"ticket": write_ticket(settings().link_secrets[0], ticket)}))
        self.crowd.watch(self)

    def send(self, name: str, payload: dict[str, Any], *, keyed: bool = True) -> None:
        """Send one act; a line that broke is taken up again later."""
        if self.line is None:
            return
        sent = payload | {"key": uuid.uuid4().hex} if keyed else payload
        try:
            self.line.send(f"42{next(self.counter)}{json.dumps([name, sent])}")
        except (OSError, websocket.WebSocketException):
            self.drop()

    def drop(self, seconds: float | None = None) -> None:
        """Lose the line, and come back after a while."""
        if self.line is None:
            return
        self.crowd.forget(self)
        self.line.shutdown()
        self.line = None
        self.crowd.later(self.dice.uniform(2, 6) if seconds is None else seconds, self.crowd.enter, self)

    def hear(self) -> None:
        """Take one packet in."""
        try:
            packet = self.line.recv() if self.line is not None else ""
        except (OSError, websocket.WebSocketException):
            packet = ""
        if packet == "":
            self.drop()
        elif packet == "2" and self.line is not None:
            self.line.send("3")
        elif isinstance(packet, str) and packet.startswith("40"):
            self.send("room.sync", {"all": None, "staff": None, "me": None}, keyed=False)
            self.crowd.later(self.dice.uniform(3, 12), self.live)
        elif isinstance(packet, str) and packet.startswith("43") and '"snapshot"' in packet:
            self._catch_up(json.loads(packet[packet.index("[") :])[0]["data"]["snapshot"]["shared"])
        elif isinstance(packet, str) and packet.startswith("42"):
            name, *rest = json.loads(packet[packet.index("[") :])
            if name == "room.event":
                self._event(rest[0]["name"], rest[0]["payload"])

    def _catch_up(self, shared: dict[str, Any]) -> None:
        for poll in shared["polls"]:
            if poll["state"] == "open":
                self._vote_later(poll)
        self.questions = [one["code"] for one in shared["questions"]]

    def _event(self, name: str, payload: dict[str, Any]) -> None:
        if name == "poll.opened":
            self._vote_later(payload["poll"])
        elif name == "check.opened":
            self._answer_later(payload["check"])
        elif name == "question.published":
            self.questions.append(payload["question"]["code"])

    def _vote_later(self, poll: dict[str, Any]) -> None:
        if poll["code"] not in self.done and self.dice.random() < 0.93:
            self.done.add(poll["code"])
            vote = {"poll": poll["code"], **ballot(poll, self.dice)}
            self.crowd.later(self.dice.triangular(0.3, 6, 1.5), self.send, "poll.vote", vote)

    def _answer_later(self, check: dict[str, Any]) -> None:
        self.send("check.seen", {"check": check["code"]}, keyed=False)
        if check["kind"] != "word":
            answer = {"check": check["code"], "answer": check["word"]}
            self.crowd.later(self.dice.uniform(1, 8), self.send, "check.answer", answer)

    def live(self) -> None:
        """Do one thing that a person in the room might do, and think of the next."""
        if self.line is None:
            return
        act = self.dice.random()
        if act < 0.04:
            self.drop()
            return
        if act < 0.10 and "asked" not in self.done:
            self.done.add("asked")
            asked = f"{self.dice.choice(QUESTIONS)} ({self.member.display_name})"
            self.send("question.ask", {"text": asked, "anonymous": self.dice.random() < 0.3})
        elif act < 0.14:
            self.send("chat.post", {"text": self.dice.choice(THOUGHTS), "to": "all"})
        elif act < 0.22:
            self.send("reaction.send", {"kind": self.dice.choice(KINDS_OF_REACTION)}, keyed=False)
        elif act < 0.40 and self.questions:
            self.send("question.upvote", {"question": self.dice.choice(self.questions), "up": True})
        self.crowd.later(self.dice.uniform(6, 20), self.live)


class Crowd:
    """Everybody, on one thread: what is due, and what arrives."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.guests: list[Guest] = []
        self.selector = selectors.DefaultSelector()
        self.due: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self.order = itertools.count()
        self.is_over = False

    def later(self, seconds: float, act: Callable[..., None], *args: Any) -> None:
        """Do something after a while."""
        heapq.heappush(self.due, (time.monotonic() + seconds, next(self.order), act, args))

    def watch(self, guest: Guest) -> None:
        """Listen to a guest's line."""
        assert guest.line is not None
        assert guest.line.sock is not None
        self.selector.register(guest.line.sock, selectors.EVENT_READ, guest)

    def forget(self, guest: Guest) -> None:
        """Listen to it no more."""
        if guest.line is not None and guest.line.sock is not None:
            self.selector.unregister(guest.line.sock)

    def enter(self, guest: Guest) -> None:
        """Let somebody come in who is still wanted; who cannot tries again."""
        if guest.number >= len(self.guests) or self.is_over or guest.line is not None:
            return
        try:
            guest.connect()
        except (OSError, websocket.WebSocketException) as error:
            log.info("synthetic attendee waits: %s", type(error).__name__)
            guest.line = None
            self.later(3, self.enter, guest)

    def look(self) -> None:
        """Ask how many are wanted, and let people come or go."""
        with read() as reading:
            count = wanted(reading, self.code)
        self.is_over = count == 0
        while len(self.guests) > count:
            guest = self.guests.pop()
            guest.drop(0)
        while len(self.guests) < count:
            first = len(self.guests)
            members = write(enrol, self.code, first, min(first + BATCH, count), now=utc_now())
            if not members:
                break
            for number, member in enumerate(members, start=first):
                self.guests.append(Guest(self, member, number))
                self.later(0.03 * (number - first), self.enter, self.guests[-1])
            break  # the next ones with the next look, so that those who are here are served
        self.later(0.7 if len(self.guests) < count else LOOK_SECONDS, self.look)

    def run(self) -> None:
        """Serve everybody until nobody is wanted."""
        self.look()
        while not self.is_over:
            while self.due and self.due[0][0] <= time.monotonic():
                _, _, act, args = heapq.heappop(self.due)
                act(*args)
            pause = max(0.0, min(0.5, self.due[0][0] - time.monotonic())) if self.due else 0.5
            for key, _ in self.selector.select(pause):
                key.data.hear()


def run(code: str) -> None:
    """Let the synthetic people of a rehearsal take part until it ends, or sends them away."""
    db.start(settings().database, thread=False)
    Crowd(code).run()
