"""A synthetic audience: people with invented names who join a sitting, vote, ask and up-vote over real connections."""

import logging
import random
import threading
import time
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.config import links, settings
from webinar_app.core.clock import utc_now
from webinar_app.core.codes import new_code
from webinar_app.demo.client import LiveClient, Refused
from webinar_app.infra import db
from webinar_app.infra.db import Db, write
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.queries import get_by_code

log = logging.getLogger("webinar.audience")
FIRST = (
    "Ana Ben Chidi Dana Elif Farid Grace Hiro Ines Jonas Kavya Liam Mina Noor Olga Pavel Quinn Rosa Sami Tala".split()
)
LAST = (
    "Abara Brandt Costa Dvořák Eriksen Farouk Gómez Haddad Ito Jansen Kowalska Lindgren Moreau Nkosi Oyelaran".split()
)
ZONES = ("America/New_York", "America/Chicago", "America/Los_Angeles", "Europe/London", "America/Toronto")
QUESTIONS = (
    "How do you repair trust after you had to report a relapse?",
    "Is there a short alliance measure that works in a group of twelve?",
    "What do you say in the first minute to somebody who was ordered to come?",
    "How often should I ask for feedback without wearing people out?",
    "Does the evidence hold for telehealth as well?",
    "How do two counselors share one client without splitting the alliance?",
)


def ensure_registered(db: Db, count: int, code: str, *, now: datetime) -> list[str]:
    """Register this many synthetic people for a sitting, and give their join links; the same people every time."""
    webinar = get_by_code(db, code)
    made = []
    for number in range(1, count + 1):
        person = _person(db, number, now)
        query = select(Registration).where(
            Registration.person_id == person.id,
            Registration.webinar_id == webinar.id,
            Registration.cancelled_at.is_(None),
        )
        row = db.scalars(query).one_or_none()
        if row is None:
            row = Registration(
                code=new_code(),
                person_id=person.id,
                course_id=webinar.course_id,
                webinar_id=webinar.id,
                state=RegistrationState.REGISTERED,
                legal_name=person.legal_name,
                display_name=person.display_name,
                time_zone=person.time_zone,
                created_at=now,
            )
            db.add(row)
            db.flush()  # the version of its link has a default of the database
        made.append(links().join(row.code, row.link_version))
    return made


def _person(db: Db, number: int, now: datetime) -> Person:
    address = f"synthetic{number}@example.org"
    found = db.scalars(select(Person).where(Person.email == address)).one_or_none()
    if found is None:
        first, last = FIRST[number % len(FIRST)], LAST[(number * 7) % len(LAST)]
        found = Person(
            code=new_code(),
            email=address,
            legal_name=f"{first} {last}",
            display_name=f"{first} {last[0]}.",
            time_zone=ZONES[number % len(ZONES)],
            created_at=now,
        )
        db.add(found)
        db.flush()  # the registration names the id
    return found


def run(count: int, code: str) -> None:
    """Let the audience take part until the sitting ends or the process is stopped."""
    db.start(settings().database, thread=False)
    made: list[str] = []
    for upto in range(10, count + 10, 10):  # short transactions beside a busy server
        made = write(ensure_registered, min(upto, count), code, now=utc_now())
    threads = [
        threading.Thread(target=_take_part, args=(link, code, number), daemon=True) for number, link in enumerate(made)
    ]
    for thread in threads:
        thread.start()
        time.sleep(0.15)
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.5)


WORDS = (
    "trust",
    "hope",
    "Empathy",
    "safety",
    "curiosity",
    "patience",
    "honesty",
    "time",
    "repair",
    "listening",
    "respect",
)
THOUGHTS = (
    "Ask what the client wants from today.", "Say less, and wait.", "Name the two roles early.",
    "Check in at the end of each meeting.", "Repair before I explain.",
)  # fmt: skip


class _Role:
    """What one synthetic person knows and does."""

    def __init__(self, link: str, code: str, seed: int) -> None:
        self.client = LiveClient(settings().public_url, link, code)
        self.client.on_state = self._hear
        self.random = random.Random(seed)
        self.question = QUESTIONS[seed] if seed < len(QUESTIONS) else ""  # each is asked once, by one person
        self.voted: set[str] = set()
        self.checked: set[str] = set()
        self.ended = False

    def _hear(self, name: str, payload: dict[str, Any]) -> None:
        self.ended = self.ended or name == "room.closed"

    def step(self) -> None:
        """Do one thing that a person in the room might do."""
        self.client.sync_state()
        state = self.client.snapshot.get("shared", {})
        self.ended = self.ended or state.get("room", {}).get("state") == "ended"
        for poll in state.get("polls", ()):
            if poll["state"] == "open" and poll["code"] not in self.voted:
                self._vote(poll)
        check = state.get("check")
        if check and check["code"] not in self.checked and check["kind"] != "word":
            self.checked.add(check["code"])
            self.client.call("check.seen", {"check": check["code"]})
            if self.random.random() < 0.95:
                self.client.act("check.answer", check=check["code"], answer=check["word"])
        if self.question and self.random.random() < 0.05:
            self.client.act("question.ask", text=self.question, anonymous=self.random.random() < 0.4)
            self.question = ""
        questions = state.get("questions", ())
        if questions and self.random.random() < 0.15:
            self.client.act("question.upvote", question=self.random.choice(questions)["code"], up=True)

    def _vote(self, poll: dict[str, Any]) -> None:
        self.client.act("poll.vote", poll=poll["code"], **ballot(poll, self.random))
        self.voted.add(poll["code"])


def ballot(poll: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Give what an invented person answers to a poll of any kind; the first options are the most liked."""
    kind, positions = poll["kind"], list(range(len(poll["options"])))
    if kind == "text":
        return {"texts": [dice.choice(THOUGHTS)]}
    if kind == "words":
        return {"texts": dice.sample(WORDS, k=dice.randint(1, poll["max_choices"]))}
    if kind == "number":
        low, high = (
            float(edge) if edge is not None else usual for edge, usual in zip(poll["range"], (0, 20), strict=True)
        )
        return {"texts": [str(round(dice.triangular(low, high)))]}
    if kind == "grid":
        columns = len(poll["columns"])
        return {"options": [min(columns - 1, int(dice.triangular(0, columns, columns - 1))) for _ in positions]}
    if kind == "ranking":
        return {"options": sorted(positions, key=lambda at: at + dice.random() * 3)}
    number = dice.randint(poll["min_choices"], min(poll["max_choices"], 3))
    weights = [len(positions) - position + 1 for position in positions]
    return {"options": sorted(set(dice.choices(positions, weights, k=max(1, number))))}


def _take_part(link: str, code: str, number: int) -> None:
    role = _Role(link, code, number)
    while not role.ended:
        try:
            if not role.client.io.connected:
                role.client.connect()
            role.step()
        except Refused as refused:
            log.debug("refused code=%s", refused.code)
        except Exception:  # a synthetic person who trips tries again, as a real one would
            log.debug("trouble number=%d", number, exc_info=True)
        time.sleep(role.random.uniform(1.5, 4.0))
