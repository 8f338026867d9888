"""Line ends, controls and endless words in every column of a list of people: each line is named, or kept clean."""

import csv
import io
from datetime import timedelta

import pytest
from hostile_papers import CONTROLS, check_papers
from page_words import let_in
from posted import run_jobs
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read
from webinar_app.mailing.models import Mail
from webinar_app.people.models import ImportFault
from webinar_app.registrations.models import Registration

HEAD = ("E-mail", "Legal name", "Display name", "Profession", "Board", "Licence number")
RIGHT = ("Ada Lovelace", "Ada", "Counsellor", "New York", "C-1")
EVIL = (
    "Zq\r\nX-EVIL: 1", "Zq\rX-EVIL: 1", "Zq\nBEGIN:VEVENT", "Zq\x00Qz", "Zq\u2028X-EVIL: 1", "Zq\x85Qz",
    f"Zq{'x' * 10_000}", "=Zq()",
)  # fmt: skip


def lines():
    """Give a row for each evil word in each column, and one that is right."""
    for column in range(len(HEAD)):
        for number, evil in enumerate(EVIL):
            cells = [f"p{column}{number}@example.org", *RIGHT]
            cells[column] = evil if column else f"{evil}@example.org"
            yield cells
    yield ["right@example.org", *RIGHT]


def sheet(rows):
    made = io.StringIO()
    csv.writer(made, quoting=csv.QUOTE_ALL).writerows([HEAD, *rows])
    return made.getvalue().encode()


@pytest.fixture
def sitting(world):
    return world.webinar(starts_at=utc_now() + timedelta(days=7), capacity_online=100)


def test_each_line_of_a_hostile_list_is_named_or_kept_clean(app, world, sitting):
    desk, rows = let_in(app.test_client(), world.person("Cora", Role.COORDINATOR)), list(lines())
    path = f"/manage/webinars/{sitting['code']}/people/import"
    sent = desk.post(path, data={"_key": "sends a hostile list", "file": (io.BytesIO(sheet(rows)), "list.csv")})
    desk.post(f"{sent.location}/start", data={"_key": "starts a hostile list"})
    run_jobs("people.import", "calendars.confirm")

    with read() as db:
        found = db.execute(
            select(Person.email, Registration.legal_name, Registration.display_name, Registration.licence)
            .join(Person, Person.id == Registration.person_id)
        ).all()  # fmt: skip
        faults = db.scalars(select(ImportFault)).all()
        papers = {body: to for to, body in db.execute(select(Mail.to_address, Mail.body))}
    kept = [text for email, legal, shown, licence in found for text in (email, legal, shown, *(licence or {}).values())]
    assert sent.status_code == 303
    assert len(found) + len({fault.line for fault in faults}) == len(rows)
    assert "right@example.org" in kept
    assert [text for text in kept if isinstance(text, str) and (CONTROLS.search(text) or "\n" in text)] == []
    check_papers(papers)
