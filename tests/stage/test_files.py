"""Slides over HTTP: uploaded by staff, loaded by members as far as they were shown."""

import io

import documents
import pytest
import slides
from page_words import let_in

from webinar_app.core.clock import utc_now
from webinar_app.infra.db import write
from webinar_app.stage.rules import StageKind
from webinar_app.stage.services import change_stage
from webinar_app.stage.services.decks import move_slide


@pytest.fixture
def place(world, app):
    webinar = world.live_webinar()
    staff, ada = world.staff(webinar), world.attendee(webinar, "Ada Lovelace")
    browsers = {"desk": let_in(app.test_client(), staff.person_id), "ada": let_in(app.test_client(), ada.person_id)}
    browsers["other"] = let_in(app.test_client(), world.attendee(world.live_webinar(), "Otto").person_id)
    return browsers | {"staff": staff, "code": webinar["code"], "url": f"/manage/webinars/{webinar['code']}/slides"}


def sent(data=None, name="Talk.pdf", key="a key of a form"):
    return {"_key": key, "file": (io.BytesIO(documents.pdf("One") if data is None else data), name)}


def show(place, deck, page):
    write(change_stage, place["staff"], StageKind.SLIDES, "", "", deck, now=utc_now())
    write(move_slide, place["staff"], deck, page, now=utc_now())


def test_upload_leads_back_and_is_told_as_json_too(place):
    first = place["desk"].post(place["url"], data=sent())
    again = place["desk"].post(place["url"], data=sent())
    asked = place["desk"].post(place["url"], data=sent(key="another key"), headers={"Accept": "application/json"})
    told = place["desk"].get(place["url"]).json["decks"]

    assert (first.status_code, again.status_code, asked.status_code) == (303, 303, 200)
    assert [deck["name"] for deck in told] == ["Talk.pdf", "Talk.pdf"]
    assert asked.json["deck"] in [deck["code"] for deck in told]
    assert "Talk.pdf" in place["desk"].get(f"/manage/webinars/{place['code']}/stage").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "This file is empty."), (b"MZ program", "This is not a PDF."),
        (documents.picture(), "This is not a PDF."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is not a PDF."),
    ],
)  # fmt: skip
def test_other_files_are_refused_with_a_sentence(place, data, words):
    page = place["desk"].post(place["url"], data=sent(data))
    asked = place["desk"].post(place["url"], data=sent(data), headers={"Accept": "application/json"})

    assert (page.status_code, asked.status_code) == (422, 422)
    assert words in page.text
    assert words in asked.json["detail"]
    assert place["desk"].get(place["url"]).json["decks"] == []


def test_members_load_what_was_shown_and_one_ahead(place):
    deck = slides.ready(place["staff"], pages=4)
    address = f"/files/{place['code']}/slides/{deck}"

    def loaded(who, what):
        return [place[who].get(f"{address}/{page}/{what}").status_code for page in range(1, 6)]

    assert loaded("ada", "picture.webp") == [404] * 5
    show(place, deck, 2)
    assert loaded("ada", "picture.webp") == loaded("ada", "thumb.webp") == [200, 200, 200, 404, 404]
    assert loaded("ada", "words") == [200, 200, 404, 404, 404]
    assert loaded("desk", "picture.webp") == [200, 200, 200, 200, 404]
    assert loaded("other", "picture.webp") == [403] * 5
    assert place["ada"].get(f"{address}/1/source.webp").status_code == 404


def test_files_can_do_nothing_in_a_page(place):
    deck = slides.ready(place["staff"])
    show(place, deck, 1)
    answer = place["ada"].get(f"/files/{place['code']}/slides/{deck}/1/picture.webp")

    kept = ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control", "Content-Disposition")
    assert {name: answer.headers[name] for name in kept} == {
        "Content-Type": "image/webp",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=604800, immutable",
        "Content-Disposition": "attachment; filename=\"slide-1.webp\"; filename*=UTF-8''slide-1.webp",
    }
    assert answer.data == b"a picture"


def test_staff_search_in_all_words(place):
    deck = slides.ready(place["staff"], pages=2)
    address = f"/files/{place['code']}/slides/{deck}/words"

    told = place["desk"].get(address).json
    assert told == {"slides": [{"page": 1, "text": "Slide 1"}, {"page": 2, "text": "Slide 2"}]}
    assert place["ada"].get(address).status_code == 404


def test_deck_is_chosen_before_the_session(place):
    deck = slides.ready(place["staff"])
    url = f"/manage/webinars/{place['code']}/stage"
    without = place["desk"].post(url, data={"kind": "slides", "deck": "", "_key": "a key of a form"})
    taken = place["desk"].post(url, data={"kind": "slides", "deck": deck, "_key": "another form's key"})
    gone = place["desk"].post(f"{place['url']}/{deck}/remove", data={"_key": "the third key"})

    assert (without.status_code, taken.status_code, gone.status_code) == (422, 303, 409)
    assert "Choose which slides" in without.text
    assert "On the stage" in place["desk"].get(url).text
