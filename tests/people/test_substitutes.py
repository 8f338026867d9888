"""A registrant asks somebody to come instead: the seat is theirs until it is accepted, and never free in between."""

import re
from datetime import timedelta

import databases
import pytest
import time_machine
from page_words import let_in, words_of
from posted import calendar_of, mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.mailing.services import mark_not_delivered
from webinar_app.people.models import Substitution
from webinar_app.people.services.substitutes import (
    accept_substitution,
    end_substitution,
    name_substitute,
    take_back,
)
from webinar_app.registrations.models import AdmissionRule, FormAnswer, FormQuestion, Registration, WaitingPlace
from webinar_app.registrations.queries import current_policy
from webinar_app.registrations.services import Sheet, cancel_own
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.scheduling import cancel_sitting

# What the database does not decide is tried on one.
quick = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
BEA, MAILS = "bea@example.org", ("people.tell_substitution", "calendars.confirm", "calendars.withdraw")


@pytest.fixture
def sitting(world):
    return world.webinar(starts_at=utc_now() + timedelta(days=7), capacity_online=1)


@pytest.fixture
def ada(world, sitting):
    """Give actor and registration of who has the only seat."""
    member = world.attendee(sitting, "Ada Lovelace", seat_number=1)
    with read() as db:
        return world.actor(member.person_id), db.get_one(Registration, member.registration_id).code


def policy(sitting):
    with read() as db:
        return current_policy(db.get_one(Webinar, sitting["id"]))


def asked():
    with read() as db:
        return [(row.code, row.email, row.state.value) for row in db.scalars(select(Substitution))]


def rows():
    with read() as db:
        query = select(Registration).order_by(Registration.id)
        return [(row.legal_name, row.state.value, row.seat_number) for row in db.scalars(query)]


def name(ada, email=BEA, now=None):
    write(name_substitute, *ada, email, now=now or utc_now())
    return asked()[-1][0]


def sheet_of(sitting, **changes):
    return Sheet(**{"email": "x@example.org", "legal_name": "Bea Bright", "policy": policy(sitting)} | changes)


def guest(world):
    from webinar_app.core.actor import GUEST

    return GUEST


def set_rule(sitting, **changes):
    write(lambda db: db.add(AdmissionRule(webinar_id=sitting["id"], **changes)))


def test_the_seat_goes_over_at_once_and_both_calendars_follow(world, sitting, ada):
    waiting = world.attendee(sitting, "Will Waiting", state="waitlisted")
    write(wait, waiting, sitting)
    run_jobs(*MAILS)
    code = name(ada)
    run_jobs(*MAILS)
    before = rows()

    made = write(accept_substitution, guest(world), code, sheet_of(sitting), now=utc_now())
    ran = run_jobs(*MAILS, "registrations.tell_waiting")

    assert before == [("Ada Lovelace", "registered", 1), ("Will Waiting", "waitlisted", None)]
    assert rows() == [
        ("Ada Lovelace", "cancelled", 1), ("Will Waiting", "waitlisted", None), ("Bea Bright", "registered", 1),
    ]  # fmt: skip
    assert (made, asked()[0][1:], "registrations.tell_waiting" in ran) == (
        {"state": "registered"}, (BEA, "accepted"), False
    )  # fmt: skip
    gone, new = mails(kind="registration_cancelled")[0], mails(kind="confirmation")[-1]
    assert "your place went to the person who comes instead of you" in text_of(gone)
    assert (new["To"].addresses[0].addr_spec, b"METHOD:REQUEST" in calendar_of(new)) == (BEA, True)


def wait(db, member, sitting):
    db.add(WaitingPlace(
        registration_id=member.registration_id, webinar_id=sitting["id"], seat="online", rank=1, joined_at=utc_now()
    ))  # fmt: skip


@quick
def test_who_had_an_entry_in_the_calendar_gets_its_cancel(world, sitting, app):
    client = app.test_client()
    form = {"email": "ada@example.org", "legal_name": "Ada Lovelace", "policy": "y", "policy_version": policy(sitting)}
    client.post(f"/webinars/{sitting['code']}/register", data=form | {"time_zone": "UTC", "_key": "a key of a guest"})
    run_jobs(*MAILS)
    with read() as db:
        row = db.scalars(select(Registration)).one()
        ada = world.actor(row.person_id), row.code

    write(accept_substitution, guest(world), name(ada), sheet_of(sitting), now=utc_now())
    run_jobs(*MAILS)

    first, last = (mails(kind=kind)[0] for kind in ("confirmation", "registration_cancelled"))
    uid = re.search(rb"UID:\S+", calendar_of(first)).group(0)
    cancel = calendar_of(last)
    assert (b"METHOD:CANCEL" in cancel, uid in cancel, b"SEQUENCE:1" in cancel) == (True, True, True)


@quick
def test_own_answers_and_policy_are_asked_for(world, sitting, ada):
    def ask(db):
        course_id = db.get_one(Webinar, sitting["id"]).course_id
        db.add(FormQuestion(course_id=course_id, code="TEAM0001", position=1, kind="text", prompt="Team?",
                            is_required=True))  # fmt: skip

    write(ask)
    code = name(ada)

    with pytest.raises(InvalidInput) as refused:
        write(accept_substitution, guest(world), code, Sheet(legal_name="Bea Bright"), now=utc_now())
    assert rows() == [("Ada Lovelace", "registered", 1)]
    told = sheet_of(sitting, answers=(("TEAM0001", ("Red",)),))
    write(accept_substitution, guest(world), code, told, now=utc_now())

    assert {"policy", "TEAM0001"} <= {field.removeprefix("q_") for field in refused.value.fields}
    with read() as db:
        answer = db.scalars(select(FormAnswer)).one()
        new = db.get_one(Registration, answer.registration_id)
        assert (answer.value, new.legal_name, new.policy_version) == ("Red", "Bea Bright", policy(sitting))


@quick
def test_mail_asks_whom_was_named_and_tells_who_named_them(world, sitting, ada):
    write(lambda db: setattr(db.get_one(Person, ada[0].person_id), "time_zone", "Europe/London"))
    name(ada)
    run_jobs("people.tell_substitution")

    to_bea, to_ada = (mails(kind=f"substitute_{kind}")[0] for kind in ("asked", "named"))
    assert (to_bea["To"].addresses[0].addr_spec, "/substitutes/" in text_of(to_bea)) == (BEA, True)
    said = text_of(to_ada)
    assert said.index("UK time") < said.index(" ET")
    assert ("/join/" in said, "/join/" in text_of(to_bea), "?to=substitute" in said) == (True, False, True)


@quick
@pytest.mark.parametrize(
    "changes, code",
    [
        ({"substitutes": False}, "substitute.off"), ({"needs_approval": True}, "substitute.off"),
        ({"cancel_hours": 24 * 8}, "substitute.cut_off"),
    ],
)  # fmt: skip
def test_naming_is_refused_where_it_is_off_or_too_late(sitting, ada, changes, code):
    set_rule(sitting, **changes)

    with pytest.raises(Refused) as refused:
        name(ada)

    assert (refused.value.code, asked(), run_jobs("people.tell_substitution")) == (code, [], [])


@quick
def test_what_was_switched_off_meanwhile_cannot_be_accepted(world, sitting, ada):
    code = name(ada)
    set_rule(sitting, substitutes=False)

    with pytest.raises(Refused):
        write(accept_substitution, guest(world), code, sheet_of(sitting), now=utc_now())

    assert rows() == [("Ada Lovelace", "registered", 1)]


def test_one_person_is_asked_at_a_time_few_in_all_and_never_oneself(world, ada):
    with read() as db:
        own = db.get_one(Person, ada[0].person_id).email
    refused = []
    for address in (own.upper(), "a@example.org", "b@example.org"):
        try:
            name(ada, address)
        except (InvalidInput, Refused) as error:
            refused.append(error.code)
    for number in range(5):
        write(take_back, *ada, now=utc_now())
        try:
            name(ada, f"c{number}@example.org")
        except Refused as error:
            refused.append(error.code)

    assert refused == ["substitute.own", "substitute.open", "substitute.many"]
    assert len(asked()) == 5


@quick
def test_one_address_is_asked_five_times_a_day_at_most(world):
    course = world.course()
    people = []
    for _ in range(6):
        sitting = world.webinar(course, starts_at=utc_now() + timedelta(days=9))
        member = world.attendee(sitting)
        with read() as db:
            people.append((world.actor(member.person_id), db.get_one(Registration, member.registration_id).code))
    for one in people[:5]:
        name(one)

    with pytest.raises(InvalidInput) as refused:
        name(people[5])
    name(people[5], now=utc_now() + timedelta(days=1, minutes=1))

    assert list(refused.value.fields) == ["email"]


@quick
def test_no_answer_leaves_the_seat_and_says_so(world, sitting, ada):
    code = name(ada)

    early = write(end_substitution, code, now=utc_now() + timedelta(hours=47))
    late = utc_now() + timedelta(hours=48, seconds=2)
    ended = write(end_substitution, code, now=late)
    with pytest.raises(Refused) as refused:
        write(accept_substitution, guest(world), code, sheet_of(sitting), now=late)
    run_jobs("people.tell_substitution")

    assert (early, ended, refused.value.code) == (False, True, "substitute.lapsed")
    assert rows() == [("Ada Lovelace", "registered", 1)]
    assert f"{BEA} did not answer in time. The place is still yours" in text_of(mails(kind="substitute_open")[0])
    assert mails(kind="substitute_asked") == []


@quick
def test_time_to_answer_ends_with_the_cut_off(world, sitting, ada):
    set_rule(sitting, cancel_hours=24 * 6)
    code = name(ada)

    with pytest.raises(Refused) as refused:
        write(accept_substitution, guest(world), code, sheet_of(sitting), now=utc_now() + timedelta(days=1, minutes=1))

    assert refused.value.code == "substitute.lapsed"


@quick
def test_mail_that_came_back_is_told_to_who_asked(world, ada):
    name(ada)
    run_jobs("people.tell_substitution")
    with read() as db:
        from webinar_app.mailing.models import Mail

        code = db.scalars(select(Mail.code).where(Mail.kind == "substitute_asked")).one()

    write(mark_not_delivered, code, "550", refused=True, crowd=1, now=utc_now())
    run_jobs("people.tell_substitution")

    assert asked()[0][2] == "bounced"
    assert f"our mail to {BEA} came back" in text_of(mails(kind="substitute_open")[0])


@quick
def test_who_gives_the_seat_back_asks_nobody_any_more(world, sitting, ada):
    code = name(ada)

    write(cancel_own, *ada, now=utc_now())
    with pytest.raises(Refused):
        write(accept_substitution, guest(world), code, sheet_of(sitting), now=utc_now())
    run_jobs("people.tell_substitution")

    assert (asked()[0][2], mails(kind="substitute_asked")) == ("withdrawn", [])


def test_accepted_twice_is_one_seat(world, sitting, ada):
    code = name(ada)
    write(accept_substitution, guest(world), code, sheet_of(sitting), now=utc_now())

    with pytest.raises(Refused) as refused:
        write(accept_substitution, guest(world), code, sheet_of(sitting), now=utc_now())

    assert refused.value.code == "substitute.accepted"
    assert [state for _, state, _ in rows()] == ["cancelled", "registered"]


def test_who_waits_here_gets_the_seat_and_leaves_the_list(world, sitting, ada):
    bea = world.attendee(sitting, "Bea Bright", state="waitlisted")
    write(wait, bea, sitting)
    write(lambda db: setattr(db.get_one(Person, bea.person_id), "email", BEA))

    made = write(accept_substitution, world.actor(bea.person_id), name(ada), Sheet(), now=utc_now())

    assert made["is_new"] is True
    assert rows() == [("Ada Lovelace", "cancelled", 1), ("Bea Bright", "registered", 1)]


@quick
def test_who_has_a_place_here_cannot_take_another(world, sitting, ada):
    write(lambda db: setattr(db.get_one(Webinar, sitting["id"]), "capacity_online", 2))
    bea = world.attendee(sitting, "Bea Bright", seat_number=2)
    write(lambda db: setattr(db.get_one(Person, bea.person_id), "email", BEA))
    code = name(ada)

    for actor in (guest(world), world.actor(bea.person_id)):
        with pytest.raises(Refused) as refused:
            write(accept_substitution, actor, code, sheet_of(sitting), now=utc_now())
        assert refused.value.code == "substitute.has_place"
    assert rows()[0] == ("Ada Lovelace", "registered", 1)


@quick
def test_others_reach_nobodys_seat(world, ada):
    with pytest.raises(NotFound):
        name((world.actor(world.person("Eve")), ada[1]))
    with pytest.raises(NotFound):
        write(accept_substitution, guest(world), "NOTHERE1", Sheet(), now=utc_now())


def link_to_bea():
    run_jobs("people.tell_substitution")
    return re.search(r"/substitutes/\S+", text_of(mails(kind="substitute_asked")[-1])).group(0)


@quick
def test_pages_name_ask_accept_and_tell_the_history(world, app, sitting, ada):
    own = let_in(app.test_client(), ada[0].person_id)
    path, bea = f"/registrations/{ada[1]}/substitute", app.test_client()
    wrong = own.post(path, data={"email": "nobody", "_key": "a key of a form"})
    named = own.post(path, data={"email": " Bea@Example.org ", "_key": "a key of an act"}, follow_redirects=True)
    link = link_to_bea()
    form = bea.get(link)
    sheet = {"email": "evil@example.org", "legal_name": "Bea Bright", "policy": "y", "time_zone": "UTC",
             "policy_version": policy(sitting), "_key": "a key of a guest"}  # fmt: skip
    half = bea.post(link, data=sheet | {"legal_name": ""})
    waits = [
        words_of(own.get(at).text)
        for at in (f"/webinars/{sitting['code']}/registered", f"/registrations/{ada[1]}/cancel")
    ]
    taken = bea.post(link, data=sheet, follow_redirects=True)
    again, after = bea.get(link), own.get(path)
    desk = let_in(app.test_client(), world.person("Cora Coordinator", Role.COORDINATOR))
    history = words_of(desk.get(f"/manage/registrations/{ada[1]}/history").text)

    assert (wrong.status_code, half.status_code, again.status_code) == (422, 422, 410)
    assert "A mail asks bea@example.org" in words_of(named.text)
    assert "Ada Lovelace cannot come and gives it to you" in words_of(form.text)
    assert (form.headers["Referrer-Policy"], 'name="email"' in form.text) == ("same-origin", False)
    assert f"{BEA}" in words_of(taken.text)
    assert all(BEA in words and "Name a substitute" not in words for words in waits)
    assert "Somebody comes instead of you" in words_of(own.get(f"/registrations/{ada[1]}").text)
    assert "This place was accepted already" in words_of(again.text)
    assert "They have the place now" in words_of(after.text)
    assert history.index("Named a substitute") < history.index("Given to another person") < history.index("Bea Bright")
    with read() as db:
        assert db.scalars(select(Person.email).where(Person.legal_name == "Bea Bright")).one() == BEA


@quick
def test_called_off_sessions_ask_nobody_any_more(world, app, sitting, ada):
    name(ada)
    link = link_to_bea()
    write(cancel_sitting, world.coordinator(), sitting["code"], now=utc_now())
    run_jobs("people.tell_substitution", "calendars.tell_all")
    bea, own = app.test_client(), let_in(app.test_client(), ada[0].person_id)
    shown, told = bea.get(link), mails(kind="substitute_over")
    late = bea.post(f"{link}/decline", data={"_key": "a key of a guest"}, follow_redirects=True)

    assert asked()[0][2] == "withdrawn"
    assert (shown.status_code, "This session was cancelled. Nothing needs to be done." in words_of(shown.text)) == (
        410,
        True,
    )
    assert ("do not need it" in shown.text, "Thank you" in late.text) == (False, False)
    assert [(mail["To"].addresses[0].addr_spec, "was cancelled" in text_of(mail)) for mail in told] == [(BEA, True)]
    assert "Somebody is asked" not in words_of(own.get(f"/registrations/{ada[1]}/substitute").text)


@quick
@pytest.mark.parametrize("state", [WebinarState.LIVE, WebinarState.ENDED])
def test_place_of_a_session_that_has_begun_cannot_be_taken(app, sitting, ada, state):
    name(ada)
    link = link_to_bea()
    write(lambda db: setattr(db.get_one(Webinar, sitting["id"]), "state", state))
    shown = app.test_client().get(link)

    assert shown.status_code == 410
    assert "This session has begun or is over; its place cannot be taken any more." in words_of(shown.text)


@quick
@pytest.mark.parametrize("was_told", [True, False])
@pytest.mark.parametrize("end", [take_back, cancel_own])
def test_who_was_asked_hears_that_they_need_not_come(world, ada, end, was_told):
    name(ada)
    if was_told:
        link_to_bea()
    write(end, *ada, now=utc_now())
    run_jobs("people.tell_substitution")

    to = [mail["To"].addresses[0].addr_spec for mail in mails(kind="substitute_over")]
    assert (to, mails(kind="substitute_asked") != []) == ([BEA] * was_told, was_told)


@quick
def test_pages_take_back_decline_and_refuse_what_is_over(world, app, sitting, ada):
    own, bea = let_in(app.test_client(), ada[0].person_id), app.test_client()
    path = f"/registrations/{ada[1]}/substitute"
    own.post(path, data={"email": BEA, "_key": "a key of an act"})
    first = link_to_bea()
    own.post(f"{path}/take-back", data={"_key": "a key to take it back"})
    withdrawn = bea.get(first)
    own.post(path, data={"email": "cy@example.org", "_key": "a key of a second act"})
    second = link_to_bea()
    said_no = bea.post(f"{second}/decline", data={"_key": "a key to decline"}, follow_redirects=True)
    after = own.get(path)

    assert (withdrawn.status_code, bea.get(first[:-1] + "x").status_code) == (410, 404)
    assert "Whoever asked you took that back" in words_of(withdrawn.text)
    assert "Whoever asked you is told, and keeps the place" in said_no.text
    assert "The place is still yours: name somebody else" in words_of(after.text)
    with time_machine.travel(utc_now() + timedelta(days=8), tick=False):
        late = words_of(let_in(app.test_client(), ada[0].person_id).get(path).text)
    assert "A substitute could be named until" in late
