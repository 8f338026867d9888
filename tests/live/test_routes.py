"""The room's pages and its ticket."""

import pytest

from webinar_app.accounts.services.signing import sign_in
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import write
from webinar_app.live.documents import join_square
from webinar_app.webinars.rules import WebinarState


@pytest.fixture
def browser(app):
    def signed_in(person_id, registration_id=None):
        client = app.test_client()
        method = "join_link" if registration_id else "password"
        token = write(sign_in, person_id, method, registration_id=registration_id, device="Test", now=utc_now())
        with client.session_transaction() as web_session:
            web_session["sign_in"] = token
        return client

    return signed_in


def test_room_shows_its_title_and_marks_the_browser(world, browser):
    webinar = world.live_webinar()
    member = world.attendee(webinar)
    client = browser(member.person_id)

    first, second = (client.get(f"/room/{webinar['code']}") for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert "Building a Therapeutic Alliance" in first.text
    cookies = [name for name in first.headers.getlist("Set-Cookie") if name.startswith("device=")]
    assert len(cookies) == 1
    assert "HttpOnly" in cookies[0]
    assert not any(name.startswith("device=") for name in second.headers.getlist("Set-Cookie"))
    assert first.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("state", [WebinarState.SCHEDULED, WebinarState.ENDED, WebinarState.CANCELLED])
def test_room_has_a_page_in_every_phase_and_by_join_link(world, browser, state):
    ended = {"ended_at": utc_now()} if state is WebinarState.ENDED else {}
    webinar = world.webinar(state=state, **ended)
    member = world.attendee(webinar)

    page = browser(member.person_id, member.registration_id).get(f"/room/{webinar['code']}")

    assert page.status_code == 200
    assert webinar["code"] in page.text
    if state is WebinarState.ENDED:
        assert f"/evaluations/{webinar['code']}" in page.text


def test_ticket_opens_the_door(world, browser, doors):
    webinar = world.live_webinar()
    member = world.attendee(webinar)
    client = browser(member.person_id, member.registration_id)

    answer = client.post(f"/room/{webinar['code']}/ticket")

    assert (answer.status_code, list(answer.json)) == (200, ["ticket"])
    assert answer.headers["Cache-Control"] == "no-store"
    inside = doors.knock(answer.json)
    assert inside.is_connected
    assert inside.snapshot()["own"]["registered"] is True


def test_ticket_of_a_sign_in_that_ended_opens_nothing(world, browser, doors):
    from webinar_app.accounts.models import RevocationCause
    from webinar_app.accounts.services.signing import end_all

    webinar = world.live_webinar()
    member = world.attendee(webinar)
    ticket = browser(member.person_id).post(f"/room/{webinar['code']}/ticket").json
    write(end_all, member.person_id, RevocationCause.SIGN_OUT, now=utc_now())

    assert not doors.knock(ticket).is_connected


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": WebinarState.ENDED}, "room.ended"),
        ({"state": WebinarState.CANCELLED}, "room.cancelled"),
        ({"state": WebinarState.DRAFT}, "room.early"),
    ],
)
def test_no_ticket_where_no_room_is_open(world, browser, changes, code):
    webinar = world.webinar(**changes)
    client = browser(world.attendee(webinar).person_id)

    answer = client.post(f"/room/{webinar['code']}/ticket", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["code"]) == (409, code)


def test_who_is_not_registered_is_told_where_to_register(world, browser):
    webinar = world.live_webinar()
    client = browser(world.person("Eve Elsewhere"))

    page = client.get(f"/room/{webinar['code']}")

    assert page.status_code == 403
    assert "You are not registered for this session. Register first." in page.text
    assert f"/courses/{webinar['course']['slug']}" in page.text
    assert client.post(f"/room/{webinar['code']}/ticket").status_code == 403


def test_unknown_room_and_signed_out_people(world, browser, app):
    webinar = world.live_webinar()

    assert browser(world.person()).get("/room/NOSUCH00").status_code == 404
    assert app.test_client().get(f"/room/{webinar['code']}").headers["Location"].startswith("/sign-in?next=")
    assert app.test_client().post(f"/room/{webinar['code']}/ticket").status_code == 403


def test_desk_is_for_staff(world, browser):
    webinar = world.live_webinar()
    coordinator = world.person("Cora Coordinator", Role.COORDINATOR)
    people = [world.staff(webinar).person_id, coordinator, world.attendee(webinar).person_id]

    assert [browser(one).get(f"/room/{webinar['code']}/present").status_code for one in people] == [200, 200, 403]


def test_leaving_goes_on_to_the_course_or_after_the_end_to_the_evaluation(world, browser):
    live, ended = world.live_webinar(), world.webinar(state=WebinarState.ENDED)
    goals = []
    for webinar in (live, ended):
        member = world.attendee(webinar)
        goals.append(browser(member.person_id).post(f"/room/{webinar['code']}/leave").headers["Location"])

    base = "http://127.0.0.1:5000"
    assert goals == [f"{base}/courses/{live['course']['slug']}", f"{base}/evaluations/{ended['code']}"]


def test_projector_opens_for_staff_and_shows_how_to_join(world, browser):
    webinar = world.live_webinar()
    staff, ada = browser(world.staff(webinar).person_id), browser(world.attendee(webinar).person_id)

    page, refused = (client.get(f"/room/{webinar['code']}/projector") for client in (staff, ada))

    assert (page.status_code, refused.status_code) == (200, 403)
    assert f"QR code: http://127.0.0.1:5000/j/{webinar['code']}" in page.text
    assert f"{webinar['code'][:4]} {webinar['code'][4:]}" in page.text
    assert "<button" not in page.text.partition("<main")[2].partition("</main>")[0]


def test_short_address_leads_into_the_room_or_to_registration(world, browser, app):
    webinar = world.live_webinar()
    code = webinar["code"]
    typed = f"{code[:4].lower()}-{code[4:]}"
    guest, ada = app.test_client(), browser(world.attendee(webinar).person_id)

    assert ada.get(f"/j/{typed}").location == f"/room/{code}"
    assert guest.get(f"/j/{typed}").location == f"/webinars/{code}/register"
    assert guest.get("/j/NOTHERE1").status_code == 404


def test_square_can_be_read_back():
    made = join_square("https://rostrum.example/j/9RJKCRV5")

    assert (made.place, made.code, made.size) == ("rostrum.example/j", "9RJK CRV5", 33)
    assert made.path.startswith("M2 2h7v1h-7z")
