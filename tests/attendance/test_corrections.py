"""The record: timelines, corrections as sealed entries, claims and their answers, statements."""

from datetime import timedelta

import pytest
from factories import START
from page_words import let_in, words_of
from presence_facts import end, ended_webinar, stay
from sqlalchemy import select

from webinar_app.attendance import jobs
from webinar_app.attendance.models import AttendanceEntry, PresenceEvent
from webinar_app.attendance.queries import find_summary
from webinar_app.attendance.queries.entries import list_entries
from webinar_app.attendance.queries.timeline import record_of
from webinar_app.attendance.rules.checks import CheckKind
from webinar_app.attendance.rules.entries import check_claiming, check_note, check_reason, check_span, seal
from webinar_app.attendance.services.answering import CheckAct, answer_checks
from webinar_app.attendance.services.checking import close_when_due, open_when_due
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import ItemCompletion, Registration
from webinar_app.registrations.rules import RegistrationState

_keys = iter(range(10**6))


def post(client, path, **data):
    return client.post(path, data={"_key": f"{next(_keys):08}"} | data)


@pytest.fixture
def ended(world, app):
    """An ended sitting: Ada was away from minute 20 to 35, and a coordinator."""
    webinar = ended_webinar(world)
    ada = world.attendee(webinar)
    stay(ada, 0, 20, start=webinar["start"], reason="transport close")
    stay(ada, 35, 75, "b", start=webinar["start"])
    end(webinar, world.staff(webinar))
    jobs.summarise_all({"webinar_id": webinar["id"]})
    with read() as db:
        code = db.get_one(Registration, ada.registration_id).code
    desk, seat = app.test_client(), app.test_client()
    let_in(desk, world.person("Cora Coordinator", Role.COORDINATOR))
    let_in(seat, ada.person_id)
    manage = f"/manage/webinars/{webinar['code']}/attendance/{code}"
    return {
        "webinar": webinar,
        "ada": ada,
        "desk": desk,
        "seat": seat,
        "manage": manage,
        "own": f"/registrations/{code}/attendance",
    }


def verdict_of(ended):
    with read() as db:
        found = find_summary(db, ended["ada"].registration_id)
        query = select(ItemCompletion).where(ItemCompletion.registration_id == ended["ada"].registration_id)
        row = db.scalars(query).one_or_none()
        return found.complete, found.credited_seconds // 60, row is not None and row.withdrawn_at is None


def entries(ended):
    with read() as db:
        return list_entries(db, ended["ada"].registration_id)


TIME = {"first_minute": "20", "last_minute": "35", "reason": "She was on the telephone line.", "evidence": "Call log"}


def test_a_confirmed_time_is_shown_first_and_entered_then(ended):
    before = verdict_of(ended)

    preview = post(ended["desk"], f"{ended['manage']}/time", **TIME)
    untouched = entries(ended)
    entered = post(ended["desk"], f"{ended['manage']}/time", **TIME, confirm="1")

    assert (before, untouched) == ((False, 60, False), [])
    assert (preview.status_code, entered.status_code) == (200, 303)
    assert "Not enough: 60 of 75 min" in words_of(preview.text)
    assert "Attended: 75 of 75 min" in words_of(preview.text)
    assert verdict_of(ended) == (True, 75, True)
    [entry] = entries(ended)
    assert (entry.reason, entry.evidence, entry.last_at - entry.first_at) == (
        "She was on the telephone line.", "Call log", timedelta(minutes=15),
    )  # fmt: skip


def test_the_record_as_it_was_written_stays(ended):
    with read() as db:
        before = len(db.scalars(select(PresenceEvent)).all())

    post(ended["desk"], f"{ended['manage']}/time", **TIME, confirm="1")

    with read() as db:
        assert len(db.scalars(select(PresenceEvent)).all()) == before


def test_an_entry_is_taken_back_by_a_new_one(ended):
    post(ended["desk"], f"{ended['manage']}/time", **TIME, confirm="1")
    code = entries(ended)[0].code

    page = ended["desk"].get(f"{ended['manage']}/entries/{code}/reverse")
    short = post(ended["desk"], f"{ended['manage']}/entries/{code}/reverse", reason="no")
    done = post(ended["desk"], f"{ended['manage']}/entries/{code}/reverse", reason="It was somebody else.")

    assert (page.status_code, short.status_code, done.status_code) == (200, 422, 303)
    assert verdict_of(ended) == (False, 60, False)
    assert [one.kind.value for one in entries(ended)] == ["time", "reversal"]
    assert ended["desk"].get(f"{ended['manage']}/entries/NOTHERE1/reverse").status_code == 404


def test_seals_hold_on_to_each_other(ended):
    for reason in ("She was on the telephone line.", "Seen in the recording."):
        post(ended["desk"], f"{ended['manage']}/time", **(TIME | {"reason": reason}), confirm="1")

    first, second = (one.seal for one in entries(ended))

    assert len({first, second}) == 2
    assert seal("", {"a": 1}) != seal("x", {"a": 1}) != seal("x", {"a": 2})


@pytest.mark.parametrize(
    "data",
    [
        {}, TIME | {"last_minute": "20"}, TIME | {"last_minute": "76"}, TIME | {"reason": "no"},
        TIME | {"first_minute": "many"}, TIME | {"last_minute": "-1"},
    ],
)  # fmt: skip
def test_times_that_cannot_be_are_refused(ended, data):
    answer = post(ended["desk"], f"{ended['manage']}/time", **data, confirm="1")

    assert answer.status_code == 422
    assert entries(ended) == []


def test_nothing_is_corrected_before_the_end(world, client):
    webinar = world.live_webinar()
    ada = world.attendee(webinar)
    let_in(client, world.person("Cora", Role.COORDINATOR))
    with read() as db:
        code = db.get_one(Registration, ada.registration_id).code

    assert client.get(f"/manage/webinars/{webinar['code']}/attendance/{code}/time").status_code == 409


NOTE = "I was there all the time; from 12:20 on I listened by telephone."


def test_a_claim_is_made_answered_and_seen_by_both(ended):
    made = post(ended["seat"], ended["own"], note=NOTE)
    again = post(ended["seat"], ended["own"], note=NOTE)
    listed = words_of(ended["desk"].get(f"/manage/webinars/{ended['webinar']['code']}/attendance").text)
    answer = {"decision": "accept", "first_minute": "20", "last_minute": "35", "answer": "The call log shows you."}

    preview = post(ended["desk"], f"{ended['manage']}/claim", **answer)
    waiting = verdict_of(ended)
    done = post(ended["desk"], f"{ended['manage']}/claim", **answer, confirm="1")

    assert (made.status_code, again.status_code, preview.status_code, done.status_code) == (303, 409, 200, 303)
    assert NOTE in listed
    assert (waiting[0], verdict_of(ended)) == (False, (True, 75, True))
    for page in (ended["seat"].get(ended["own"]), ended["desk"].get(ended["manage"])):
        assert NOTE in words_of(page.text)
        assert "The call log shows you." in words_of(page.text)
        assert "Accepted" in words_of(page.text)
    assert ended["desk"].get(f"{ended['manage']}/claim").status_code == 404


def test_a_declined_claim_changes_no_minute_and_may_be_made_again(ended):
    post(ended["seat"], ended["own"], note=NOTE)

    missing = post(ended["desk"], f"{ended['manage']}/claim", decision="accept", answer="Yes, you were.")
    done = post(ended["desk"], f"{ended['manage']}/claim", decision="decline", answer="No call came in.")
    again = post(ended["seat"], ended["own"], note=NOTE + " Look again.")

    assert (missing.status_code, done.status_code, again.status_code) == (422, 303, 303)
    assert verdict_of(ended) == (False, 60, False)
    assert "No call came in." in words_of(ended["seat"].get(ended["own"]).text)


@pytest.mark.parametrize("state", ["waitlisted", "offered", "pending", "rejected"])
def test_who_never_held_a_place_has_no_record_to_dispute(ended, state):
    def put(db):
        db.get_one(Registration, ended["ada"].registration_id).state = RegistrationState(state)

    write(put)

    answer = post(ended["seat"], ended["own"], note=NOTE)

    assert answer.status_code == 409
    assert "You held no place in this session" in words_of(answer.text)


def test_a_claim_says_something(ended):
    answer = post(ended["seat"], ended["own"], note="No")

    assert answer.status_code == 422
    assert "in 10 to 1000 characters" in words_of(answer.text)


def test_rules_of_entries():
    assert check_span(0, 75, 75) == (0, 75)
    for first, last in ((None, 5), (5, None), (5, 5), (-1, 5), (0, 76)):
        with pytest.raises(InvalidInput):
            check_span(first, last, 75)
    assert (check_reason(" It  was so. "), check_note(NOTE)) == ("It was so.", NOTE)
    for check, told in (
        (check_reason, "no"),
        (check_reason, "x" * 301),
        (check_note, "short"),
        (check_note, "x" * 1001),
    ):
        with pytest.raises(InvalidInput):
            check(told)
    check_claiming(START, START + timedelta(days=30), has_open=False, had_place=True)
    for ended_at, days, has_open in ((None, 0, False), (START, 31, False), (START, 1, True)):
        with pytest.raises(Refused):
            check_claiming(ended_at, START + timedelta(days=days), has_open=has_open, had_place=True)


def test_the_timeline_tells_everything_with_reasons(world):
    webinar = ended_webinar(world)
    ada = world.attendee(webinar)
    stay(ada, 0, 20, start=webinar["start"])
    stay(ada, 20.5, 50, "b", start=webinar["start"])
    stay(ada, 60, 75, "c", start=webinar["start"])
    for second, is_answered in ((600, True), (900, False), (2400, None), (3300, None)):
        code, at = (
            write(world.planned_check, webinar, CheckKind.TAP, second),
            webinar["start"] + timedelta(seconds=second),
        )
        write(open_when_due, code, now=at)
        if is_answered is not None:
            said = "" if is_answered else None
            act = CheckAct(ada.scope, f"key-{second:05}", ada.registration_id, webinar["id"], code, "phone", said, at)
            write(answer_checks, act)
        write(close_when_due, code, now=at + timedelta(seconds=180))
    end(webinar, world.staff(webinar))

    with read() as db:
        kept = record_of(db, db.get_one(Registration, ada.registration_id), utc_now())

    assert [(line["words"], line["more"], line["mark"]) for line in kept["lines"]] == [
        ("In the room", "", "pass"),
        ("Attention check answered", "after 1 s", "pass"),
        ("Attention check not answered", "", "stop"),
        ("Away for 30 s", "a short drop of the network: credited", "pass"),
        ("In the room", "", "pass"),
        (
            "Attention check, not shown to you: it does not count",
            "the connection was there all the time, and its page never showed the check",
            "open",
        ),
        ("Away for 10 min", "not credited", "stop"),
        ("Attention check, not shown to you: it does not count", "", "open"),
        ("In the room", "", "pass"),
    ]
    assert kept["checks"] == ([10.0], [15.0])


def test_the_statement_has_a_digest_of_all_that_it_says(ended):
    own = ended["seat"].get(f"{ended['own']}/statement")
    again = ended["desk"].get(f"{ended['manage']}/statement")
    digests = [page.text.partition('<h2 id="digest">')[2].partition("</code>")[0][-64:] for page in (own, again)]
    post(ended["desk"], f"{ended['manage']}/time", **TIME, confirm="1")
    later = ended["desk"].get(f"{ended['manage']}/statement").text

    assert digests[0] == digests[1]
    assert digests[0] not in later
    for words in ("Statement of attendance", "Ada Lovelace", "Away for 15 min", "60 of 75", "Rules in force"):
        assert words in words_of(own.text)
    assert entries(ended)[0].seal in later


def test_nobody_reads_the_record_of_somebody_else(ended, world, client):
    let_in(client, world.person("Otto Other"))

    paths = (ended["own"], f"{ended['own']}/statement", ended["manage"], f"{ended['manage']}/time")
    assert [client.get(path).status_code for path in paths] == [404, 404, 403, 403]


def test_more_time_is_given_and_taken(ended):
    def has_more():
        with read() as db:
            return db.get_one(Registration, ended["ada"].registration_id).more_time

    found = []
    for _ in range(2):
        assert post(ended["desk"], f"{ended['manage']}/more-time").status_code == 303
        found.append(has_more())

    assert found == [True, False]
    with read() as db:
        assert db.scalars(select(AttendanceEntry)).all() == []
