"""Slides: from an uploaded PDF to a page that everybody sees."""

import documents
import pytest
import slides
from hypothesis import given
from hypothesis import strategies as st
from posted import run_jobs

from webinar_app.core.errors import DomainError, Forbidden, Refused
from webinar_app.core.permissions import SittingRole
from webinar_app.infra.db import read
from webinar_app.stage.queries import get_deck, get_slide
from webinar_app.stage.rules import MOST_DECKS, MOST_PAGES, check_page, deck_fault, may_read_slide, may_see_slide


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    staff, ada = world.staff(webinar), world.attendee(webinar, "Ada Lovelace")
    return {"staff": staff, "desk": doors.enter(staff), "ada": doors.enter(ada), "webinar": webinar, "member": ada}


def deck_of(room, code):
    with read() as db:
        deck = get_deck(db, room["webinar"]["id"], code)
        return {name: getattr(deck, name) for name in ("state", "pages", "drawn", "page", "furthest", "refusal")}


@given(st.integers(-2, 400), st.integers(0, 300))
def test_audience_looks_back_and_never_far_ahead(page, furthest):
    sees, reads = (may(page, furthest, is_staff=False) for may in (may_see_slide, may_read_slide))

    assert reads == (1 <= page <= furthest)
    assert sees == (furthest > 0 and 1 <= page <= furthest + 1)
    assert may_see_slide(page, furthest, is_staff=True)


@pytest.mark.parametrize("page", [0, 4])
def test_page_outside_the_deck_is_refused(page):
    check_page(3, 3)
    with pytest.raises(Refused, match="the last one is 3"):
        check_page(page, 3)


def test_faults_say_what_to_do():
    reasons = ("locked", "pages", "cpu", "timeout", "memory", "crashed", "document")
    sentences = {reason: (deck_fault(reason, 0), deck_fault(reason, 7)) for reason in reasons}

    assert all(one.endswith(".") and ("again" in one or "Send" in one) for pair in sentences.values() for one in pair)
    assert sentences["cpu"][1].startswith("Page 7 takes too long")


def test_pdf_becomes_slides_and_staff_hear_of_it(room):
    code = slides.add(room["staff"], data=documents.pdf("Trust", "Empathy", links=("https://a.example/x",)))
    run_jobs("stage.draw_slides")

    assert deck_of(room, code) == {"state": "ready", "pages": 2, "drawn": 2, "page": 0, "furthest": 0, "refusal": ""}
    with read() as db:
        first = get_slide(db, get_deck(db, room["webinar"]["id"], code), 1)
        assert (first.text, first.links, first.width, first.height) == ("Trust", ["https://a.example/x"], 1600, 900)
    told = [payload["deck"]["state"] for name, payload in room["desk"].events("staff") if name == "stage.deck_changed"]
    assert told == ["waiting", "drawing", "ready"]
    assert room["ada"].events() == []


@pytest.mark.parametrize(
    ("data", "words"), [(b"%PDF-1.4 broken", "cannot be read"), (documents.slow_pdf(200_000), "Page 1 takes too long")]
)
def test_pdf_that_cannot_be_drawn_says_why(room, data, words):
    code = slides.add(room["staff"], data=data)
    run_jobs("stage.draw_slides")

    found = deck_of(room, code)
    assert found["state"] == "refused"
    assert words in found["refusal"]
    answer = room["desk"].act("stage.change", kind="slides", deck=code)
    assert list(answer["error"]["fields"]) == ["deck"]


@pytest.mark.parametrize("pages", [0, MOST_PAGES + 1])
def test_pdf_without_or_with_too_many_pages_is_refused(room, pages):
    code = slides.add(room["staff"])
    slides.draw(code, pages)

    assert deck_of(room, code) | {"refusal": ""} == {
        "state": "refused", "pages": 0, "drawn": 0, "page": 0, "furthest": 0, "refusal": "",
    }  # fmt: skip


def test_slides_move_everybody(room):
    code = slides.ready(room["staff"])
    room["desk"].act("stage.change", kind="slides", deck=code)
    for page in (3, 2, 2):
        assert room["desk"].act("stage.show_slide", deck=code, page=page)["data"] == {"page": page}

    value = {"deck": code, "pages": 3, "links": ["https://a.example/x"]}
    first, third, second = (
        value | {"page": page, "furthest": furthest, "text": f"Slide {page}"}
        for page, furthest in ((1, 1), (3, 3), (2, 3))
    )
    assert room["ada"].events() == [
        ("stage.changed", {"stage": {"kind": "slides", "url": None, "text": "", "slides": first}}),
        ("stage.slide_moved", {"slides": third}),
        ("stage.slide_moved", {"slides": second}),
    ]
    assert room["ada"].snapshot()["shared"]["stage"]["slides"] == second


def test_slides_come_back_where_they_were(room):
    code = slides.ready(room["staff"])
    room["desk"].act("stage.change", kind="slides", deck=code)
    room["desk"].act("stage.show_slide", deck=code, page=2)
    room["desk"].act("stage.change", kind="none")
    away = room["desk"].act("stage.show_slide", deck=code, page=3)
    back = room["desk"].act("stage.change", kind="slides", deck=code)

    assert away["error"]["code"] == "stage.not_slides"
    assert back["data"]["stage"]["slides"]["page"] == 2


def test_preview_shows_what_would_be_and_changes_nothing(room):
    code = slides.ready(room["staff"])
    told = [
        room["desk"].ask("stage.preview", kind="slides", deck=code),
        room["desk"].ask("stage.preview", kind="youtube", address="https://youtu.be/dQw4w9WgXcQ"),
        room["desk"].ask("stage.preview", kind="youtube", address="https://evil.example"),
        room["ada"].ask("stage.preview", kind="none"),
    ]

    assert told[0]["data"]["stage"]["slides"]["page"] == 1
    assert told[1]["data"]["stage"]["url"] == "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"
    assert (told[2]["error"]["code"], told[3]["error"]["code"]) == ("stage.address", "forbidden")
    assert room["ada"].events() == []
    assert deck_of(room, code)["page"] == 0


@pytest.mark.parametrize(("page", "code"), [(9, "stage.page"), (0, "payload")])
def test_slide_that_is_not_there_is_refused(room, page, code):
    deck = slides.ready(room["staff"])
    room["desk"].act("stage.change", kind="slides", deck=deck)

    assert room["desk"].act("stage.show_slide", deck=deck, page=page)["error"]["code"] == code


def test_audience_and_other_sittings_move_nothing(room, world, doors):
    deck = slides.ready(room["staff"])
    room["desk"].act("stage.change", kind="slides", deck=deck)
    moderator = doors.enter(world.staff(room["webinar"], SittingRole.MODERATOR))
    elsewhere = doors.enter(world.staff(world.live_webinar()))

    assert room["ada"].act("stage.show_slide", deck=deck, page=2)["error"]["code"] == "forbidden"
    assert moderator.act("stage.show_slide", deck=deck, page=2)["error"]["code"] == "forbidden"
    assert elsewhere.act("stage.show_slide", deck=deck, page=2)["error"]["code"] == "deck.unknown"
    assert elsewhere.act("stage.change", kind="slides", deck=deck)["error"]["code"] == "deck.unknown"


def test_deck_is_removed_when_it_is_not_on_the_stage(room):
    deck = slides.ready(room["staff"])
    room["desk"].act("stage.change", kind="slides", deck=deck)
    with pytest.raises(Refused, match="stand on the stage"):
        slides.remove(room["staff"], deck)
    room["desk"].act("stage.change", kind="none")
    slides.remove(room["staff"], deck)

    assert room["desk"].snapshot()["staff"]["decks"] == []
    assert ("stage.deck_removed", {"deck": deck}) in room["desk"].events("staff")


def test_decks_of_a_sitting_are_counted(room):
    for number in range(MOST_DECKS):
        slides.add(room["staff"], f"{number}.pdf")

    with pytest.raises(Refused, match="Remove one"):
        slides.add(room["staff"])


def test_attendee_adds_no_deck(room):
    with pytest.raises((Forbidden, DomainError)):
        slides.add(room["member"])
