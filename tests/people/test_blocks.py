"""Seats kept for an agency: they count, are claimed by links, and come back; never more than there are."""

import re
import threading
from datetime import date, timedelta

import databases
import pytest
from factories import NOW, World
from page_words import let_in, words_of
from posted import mails, run_jobs
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.core.actor import GUEST
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Role
from webinar_app.infra import db as door
from webinar_app.infra import dispatch, runtime
from webinar_app.infra.db import read, write
from webinar_app.people.models import ClaimLink, SeatBlock
from webinar_app.people.services.blocks import claim_seat, release_block, release_due, reserve_block
from webinar_app.registrations.models import FormQuestion, Registration
from webinar_app.registrations.queries import count_taken, current_policy
from webinar_app.registrations.services import Sheet, cancel_for, register
from webinar_app.registrations.services.admission import set_admission
from webinar_app.subscriptions import SUBSCRIPTIONS
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.services.scheduling import cancel_sitting


@pytest.fixture
def sitting(world):
    return world.webinar(starts_at=utc_now() + timedelta(days=30), capacity_online=10)


@pytest.fixture
def cora(world):
    return world.coordinator()


def day(days):
    on = (utc_now() + timedelta(days=days)).date()
    return f"{on.day} {on:%B} {on.year}"


def plan(**changes):
    return {
        "agency": "Harbor County", "contact_name": "Hal Harbor", "contact_email": "hal@harbor.example", "seats": "4",
        "seat": "online", "release_on": day(9), "is_single": False,
    } | changes  # fmt: skip


def keep(actor, sitting, **changes):
    return write(reserve_block, actor, sitting["code"], now=utc_now(), **plan(**changes))


def tokens():
    with read() as db:
        return list(db.scalars(select(ClaimLink.token).order_by(ClaimLink.id)))


def policy(sitting):
    with read() as db:
        return current_policy(db.get_one(Webinar, sitting["id"]))


def claim(sitting, token, name, actor=GUEST):
    sheet = Sheet(email=f"{name}@harbor.example", legal_name=f"{name} Harbor", policy=policy(sitting))
    return write(claim_seat, actor, token, sheet, now=utc_now())


def taken(sitting):
    with read() as db:
        return count_taken(db, sitting["id"])


def places():
    with read() as db:
        return {row.legal_name: (row.state.value, row.seat_number) for row in db.scalars(select(Registration))}


def people():
    with read() as db:
        return list(db.scalars(select(Person.email).join(Registration, Registration.person_id == Person.id)))


def test_kept_seats_count_as_taken_and_a_claim_moves_one(sitting, cora):
    keep(cora, sitting)
    before = taken(sitting)
    claim(sitting, tokens()[0], "ada")

    assert (before, taken(sitting), people()) == (4, 4, ["ada@harbor.example"])
    run_jobs("calendars.confirm")
    assert [mail["To"] for mail in mails()] == ["ada Harbor <ada@harbor.example>"]


def test_more_than_is_free_cannot_be_kept(sitting, cora):
    keep(cora, sitting, seats="7")

    with pytest.raises(InvalidInput) as refused:
        keep(cora, sitting)

    assert refused.value.fields == {"seats": "Only 3 seats are free. Keep fewer, or add places to the session first."}


def test_last_free_seat_is_not_one_that_is_kept(sitting, cora, world):
    keep(cora, sitting, seats="10")
    sheet = Sheet(email="bea@example.org", legal_name="Bea", policy=policy(sitting))

    answer = write(register, GUEST, sitting["code"], sheet, now=utc_now())
    claim(sitting, tokens()[0], "ada")

    assert answer == {"state": "waitlisted"}
    assert places() == {"Bea": ("waitlisted", None), "ada Harbor": ("registered", 1)}


@pytest.mark.parametrize("rule", [{"needs_approval": True}, {"opens": "last"}])
def test_kept_seat_asks_for_no_approval_and_waits_for_no_opening(sitting, cora, rule):
    keep(cora, sitting)
    rules = {"waiting": "first", "offer_hours": 24, "opens": "", "late_minutes": None, "cancel_hours": None}
    rules |= {"needs_approval": False, "substitutes": True}
    opens = {"opens": day(20)} if rule.get("opens") else rule
    write(
        set_admission,
        cora,
        sitting["code"],
        rules | {"needs_approval": False, "substitutes": True} | opens,
        now=utc_now(),
    )

    assert claim(sitting, tokens()[0], "ada") == {"state": "registered"}
    assert places() == {"ada Harbor": ("registered", 1)}


def test_who_waits_gets_the_kept_seat_at_once(sitting, cora, world):
    keep(cora, sitting, seats="10")
    ada = world.actor(world.person("ada Harbor", email="ada@harbor.example"))
    sheet = Sheet(email="ada@harbor.example", legal_name="ada Harbor", policy=policy(sitting))
    write(register, ada, sitting["code"], sheet, now=utc_now())
    before = places()
    answer = claim(sitting, tokens()[0], "ada", ada)
    run_jobs("calendars.confirm")

    assert before == {"ada Harbor": ("waitlisted", None)}
    assert (answer["is_new"], places(), taken(sitting)) == (True, {"ada Harbor": ("registered", 1)}, 10)
    assert len(mails(kind="confirmation")) == 1


def test_seats_that_come_back_are_offered_to_who_waits(sitting, cora):
    made = keep(cora, sitting, seats="10")
    for name in ("Bea", "Cyd"):
        sheet = Sheet(email=f"{name}@example.org", legal_name=name, policy=policy(sitting))
        write(register, GUEST, sitting["code"], sheet, now=utc_now())
    write(release_block, cora, made, now=utc_now())

    assert places() == {"Bea": ("offered", 1), "Cyd": ("offered", 2)}


def test_place_that_a_claim_leaves_is_offered_to_who_waits(sitting, cora):
    write(lambda db: setattr(db.get_one(Webinar, sitting["id"]), "capacity_online", 2))
    for name in ("ada", "Bea"):
        keep(cora, sitting, seats="1") if name == "Bea" else None
        sheet = Sheet(email=f"{name}@harbor.example", legal_name=name, policy=policy(sitting))
        write(register, GUEST, sitting["code"], sheet, now=utc_now())
    claim(sitting, tokens()[0], "ada")

    assert places() == {"ada": ("registered", 1), "Bea": ("offered", 2)}


def test_single_links_give_one_seat_each(sitting, cora):
    keep(cora, sitting, seats="2", is_single=True)
    first, second = tokens()
    claim(sitting, first, "ada")

    with pytest.raises(Refused) as refused:
        claim(sitting, first, "bea")
    claim(sitting, second, "bea")

    assert refused.value.code == "claim.spent"
    assert (people(), taken(sitting)) == (["ada@harbor.example", "bea@harbor.example"], 2)


def test_seat_that_is_given_back_is_the_agencys_again(sitting, cora):
    keep(cora, sitting, seats="1")
    claim(sitting, tokens()[0], "ada")
    with read() as db:
        code = db.scalars(select(Registration.code)).one()
    write(cancel_for, cora, code, now=utc_now())

    assert taken(sitting) == 1
    claim(sitting, tokens()[0], "bea")
    assert taken(sitting) == 1


def test_who_is_registered_already_moves_into_the_block(sitting, cora):
    sheet = Sheet(email="ada@harbor.example", legal_name="ada Harbor", policy=policy(sitting))
    write(register, GUEST, sitting["code"], sheet, now=utc_now())
    keep(cora, sitting)
    before = taken(sitting)

    answers = [claim(sitting, tokens()[0], "ada"), claim(sitting, tokens()[0], "ada"), claim(sitting, tokens()[0], "b")]

    assert (before, taken(sitting)) == (5, 4)
    assert answers[0] == answers[1] == answers[2]


def test_unclaimed_seats_come_back_at_the_deadline(sitting, cora):
    keep(cora, sitting)
    claim(sitting, tokens()[0], "ada")
    with read() as db:
        block = db.scalars(select(SeatBlock)).one()
        code, ends = block.code, block.release_at
    write(release_due, code, now=ends - timedelta(seconds=1))
    before = taken(sitting)
    write(release_due, code, now=ends)

    assert (before, taken(sitting)) == (4, 1)
    with pytest.raises(Refused) as refused:
        claim(sitting, tokens()[0], "bea")
    assert refused.value.code == "claim.over"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agency": " "}, "agency"), ({"contact_name": "x" * 121}, "contact_name"),
        ({"contact_email": "hal"}, "contact_email"), ({"seats": "0"}, "seats"), ({"seats": "٣"}, "seats"),
        ({"release_on": "soon"}, "release_on"), ({"release_on": "1 October 2026"}, "release_on"),
        ({"release_on": date(2027, 6, 1).isoformat()}, "release_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_says_why(sitting, cora, changes, field):
    with pytest.raises(InvalidInput) as refused:
        keep(cora, sitting, **changes)

    assert list(refused.value.fields) == [field]
    assert refused.value.fields[field].endswith(".")


def test_pages_from_the_form_to_the_claim(sitting, world, app):
    desk = let_in(app.test_client(), world.person("Cora Coordinator", Role.COORDINATOR))
    path = f"/manage/webinars/{sitting['code']}/blocks"
    form = {k: v for k, v in plan().items() if k != "is_single"} | {"links": "one", "_key": "a key of a form"}
    wrong = desk.post(path, data=form | {"seats": "99"})
    made = desk.post(path, data=form | {"_key": "another key of it"})
    guest = app.test_client()
    page = guest.get(f"/claim/{tokens()[0].lower()}").text
    version = re.search(r'name="policy_version"[^>]*value="(\w+)"', page).group(1)
    sheet = {"email": "ada@harbor.example", "legal_name": "Ada", "policy": "y", "policy_version": version,
             "time_zone": "Europe/London"}  # fmt: skip
    sent = guest.post(f"/claim/{tokens()[0]}", data=sheet | {"_key": "a key of a guest"})

    assert (wrong.status_code, made.status_code, sent.status_code) == (422, 303, 303)
    assert 'value="99"' in wrong.text
    assert "Harbor County keeps it" in words_of(page)
    assert "Look into your mail" in words_of(guest.get(sent.location).text)
    assert "1 of 4 seats" in words_of(desk.get(made.location).text)
    assert "/claim/" in desk.get(f"{made.location}/links.csv").text

    freed = desk.post(f"{made.location}/release", data={"_key": "a key of a button"}, follow_redirects=True)
    assert "3 seats are free for all again." in words_of(freed.text) + freed.text
    over = guest.get(f"/claim/{tokens()[0]}")
    assert (over.status_code, "keeps no seats for this agency any more" in words_of(over.text)) == (410, True)
    assert guest.get("/claim/NOTHERE").status_code == 404


def test_called_off_sessions_say_on_every_page_that_no_seat_can_be_claimed(sitting, cora, world, app):
    keep(cora, sitting)
    write(cancel_sitting, cora, sitting["code"], now=utc_now())
    desk = let_in(app.test_client(), world.person("Cora Coordinator", Role.COORDINATOR))
    with read() as db:
        block = db.scalars(select(SeatBlock.code)).one()
    claimed = app.test_client().get(f"/claim/{tokens()[0]}")
    pages = [words_of(desk.get(path).text) for path in (
        f"/manage/blocks/{block}", f"/manage/webinars/{sitting['code']}/blocks",
    )]  # fmt: skip

    assert (claimed.status_code, "A place is kept" in claimed.text) == (410, False)
    assert all("cancelled" in words for words in [words_of(claimed.text), *pages])
    assert ("Nobody can claim a seat" in pages[0], "No seats can be kept" in pages[1]) == (True, True)
    assert "Keep the seats" not in pages[1]


def test_claim_that_is_sent_again_is_the_same_claim(sitting, cora, world, app):
    keep(cora, sitting, seats="2", is_single=True)
    pages = [f"/claim/{token}" for token in tokens()]
    guest, own = app.test_client(), let_in(app.test_client(), world.person("Bea", email="bea@harbor.example"))
    version = re.search(r'name="policy_version"[^>]*value="(\w+)"', guest.get(pages[0]).text).group(1)
    sheet = {"email": "ada@harbor.example", "legal_name": "Ada", "policy": "y", "policy_version": version}
    once = [guest.post(pages[0], data=sheet | {"_key": "a key of a guest"}).status_code for _ in "12"]
    bea = sheet | {"legal_name": "Bea", "licence": "none", "_key": "a key of a person"}
    mine = [own.post(pages[1], data=bea) for _ in "12"]
    late = guest.post(pages[0], data=sheet | {"email": "cyd@harbor.example", "_key": "a key of another"})

    assert (once, [one.location for one in mine]) == ([303, 303], [f"/webinars/{sitting['code']}/registered"] * 2)
    assert own.get(pages[1]).location == mine[0].location
    assert (late.status_code, "Every seat of this link is taken" in late.text) == (410, True)
    assert places() == {"Ada": ("registered", 1), "Bea": ("registered", 2)}


def test_kept_seat_still_asks_what_the_course_asks(sitting, cora, app):
    keep(cora, sitting)
    question = {"code": "ASKED001", "position": 1, "kind": "text", "prompt": "Which team?", "is_required": True}
    write(lambda db: db.add(FormQuestion(course_id=sitting["course"]["id"], **question)))
    page, guest = f"/claim/{tokens()[0]}", app.test_client()
    version = re.search(r'name="policy_version"[^>]*value="(\w+)"', guest.get(page).text).group(1)
    sheet = {"email": "ada@harbor.example", "legal_name": "Ada", "policy": "y", "policy_version": version,
             "time_zone": "Europe/London"}  # fmt: skip
    missing = guest.post(page, data=sheet | {"_key": "a key of a guest"})
    sent = guest.post(page, data=sheet | {"_key": "another key of it", "q_ASKED001": "Red"})

    assert (missing.status_code, sent.status_code) == (422, 303)
    assert "Which team?" in words_of(missing.text)
    assert places() == {"Ada": ("registered", 1)}


@pytest.fixture(params=databases.KINDS)
def served(request, tmp_path, monkeypatch):
    url = databases.fresh(request.param, tmp_path)
    dispatch.install(SUBSCRIPTIONS)
    monkeypatch.setattr(runtime, "_mode", "threading")
    door.start(url, thread=True)
    world = World()
    yield world, world.webinar(capacity_online=6, starts_at=NOW + timedelta(days=30))
    door.stop()


def test_together_block_and_public_never_take_more_than_there_is(served):
    world, sitting = served
    version, outcomes = policy(sitting), []
    write(
        reserve_block, world.coordinator(), sitting["code"], now=NOW, **plan(seats="3", release_on="20 November 2026")
    )
    token, gate = tokens()[0], threading.Barrier(16)

    def run(number):
        sheet = Sheet(email=f"p{number}@example.org", legal_name=f"Person {number}a", policy=version)
        gate.wait()
        try:
            if number % 2:
                outcomes.append(write(claim_seat, GUEST, token, sheet, now=NOW)["state"])
            else:
                outcomes.append(write(register, GUEST, sitting["code"], sheet, now=NOW)["state"])
        except Refused as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(outcomes) == ["claim.spent"] * 5 + ["registered"] * 6 + ["waitlisted"] * 5
    assert taken(sitting) == 6
    assert sorted(number for _, number in places().values() if number) == [1, 2, 3, 4, 5, 6]
