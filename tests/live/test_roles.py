"""What each role of a sitting finds in the room, and what it may not do there."""

import pytest
from page_words import let_in

from webinar_app.core.permissions import SITTING_PERMISSIONS, Permission, SittingRole
from webinar_app.infra.db import read, write
from webinar_app.live.services import counts
from webinar_app.registrations.policy import member_of

WATCHERS = (SittingRole.CAPTIONER, SittingRole.OBSERVER)


@pytest.fixture
def webinar(world):
    return world.live_webinar()


@pytest.mark.parametrize("role", WATCHERS)
def test_who_watches_reads_what_attendees_read_and_nothing_of_staff(world, doors, webinar, role):
    mike, ada = doors.enter(world.staff(webinar)), doors.enter(world.attendee(webinar, "Ada"))
    watcher = doors.enter(world.staff(webinar, role))
    ada.act("question.ask", text="A question that only staff read so far")
    mike.act("announcement.make", text="Back at ten")
    mike.act("poll.draft", kind="yes_no", question="A draft?", options=[], visibility="always")

    assert watcher.events() == ada.events()
    assert watcher.events("staff") == []
    seen, known = watcher.snapshot(), ada.snapshot()
    assert set(seen) == {"numbers", "shared", "own"}
    assert set(seen["numbers"]) == {"all", "me"}
    assert seen["shared"] | {"room": None} == known["shared"] | {"room": None}
    assert (seen["own"]["registered"], seen["own"]["is_staff"], "meter" in seen["own"]) == (False, False, False)


def test_who_watches_is_in_the_room_and_not_counted(world, doors, webinar):
    mike = doors.enter(world.staff(webinar))
    doors.enter(world.attendee(webinar, "Ada"))
    for role in WATCHERS:
        doors.enter(world.staff(webinar, role))

    listed = mike.ask("room.people")["data"]["people"]

    assert counts.presence_of(webinar["id"]) == {"people": 1, "staff": 1}
    assert sorted((one["is_staff"], one["is_audience"]) for one in listed) == [
        (False, False), (False, False), (False, True), (True, False)
    ]  # fmt: skip


def test_captioner_captions_and_does_nothing_else(world, doors, webinar):
    captioner, ada = doors.enter(world.staff(webinar, SittingRole.CAPTIONER)), doors.enter(world.attendee(webinar))

    assert captioner.act("stage.caption", text="Good evening.")["ok"]
    assert [name for name, _ in ada.events()] == ["stage.captioned"]
    for name in ("chat.post", "question.ask"):
        assert captioner.act(name, text="Hello")["error"]["code"] == "forbidden"


def test_moderator_has_the_desk_without_stage_checks_and_end():
    lacking = SITTING_PERMISSIONS[SittingRole.HOST] - SITTING_PERMISSIONS[SittingRole.MODERATOR]

    assert lacking == {Permission.STAGE_CONTROL, Permission.ROOM_END, Permission.CHECK_CALL}


def test_a_role_comes_before_a_registration_and_several_add_up(world, webinar):
    member = world.attendee(webinar)
    actor, rights = world.actor(member.person_id), []
    for role in (SittingRole.OBSERVER, SittingRole.CAPTIONER, SittingRole.MODERATOR):
        write(world._staff, webinar["id"], member.person_id, role)
        with read() as db:
            found = member_of(db, actor, webinar["code"])
        rights.append(found.rights)
        assert (found.registration_id, found.is_audience) == (None, False)

    assert rights == [
        {Permission.ROOM_JOIN},
        {Permission.ROOM_JOIN, Permission.CAPTIONS_WRITE},
        SITTING_PERMISSIONS[SittingRole.MODERATOR],
    ]


@pytest.mark.parametrize(
    ("role", "codes", "words", "opens"),
    [
        (SittingRole.MODERATOR, [200, 200, 200, 200], None, "/present"),
        (SittingRole.CAPTIONER, [200, 403, 403, 200], "You caption this session.", "/captions"),
        (SittingRole.OBSERVER, [200, 403, 403, 403], "You observe this session.", ""),
    ],
)
def test_each_role_finds_its_pages(world, client, role, codes, words, opens):
    webinar = world.live_webinar()
    let_in(client, world.staff(webinar, role).person_id)
    room = f"/room/{webinar['code']}"

    pages = [client.get(f"{room}{end}") for end in ("", "/present", "/projector", "/captions")]
    own = client.get("/my").text

    assert [page.status_code for page in pages] == codes
    assert words is None or words in pages[0].text
    assert ("this session. You see what attendees see" in pages[0].text) == (words is not None)
    assert f'href="{room}{opens}"' in own
    assert role.value.capitalize() in own


def test_results_of_the_evaluation_are_for_who_runs_the_session(world, app, webinar):
    found = {}
    for role in (SittingRole.MODERATOR, *WATCHERS):
        client = let_in(app.test_client(), world.staff(webinar, role).person_id)
        found[role.value] = client.get(f"/manage/webinars/{webinar['code']}/evaluation").status_code

    assert found == {"moderator": 200, "captioner": 404, "observer": 404}
