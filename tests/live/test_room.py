"""Coming in, being cut, coming back, and the room's beginning and end."""

from datetime import timedelta

import pytest
from rooms import new_ticket
from sqlalchemy import select

from webinar_app.accounts.models import RevocationCause
from webinar_app.accounts.services import revoke
from webinar_app.attendance.models import PresenceEvent
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Busy
from webinar_app.infra.db import read, write
from webinar_app.infra.limits import Bucket
from webinar_app.live.services import counts, proofs, stream
from webinar_app.polls.queries import list_open
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.web import sockets
from webinar_app.webinars.models import Staff
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.scheduling import remove_staff


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    people = {
        "mike": world.staff(webinar),
        "ada": world.attendee(webinar, "Ada"),
        "bob": world.attendee(webinar, "Bob"),
    }
    return {"webinar": webinar, "members": people} | {name: doors.enter(member) for name, member in people.items()}


def presence(member):
    with read() as db:
        query = select(PresenceEvent.kind, PresenceEvent.reason).where(
            PresenceEvent.registration_id == member.registration_id
        )
        return [(kind.value, reason) for kind, reason in db.execute(query.order_by(PresenceEvent.id))]


def test_snapshot_of_an_attendee_holds_nothing_of_staff(room):
    snapshot = room["ada"].snapshot()

    assert set(snapshot) == {"numbers", "shared", "own"}
    assert snapshot["numbers"] == {"all": 0, "me": 0}
    assert set(snapshot["shared"]) == {
        "announcements", "captions", "chat", "check", "handouts", "messages", "polls", "presence", "questions", "room",
        "stage",
    }  # fmt: skip
    assert snapshot["shared"]["presence"] == {"people": 2, "staff": 1}
    own = snapshot["own"] | {"meter": None, "signing": None, "registration": None}
    assert own == {
        "name": "Ada", "registered": True, "is_staff": False,
        "rights": ["chat:post", "check:answer", "poll:vote", "question:ask", "room:join"], "ballots": {}, "voted": [],
        "upvotes": [], "questions": [], "sent": [], "muted": False, "hand": None, "checks": {}, "more_time": False,
        "signing": None, "registration": None, "meter": None,
    }  # fmt: skip
    assert set(room["mike"].snapshot()["staff"]) == {
        "announcements", "decks", "hands", "handouts", "messages", "muted", "objectives", "polls", "questions",
        "removed", "spoken", "team",
    }  # fmt: skip


def test_ticket_opens_the_door_once(room, doors):
    ticket = new_ticket(room["members"]["ada"])

    assert doors.enter(room["members"]["ada"], ticket=ticket).is_connected
    assert not doors.enter(room["members"]["ada"], ticket=ticket).is_connected


@pytest.mark.parametrize(
    "auth",
    [None, {}, {"ticket": ""}, {"ticket": 5}, {"ticket": "x.y"}, {"ticket": "é.é"}, {"ticket": "a" * 3000}, "no"],
)
def test_no_ticket_no_room(room, doors, auth):
    assert not doors.knock(auth).is_connected


def test_old_or_foreign_ticket_is_refused(room, doors):
    ada = room["members"]["ada"]
    for ticket in (
        new_ticket(ada, issued=int(utc_now().timestamp()) - 61),
        new_ticket(ada, webinar_id=ada.webinar_id + 1_000_000),
        new_ticket(ada) + "0",
    ):
        assert not doors.knock({"ticket": ticket}).is_connected


def test_cancelled_registration_opens_no_door(room, doors):
    member = room["members"]["ada"]

    def cancel(db):
        db.get_one(Registration, member.registration_id).state = RegistrationState.CANCELLED

    write(cancel)

    assert not doors.enter(member).is_connected


def test_third_browser_cuts_the_oldest_and_tabs_are_one(room, doors):
    member = room["members"]["ada"]
    tab = doors.enter(member)
    phone = doors.enter(member, "phone")
    before = [room["ada"].is_connected, tab.is_connected, phone.is_connected]

    laptop = doors.enter(member, "laptop")

    assert before == [True, True, True]
    assert room["ada"].hear("room.closed") == [{"reason": "replaced"}]
    assert [one.is_connected for one in (room["ada"], tab, phone, laptop)] == [False, False, True, True]
    assert counts.presence_of(room["webinar"]["id"])["people"] == 2


def test_presence_is_written_at_the_door_and_at_leaving(room):
    room["bob"].leave()

    assert presence(room["members"]["bob"]) == [("open", None), ("close", "client disconnect")]
    assert presence(room["members"]["ada"]) == [("open", None)]
    assert presence(room["members"]["mike"]) == []


def test_proofs_become_one_run_a_flush(room):
    proofs.proved(room["ada"].wire)
    proofs.proved(room["ada"].wire)
    written = proofs.flush()
    quiet = proofs.flush()

    assert (written, quiet) == (1, 0)
    assert presence(room["members"]["ada"]) == [("open", None), ("proof", None)]


def test_proofs_are_written_within_thirty_seconds_and_not_all_at_once(room):
    tracks = [proofs._by_sid[room[name].wire.sid] for name in ("ada", "bob")]
    first, second = sorted(track.due for track in tracks)
    for name in ("ada", "bob"):
        proofs.proved(room[name].wire)
    tracks[0].due, tracks[1].due = 0.0, float("inf")
    written = proofs.flush_due()

    assert (written, proofs.flush_due()) == (1, 0)
    assert 0 < second - first < proofs.FLUSH_SECONDS
    assert tracks[0].due - tracks[0].run.last < proofs.FLUSH_SECONDS


def test_proofs_that_found_no_place_are_written_the_next_time(room, monkeypatch):
    def refuse(*args):
        raise Busy

    proofs.proved(room["ada"].wire)
    with monkeypatch.context() as patch:
        patch.setattr(proofs, "submit", refuse)
        lost = proofs.flush()

    assert (lost, proofs.flush(), proofs.flush()) == (0, 1, 0)


def test_flood_is_slowed_down_and_the_room_goes_on(room):
    pace = room["ada"].wire.peer.connection.pace
    pace._all = Bucket(0.0, 40.0)
    answers = [room["ada"].ask("room.people") for _ in range(60)]

    assert [answer["error"]["code"] for answer in answers[:40]] == ["forbidden"] * 40
    assert {answer["error"]["code"] for answer in answers[40:]} == {"too_fast"}
    assert room["bob"].ask("room.sync")["ok"]


def test_silence_splits_a_run_and_an_unheard_close_stands_at_the_last_proof(room):
    track = proofs._by_sid[room["ada"].wire.sid]
    proofs.proved(room["ada"].wire)
    track.run.last -= 20
    proofs.proved(room["ada"].wire)
    written = proofs.flush()
    track.run.last_at -= timedelta(seconds=12)
    proofs.closed(track.sid, "ping timeout")

    assert written == 2
    with read() as db:
        close = db.scalars(select(PresenceEvent).where(PresenceEvent.kind == "close")).one()
        assert close.first_at == track.run.last_at + timedelta(seconds=2.5)


@pytest.mark.parametrize(("silence", "is_at_the_proof"), [(7, False), (8, True)])
def test_a_close_after_silence_says_nothing_of_the_silence(room, silence, is_at_the_proof):
    track = proofs._by_sid[room["ada"].wire.sid]
    track.run.last -= silence
    track.run.last_at -= timedelta(seconds=silence)
    proofs.closed(track.sid, "transport close")

    with read() as db:
        close = db.scalars(select(PresenceEvent).where(PresenceEvent.kind == "close")).one()
        assert (close.first_at == track.run.last_at + timedelta(seconds=2.5)) is is_at_the_proof


def test_accounts_of_a_dead_process_are_closed_at_their_last_proof(room, monkeypatch):
    monkeypatch.setattr(proofs, "BOOT", "another process")

    proofs.sweep(starting=True)
    proofs.sweep(starting=True)

    assert presence(room["members"]["ada"]) == [("open", None), ("close", "server_fault")]


def test_restart_says_so_in_the_ledger(room):
    assert proofs.close_all() == 2
    assert presence(room["members"]["ada"]) == [("open", None), ("close", "server_restart")]


@pytest.mark.parametrize(
    ("cause", "reason"), [(RevocationCause.ROLE, "role"), (RevocationCause.PASSWORD, "signed_out")]
)
def test_right_that_ended_closes_the_connection_with_its_reason(room, cause, reason):
    now = utc_now()
    write(revoke, room["members"]["ada"].person_id, cause, now=now)

    assert stream.close_revoked(now) == 1
    assert room["ada"].hear("room.closed") == [{"reason": reason}]
    assert (room["ada"].is_connected, room["bob"].is_connected) == (False, True)


def test_right_that_ended_earlier_does_not_close_a_later_connection(room):
    then = utc_now() - timedelta(seconds=5)
    write(revoke, room["members"]["ada"].person_id, RevocationCause.ROLE, now=then)

    assert stream.close_revoked(utc_now()) == 0
    assert room["ada"].is_connected


def test_revoked_registration_and_sign_in_match_only_their_own(room):
    now, ada = utc_now(), room["members"]["ada"]
    write(revoke, ada.person_id, RevocationCause.SIGN_OUT, now=now, sign_in_id=999)
    write(revoke, ada.person_id, RevocationCause.CANCELLED, now=now, registration_id=999)
    untouched = stream.close_revoked(now)
    write(revoke, ada.person_id, RevocationCause.CANCELLED, now=now, registration_id=ada.registration_id)

    assert (untouched, stream.close_revoked(now)) == (0, 1)
    assert room["ada"].hear("room.closed") == [{"reason": "cancelled"}]


def test_who_comes_back_gets_what_was_missed_in_order(room, doors):
    seen = room["ada"].snapshot()["numbers"]
    room["ada"].leave()
    for n in range(3):
        room["bob"].act("chat.post", text=f"Message {n}")

    back = doors.enter(room["members"]["ada"])
    answer = back.ask("room.sync", **seen)["data"]

    assert [(one["stream"], one["number"], one["payload"]["message"]["text"]) for one in answer["events"]] == [
        ("all", 1, "Message 0"), ("all", 2, "Message 1"), ("all", 3, "Message 2"),
    ]  # fmt: skip


def tell(room, text):
    """Tell everybody something, and say who heard it."""
    sockets.broadcast(sockets.room_audience(room["webinar"]["id"], "all"), "told", {"text": text})
    return [
        name for name in ("ada", "bob", "mike", "cleo") if name in room and {"text": text} in room[name].hear("told")
    ]


def test_a_broadcast_reaches_who_is_there_at_that_moment(room, world, doors):
    first = tell(room, "first")
    room["cleo"] = doors.enter(world.attendee(room["webinar"], "Cleo"))
    second = tell(room, "second")
    room["bob"].leave()
    third = tell(room, "third")

    assert (first, second) == (["ada", "bob", "mike"], ["ada", "bob", "mike", "cleo"])
    assert third == ["ada", "mike", "cleo"]


def test_only_events_of_polls_and_questions_call_for_counts(room):
    for kind in ("polls", "questions"):
        sockets.stirred(kind)

    room["mike"].act("announcement.make", text="A break of five.")
    stream.pump()
    after_words = [sockets.stirred(kind) for kind in ("polls", "questions")]
    asked = room["ada"].act("question.ask", text="Why?")["data"]["question"]
    sockets.stirred("questions")
    room["mike"].act("question.publish", question=asked)
    stream.pump()

    assert after_words == [set(), set()]
    assert [sockets.stirred(kind) for kind in ("polls", "questions")] == [set(), {room["webinar"]["id"]}]


@pytest.mark.parametrize("numbers", [{}, {"all": 0, "staff": None, "me": None}, {"all": 9, "staff": 0, "me": 0}])
def test_who_knows_too_little_or_too_much_gets_a_snapshot(room, numbers):
    assert set(room["mike"].ask("room.sync", **numbers)["data"]) == {"snapshot"}


def test_more_than_five_hundred_missed_events_are_a_snapshot(room, monkeypatch):
    monkeypatch.setattr("webinar_app.live.queries.LONGEST_REPLAY", 1)
    for n in range(2):
        room["bob"].act("chat.post", text=f"Message {n}")

    assert set(room["ada"].ask("room.sync", all=0, me=0)["data"]) == {"snapshot"}
    assert set(room["ada"].ask("room.sync", all=1, me=0)["data"]) == {"events"}


def test_pump_sends_each_event_once(room):
    room["bob"].act("chat.post", text="One")
    sent = [stream.pump(), stream.pump()]
    room["bob"].act("chat.post", text="Two")
    sent.append(stream.pump())

    assert sent == [1, 0, 1]
    assert [one["number"] for one in room["ada"].hear("room.event")] == [1, 2]


def test_who_arrives_gets_the_present_counts(room, monkeypatch):
    monkeypatch.setattr(counts, "SETTLE_SECONDS", 0)
    draft = {"kind": "yes_no", "question": "Clear?", "options": [], "visibility": "always"}
    poll = room["mike"].act("poll.draft", **draft)["data"]["poll"]
    room["mike"].act("poll.open", poll=poll)
    counts.tell_counts()
    room["ada"].hear()

    room["ada"].snapshot()
    counts.tell_counts()

    assert [one["poll"] for one in room["ada"].hear("poll.tally")] == [poll]
    assert room["ada"].hear("room.presence") == [{"people": 2, "staff": 1}]
    assert room["bob"].hear("poll.tally")[1:] == []


def opened_poll(room, monkeypatch) -> str:
    """Give a poll whose result who has voted sees; everybody has heard of it."""
    monkeypatch.setattr(counts, "SETTLE_SECONDS", 0)
    draft = {"kind": "yes_no", "question": "Clear?", "options": [], "visibility": "after_vote"}
    poll = room["mike"].act("poll.draft", **draft)["data"]["poll"]
    room["mike"].act("poll.open", poll=poll)
    stream.pump()
    counts.tell_counts()
    room["ada"].hear(), room["bob"].hear()
    return poll


def test_a_look_counts_only_where_something_changed_here(room, monkeypatch):
    poll, looks = opened_poll(room, monkeypatch), []
    monkeypatch.setattr(counts, "list_open", lambda *asked: looks.append(asked) or list_open(*asked))

    counts.tell_counts(everywhere=False)
    room["ada"].act("poll.vote", poll=poll, options=[0])
    counts.tell_counts(everywhere=False)
    counts.tell_counts(everywhere=False)

    assert len(looks) == 1
    assert [one["voters"] for one in room["ada"].hear("poll.tally")] == [1]
    assert room["bob"].hear("poll.tally") == []


def test_who_votes_hears_the_tally_and_no_other_count(room, monkeypatch):
    poll = opened_poll(room, monkeypatch)
    room["ada"].act("poll.vote", poll=poll, options=[0])
    counts.tell_counts(everywhere=False)

    assert room["ada"].hear("room.presence") == []
    assert len(room["ada"].hear("poll.tally")) == 1


def test_number_of_people_is_told_when_it_changes(room):
    counts.tell_presence()
    counts.tell_presence()
    room["bob"].leave()
    counts.tell_presence()

    assert room["ada"].hear("room.presence") == [{"people": 2, "staff": 1}, {"people": 1, "staff": 1}]


def test_staff_see_who_is_there(room):
    people = room["mike"].ask("room.people")

    assert [one.pop("registration") is None for one in people["data"]["people"]] == [True, False, False]
    assert people["data"]["people"] == [
        {"name": "Mike", "is_staff": True, "is_audience": False, "devices": 1},
        {"name": "Ada", "is_staff": False, "is_audience": True, "devices": 1},
        {"name": "Bob", "is_staff": False, "is_audience": True, "devices": 1},
    ]
    assert room["ada"].ask("room.people")["error"]["code"] == "forbidden"


def test_leaving_is_acknowledged_and_closes(room, monkeypatch):
    from webinar_app.live import sockets as live

    monkeypatch.setattr(live, "LEAVE_SECONDS", 0)
    monkeypatch.setattr(live.runtime, "spawn", lambda work, *args: work(*args))

    assert room["ada"].ask("room.leave") == {"ok": True, "data": {}}
    assert not room["ada"].is_connected


def test_going_live_and_ending_reach_everybody_once(world, doors):
    webinar = world.webinar(starts_at=utc_now() + timedelta(minutes=5))
    mike, ada = doors.enter(world.staff(webinar)), doors.enter(world.attendee(webinar))

    early = mike.act("room.end")["error"]["code"]
    answers = [mike.act("room.go_live"), mike.act("room.go_live"), mike.act("room.end"), mike.act("room.end")]

    url = f"http://127.0.0.1:5000/evaluations/{webinar['code']}"
    assert early == "room.not_live"
    assert [answer["data"] for answer in answers] == [{}, {}, {"evaluation_url": url}, {"evaluation_url": url}]
    events = ada.events()
    assert [name for name, _ in events] == ["room.went_live", "room.ended"]
    assert events[1][1]["evaluation_url"] == url
    assert ada.snapshot()["shared"]["room"]["state"] == WebinarState.ENDED.value


def test_end_closes_open_polls_first(room):
    poll = room["mike"].act("poll.draft", kind="yes_no", question="Clear?", options=[])["data"]["poll"]
    room["mike"].act("poll.open", poll=poll)
    room["mike"].act("room.end")

    assert [name for name, _ in room["ada"].events()] == ["poll.opened", "poll.closed", "room.ended"]


@pytest.mark.parametrize("event", ["room.go_live", "room.end"])
def test_attendees_neither_begin_nor_end(room, event):
    assert room["ada"].act(event)["error"]["code"] == "forbidden"


def test_event_with_wrong_shape_is_refused(room):
    for sent in ({"text": 5}, {"text": "x", "more": 1}, {}, {"text": "x", "key": "short"}):
        assert room["ada"].ask("chat.post", **sent)["error"]["code"] == "payload"


def test_who_is_no_staff_any_more_leaves_the_room_within_a_second(room, doors, world):
    member = room["members"]["mike"]
    with read() as db:
        staff_id = db.scalars(select(Staff.id).where(Staff.person_id == member.person_id)).one()
    late = new_ticket(member)

    write(remove_staff, world.coordinator(), member.webinar_code, staff_id, now=utc_now())
    stream.close_revoked(utc_now())

    assert (room["mike"].is_connected, room["mike"].hear("room.closed")) == (False, [{"reason": "role"}])
    assert not doors.enter(member, ticket=late).is_connected
