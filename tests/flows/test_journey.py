"""The main job, from an empty form to a certificate that strangers can verify: one journey, three browsers."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest
import steps_attendee as attendees
import steps_coordinator as coordinators
import steps_presenter as presenters
from browsers import DESKTOP, PHONE, Someone, Stand, is_marked, mark_page
from playwright.sync_api import Browser, expect
from readers import Event, calendar_part, find_mail, join_link_of, pdf_text, read_by_ical_js, read_by_icalendar
from seed_000 import TITLE

from webinar_app.accounts.queries import demo_sign_in_url

pytestmark = [pytest.mark.browser, pytest.mark.live]
QUESTION = "How do I repair an alliance that began under a court order?"


class Journey:
    """Who takes part, and what one part of the journey hands on to the next."""

    def __init__(self, browser: Browser, stand: Stand, people: list[Someone], folder: Path) -> None:
        self.browser, self.stand, self.people, self.folder = browser, stand, people, folder
        self.coordinator = self.someone("coordinator", timezone_id="America/New_York", **DESKTOP)
        self.presenter = self.someone("presenter", timezone_id="America/Los_Angeles", **DESKTOP)
        self.attendee = self.someone("attendee", timezone_id="America/Chicago", **PHONE)

    def someone(self, name: str, **options: object) -> Someone:
        """Let one more person take part."""
        one = Someone(self.browser, name, self.stand, **options)
        self.people.append(one)
        return one

    def plan(self) -> None:
        """The coordinator writes the course down, publishes it and prepares two polls."""
        self.coordinator.page.goto(demo_sign_in_url("coordinator"))
        self.starts_at = coordinators.write_course(self.coordinator)
        self.course = coordinators.publish(self.coordinator)
        self.code = coordinators.add_polls(self.coordinator, coordinators.GOALS, coordinators.TRUST)

    def gather(self) -> None:
        """The attendee registers as a guest and enters by the mail; the presenter opens the desk."""
        attendees.register(self.attendee, self.course)
        self.mail = find_mail(self.stand, attendees.EMAIL, "Your personal link")
        attendees.enter_lobby(self.attendee, join_link_of(self.mail, self.stand))
        self.presenter.page.goto(demo_sign_in_url("presenter"))
        presenters.open_desk(self.presenter, self.code)

    def read_calendars(self) -> None:
        """Two independent programs understand the invite and the download alike."""
        files = {"REQUEST": calendar_part(self.mail)}
        answer = self.attendee.context.request.get(f"/webinars/{self.code}/calendar.ics")
        assert answer.headers["content-type"].startswith("text/calendar")
        files["PUBLISH"] = answer.body()
        uid = read_by_icalendar(files["REQUEST"]).uid
        start = self.starts_at.astimezone(UTC)
        for method, data in files.items():
            expected = Event(method, uid, start, start + timedelta(minutes=75))
            assert (read_by_icalendar(data), read_by_ical_js(data)) == (expected, expected)

    def go_live(self) -> None:
        """The session begins by itself, at the desk and in the lobby, without a reload."""
        attendees.is_let_in(self.attendee, self.starts_at)
        presenters.is_on_air(self.presenter)
        assert is_marked(self.attendee)
        mark_page(self.presenter)

    def vote(self) -> None:
        """Two polls are launched by one key; the chart moves with the votes."""
        goals, trust = coordinators.GOALS, coordinators.TRUST
        presenters.launch_next_poll(self.presenter, goals.question)
        presenters.sees_votes(self.presenter, "The bond", 0, "0 %")
        attendees.vote(self.attendee, goals.question, "The bond")
        presenters.sees_votes(self.presenter, "The bond", 1, "100 %")
        presenters.close_poll(self.presenter)
        presenters.launch_next_poll(self.presenter, trust.question, at_once=True)
        attendees.vote(self.attendee, trust.question, "Yes")
        presenters.sees_votes(self.presenter, "Yes", 1, "100 %")

    def ask(self) -> None:
        """A question goes through moderation to answered; the room sees nothing of it before it is published."""
        attendees.watch_room(self.coordinator, self.code)
        keys, row = self.presenter.page.keyboard, attendees.ask(self.attendee, QUESTION)
        queued = presenters.queued(self.presenter, QUESTION)
        expect(queued).to_contain_text("Waits for you")
        expect(row).to_contain_text("Waiting for a moderator")
        seen = self.coordinator.page.locator("#questions .question").filter(has_text=QUESTION)
        expect(seen).to_have_count(0)
        keys.press("p")
        expect(seen).to_contain_text(attendees.SHOWN_NAME)
        expect(queued).not_to_contain_text("Waits for you")
        expect(row).not_to_contain_text("Waiting for a moderator")
        for key, at_desk, in_room in (
            ("t", "Being answered now", "Being answered now"),
            ("a", "Answered live", "Answered live"),
        ):
            keys.press(key)
            expect(queued).to_contain_text(at_desk)
            expect(row).to_contain_text(in_room)
            expect(seen).to_contain_text(in_room)

    def talk(self) -> None:
        """One announcement, and a word each in the chat."""
        announced, hello, welcome = (
            "The slides are on the course page.",
            "Greetings from Albany",
            "Welcome to everybody",
        )
        presenters.announce(self.presenter, announced)
        expect(self.attendee.page.locator("#announcements")).to_contain_text(announced)
        attendees.write_in_chat(self.attendee, hello)
        presenters.answer_in_chat(self.presenter, hello, welcome)
        hosted = self.attendee.page.locator("#messages .message").filter(has_text=welcome)
        expect(hosted.locator(".message__role")).to_have_text("Host")

    def finish(self) -> None:
        """The session ends, the evaluation comes by itself, and then the certificate, on the same page."""
        assert is_marked(self.presenter)
        presenters.end(self.presenter)
        attendees.is_taken_to_evaluation(self.attendee)
        attendees.evaluate(self.attendee)
        self.number, self.paper = attendees.download_certificate(self.attendee, self.folder)
        assert is_marked(self.attendee)
        text = pdf_text(self.paper)
        assert [words for words in (attendees.LEGAL_NAME, TITLE, self.number) if words not in text] == []
        assert find_mail(self.stand, attendees.EMAIL, self.number)

    def verify(self) -> None:
        """A stranger checks the number, the file, and a file of which one byte was changed."""
        page = self.someone("stranger", **DESKTOP).page
        page.goto("/verify")
        page.get_by_label("Number").fill(self.number)
        page.get_by_role("button", name="Check").click()
        expect(page.locator(".verdict h2")).to_have_text("Valid")
        expect(page.get_by_role("main")).not_to_contain_text(attendees.LEGAL_NAME)
        expect(page.get_by_role("main")).to_contain_text(TITLE)
        self.upload(page, self.paper)
        expect(page.get_by_role("main")).to_contain_text("This is the very file that we issued")
        expect(page.get_by_role("main")).to_contain_text(attendees.LEGAL_NAME)
        data = bytearray(self.paper.read_bytes())
        data[len(data) // 2] ^= 1
        changed = self.folder / "changed.pdf"
        changed.write_bytes(data)
        self.upload(page, changed)
        expect(page.locator(".verdict h2")).to_have_text("This file has been changed")

    @staticmethod
    def upload(page, paper: Path) -> None:
        """Hand a PDF to the form; the number stands there already."""
        page.get_by_label("PDF").set_input_files(paper)
        page.get_by_role("button", name="Check").click()


def test_from_an_empty_form_to_a_verified_certificate(browser, stand, people, tmp_path):
    journey = Journey(browser, stand, people, tmp_path)

    journey.plan()
    journey.gather()
    journey.read_calendars()
    journey.go_live()
    journey.vote()
    journey.ask()
    journey.talk()
    journey.finish()
    journey.verify()

    assert [trouble for someone in people for trouble in someone.troubles] == []
    logs = stand.log("web.log") + stand.log("worker.log")
    assert [line for line in logs.splitlines() if "Traceback" in line or "ERROR" in line] == []
