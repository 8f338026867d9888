"""The coordinator's journey through a browser without scripts."""

import re
from html import unescape

import pytest
from factories import NOW
from seed_000 import FORM, OBJECTIVES, TITLE, UPCOMING
from sqlalchemy import event, func, select

from webinar_app.accounts.services.signing import sign_in
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.courses import queries
from webinar_app.courses.models import Course, CourseDraft
from webinar_app.infra.db import read, write
from webinar_app.providers.models import Provider
from webinar_app.webinars.queries import list_sittings

EVIL = '"><img src=x onerror=alert(1)>'

PRESENTER = ("presenters-0-name", "presenters-0-postnominals", "presenters-0-bio")
NO_UNITS = {name: "" for name in FORM if name.startswith("units-") and name.endswith(("-title", "-minutes"))}


def enter(client, person_id):
    token = write(sign_in, person_id, "password", device="Firefox on Linux", now=utc_now())
    with client.session_transaction() as held:
        held["sign_in"] = token


@pytest.fixture
def cora(world, client):
    person_id = world.person("Cora Coordinator", Role.COORDINATOR, zone="America/New_York")
    enter(client, person_id)
    return world.actor(person_id, Role.COORDINATOR)


def text(answer):
    """The words of a page as a reader sees them."""
    page = re.sub(r"<(script|style|svg)\b.*?</\1>", "", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ").split())


def view(slug):
    with read() as db:
        course = queries.get_by_slug(db, slug)
        return queries.course_view(db, course) | {"sittings": list_sittings(db, course.id)}


def slug_of(answer):
    assert answer.status_code == 303, text(answer)
    return answer.headers["Location"].split("/")[-1].split("?")[0]


def count(model):
    with read() as db:
        return db.scalar(select(func.count()).select_from(model))


def test_course_of_seed_000_goes_from_an_empty_form_to_the_catalogue(client, cora):
    assert client.get("/manage/courses/new").status_code == 200

    slug = slug_of(client.post("/manage/courses/new", data=FORM))
    page = client.get(f"/manage/courses/{slug}")
    published = client.post(f"/manage/courses/{slug}/publish", data={"_key": "publish-1"})

    found = view(slug)
    assert "Ready to publish" in text(page)
    assert "Tuesday 24 November 2026, 12:00 p.m. ET" in text(page)
    assert (published.status_code, found["state"], found["title"]) == (303, "published", TITLE)
    assert (found["objectives"], found["audience"]) == (OBJECTIVES, ["Treatment providers", "Counselors"])
    assert (found["description"], found["series"]["number"]) == (["First paragraph.", "Second paragraph."], 3)
    assert [unit["items"][0]["kind"] for unit in found["units"]] == ["webinar", "reading", "evaluation"]
    assert [(one["state"], one["typed"], one["minutes"]) for one in found["sittings"]] == [("scheduled", UPCOMING, 75)]


def test_form_sent_twice_makes_one_course(client, cora):
    first = client.post("/manage/courses/new", data=FORM)
    second = client.post("/manage/courses/new", data=FORM)

    assert (slug_of(first), count(Course)) == (slug_of(second), 1)


def test_editor_saves_what_it_shows_and_changes_nothing_by_itself(client, cora):
    slug = slug_of(client.post("/manage/courses/new", data=FORM))
    before = view(slug)
    page = client.get(f"/manage/courses/{slug}").text
    form = page[page.index('id="course-form"') : page.index("</form>", page.index('id="course-form"'))]

    client.post(f"/manage/courses/{slug}", data=fields(form) | {"_key": "edit-key-1"})

    assert {k: v for k, v in view(slug).items() if k != "updated_at"} == {
        k: v for k, v in before.items() if k != "updated_at"
    }


def test_tz3_saving_a_course_says_which_clock_its_words_name_wrongly(client, cora):
    slug = slug_of(client.post("/manage/courses/new", data=FORM | {"typed": "July 14, 2027 12:00 p.m. ET"}))
    page = client.get(f"/manage/courses/{slug}").text
    form = page[page.index('id="course-form"') : page.index("</form>", page.index('id="course-form"'))]
    changed = fields(form) | {"_key": "edit-key-1", "refund_policy": "Until noon EST.", "description": "Noon EDT."}

    answer = client.post(f"/manage/courses/{slug}", data=changed, follow_redirects=True)

    assert "Refunds: “EST” is the wrong word on 14 July 2027: write “EDT”, or “ET”" in answer.text
    assert answer.text.count("is the wrong word") == 1


def fields(form):
    """What a browser would send of a form."""
    sent = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_off = attributes.get("type") in ("checkbox", "radio") and " checked" not in tag
        if attributes.get("name") and not is_off:
            sent[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.S):
        sent[name] = unescape(value)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r"<option selected[^>]*value=\"([^\"]*)\"", options)
        sent[name] = unescape(chosen[1]) if chosen else ""
    sent.pop("link_presenter", None)
    return sent


@pytest.mark.parametrize(
    "changes,sentence",
    [
        ({"title": ""}, "Give the course a title."),
        ({"title": "x" * 251}, "Keep this within 250 characters."),
        ({"minutes": "4"}, "Write a whole number from 5 to 720."),
        ({"price": "forty"}, "Write an amount such as 0, 40 or 1.25."),
        ({"presenters-0-email": "nobody@example.org"}, "Nobody with this address has an account yet."),
        ({"typed": "next Tuesday"}, "Write the date with its year"),
        (NO_UNITS, "Add a unit with a webinar"),
        ({"units-0-title": ""}, "Give this unit a title, or remove the unit."),
        ({"units-1-title": "", "units-1-items-0-title": "x"}, "Give this unit a title"),
        ({"presenters-0-name": ""}, "Write the name of this presenter, or remove the row."),
        ({"credits-0-type": ""}, "Name the type of this credit, or remove the offer."),
        ({"series_name": ""}, "Name the series, or leave its number empty."),
        ({"typed": ""}, "Give the session a date, or leave minutes, seats and place empty."),
        ({"precision": "none"}, "Choose above that a date is known, or leave this empty."),
        ({"venue_access": "Ramp"}, "Choose a way of holding it with people in a room, or leave this empty."),
        ({"delivery": "in_person"}, "Choose a way of holding it with people online, or leave this empty."),
    ],
)
def test_wrong_input_is_named_and_everything_typed_is_kept(client, cora, changes, sentence):
    answer = client.post("/manage/courses/new", data=FORM | {"summary": EVIL} | changes)

    assert (answer.status_code, count(Course)) == (422, 0)
    assert sentence in text(answer)
    assert "Everything else you typed is kept." in text(answer)
    assert all(words in unescape(answer.text) for words in (OBJECTIVES[2], "San Luis Obispo", "Counselors", EVIL))
    assert "<img src=x" not in answer.text


def test_markup_in_every_field_is_shown_as_text(client, cora):
    evil = {name: EVIL for name in FORM if name.endswith(("-text", "-name", "-bio", "-title", "-type"))}
    more = {"title": EVIL, "category": EVIL, "series_name": EVIL, "code": EVIL[:20]}

    slug = slug_of(client.post("/manage/courses/new", data=FORM | evil | more))

    pages = [
        client.get(address).text for address in (f"/manage/courses/{slug}", "/manage/courses", "/manage/courses/new")
    ]
    assert all("&lt;img src=x onerror=alert(1)&gt;" in page and "<img src=x" not in page for page in pages)


@pytest.mark.parametrize(
    "changes,sentence",
    [
        ({f"objectives-{n}-text": "" for n in range(3)}, "Write at least one learning objective."),
        ({"audience": ""}, "Say whom this is for."),
        ({"level": ""}, "Choose a level."),
        ({"price": ""}, "State the fee, or that there is none."),
        ({"price": "40"}, "Say until when a cancellation is refunded."),
        ({"typed": "", "minutes": "", "capacity_online": ""}, "Set date, time and time zone."),
        (dict.fromkeys(PRESENTER, ""), "Add at least one presenter."),
        ({"presenters-0-bio": "", "presenters-0-postnominals": ""}, "Add the credentials of Dr. Michael McGee."),
        ({"credits-0-amount": ""}, "Say how much credit each offer gives."),
        ({"credits-0-statement": ""}, "Add the approval statement to each offer of credit."),
        ({"units-2-title": ""}, "Add an evaluation; a credit certificate needs one."),
    ],
)
def test_publishing_is_refused_with_what_is_missing(client, cora, changes, sentence):
    slug = slug_of(client.post("/manage/courses/new", data=FORM | changes))

    answer = client.post(f"/manage/courses/{slug}/publish", data={"_key": "publish-1"})

    assert (answer.status_code, view(slug)["state"]) == (422, "draft")
    assert "One thing before you can publish" in text(answer)
    anchor = re.search(rf'<a href="#([\w-]+)">{re.escape(sentence)}</a>', answer.text)
    assert anchor is not None
    assert f'id="{anchor[1]}"' in answer.text


def test_past_date_is_a_warning_and_published_as_ended(client, cora):
    past = FORM | {"typed": "October 14, 2025 12:00 p.m. ET"}

    shown = client.post("/manage/courses/new", data=past | {"do": "time.read"})
    slug = slug_of(client.post("/manage/courses/new", data=past))
    client.post(f"/manage/courses/{slug}/publish", data={"_key": "publish-1"})

    assert "Tuesday 14 October 2025, 12:00 p.m. ET = 16:00 UTC, noon" in text(shown)
    assert "published as ended, with registration closed" in text(shown)
    assert [one["state"] for one in view(slug)["sittings"]] == ["ended"]


def test_hour_that_does_not_exist_offers_two_others(client, cora):
    answer = client.post("/manage/courses/new", data=FORM | {"typed": "March 14, 2027 2:30 a.m. ET"})
    used = client.post("/manage/courses/new", data=FORM | {"do": "time.use:Sunday 14 March 2027, 3:00 a.m. ET"})

    assert answer.status_code == 422
    assert "Use Sunday 14 March 2027, 1:30 a.m. ET" in text(answer)
    assert "Use Sunday 14 March 2027, 3:00 a.m. ET" in text(answer)
    assert "People will read Sunday 14 March 2027, 3:00 a.m. ET = 07:00 UTC" in text(used)


def test_repeated_hour_asks_which_one(client, cora):
    typed = FORM | {"typed": "November 7, 2027 1:30 a.m. ET"}

    asked = client.post("/manage/courses/new", data=typed)
    slug = slug_of(client.post("/manage/courses/new", data=typed | {"fold": "1"}))

    assert asked.status_code == 422
    assert 'aria-describedby="fold-error"' in asked.text
    assert 'id="fold-error"' in asked.text
    assert "The first: 1:30 a.m. EDT, 05:30 UTC" in text(asked)
    assert "The second: 1:30 a.m. EST, 06:30 UTC" in text(asked)
    sitting = view(slug)["sittings"][0]
    assert (sitting["starts_at"].hour, sitting["words"]) == (6, "Sunday 7 November 2027, 1:30 a.m. EST")


def test_season_is_corrected_in_schedule_and_title(client, cora):
    typed = FORM | {"title": "Alliance at noon EST", "typed": "July 14, 2027 12:00 p.m. EST", "do": "time.read"}

    answer = client.post("/manage/courses/new", data=typed)

    assert (
        text(answer).count("“EST” is the wrong word on 14 July 2027: write “EDT”, or “ET”, which is right all year.")
        == 1
    )
    assert "= 16:00 UTC" in text(answer)


def test_time_is_read_back_as_json(client, cora):
    sent = {"typed": "November 24, 2026 9:30 p.m. ET", "time_zone": "America/New_York", "title": "Plain"}

    answer = client.get("/manage/time", query_string=sent)

    assert answer.json == {
        "words": "Tuesday 24 November 2026, 9:30 p.m. ET", "utc": "02:30 UTC on Wednesday 25 November", "yours": "",
        "helper": "", "warnings": [], "problem": "", "field": "typed", "choices": [],
    }  # fmt: skip


def test_rows_are_added_moved_and_removed_without_scripts(client, cora):
    moved = client.post("/manage/courses/new", data=FORM | {"do": "objectives.2.up"})
    added = client.post("/manage/courses/new", data=FORM | {"do": "units.1.items.add"})
    removed = client.post("/manage/courses/new", data=FORM | {"do": "objectives.0.remove"})
    odd = client.post("/manage/courses/new", data=FORM | {"do": "objectives.99.up"})

    assert [answer.status_code for answer in (moved, added, removed, odd)] == [200] * 4
    assert fields(moved.text)["objectives-1-text"] == OBJECTIVES[2]
    assert "units-1-items-1-kind" in fields(added.text)
    assert [fields(removed.text).get(f"objectives-{n}-text") for n in range(3)] == [
        OBJECTIVES[1],
        OBJECTIVES[2],
        None,
    ]
    assert (fields(odd.text)["objectives-0-text"], count(Course)) == (OBJECTIVES[0], 0)


def test_draft_comes_back_on_another_computer_and_can_be_discarded(app, client, cora):
    typed = {name: [value] for name, value in FORM.items() if name != "_key"}
    kept = client.post("/manage/drafts", json={"place": "new", "fields": typed})
    other = app.test_client()
    enter(other, cora.person_id)

    page = other.get("/manage/courses/new")
    other.post("/manage/drafts/discard", data={"_key": "discard-1", "place": "new"})

    assert (kept.status_code, list(kept.json)) == (200, ["saved_at"])
    assert "restored." in text(page)
    assert fields(page.text)["objectives-2-text"] == OBJECTIVES[2]
    assert (count(CourseDraft), "restored." in text(client.get("/manage/courses/new"))) == (0, False)


def test_draft_is_gone_once_the_course_is_saved(client, cora):
    client.post("/manage/drafts", json={"place": "new", "fields": {"title": ["Half"]}})

    client.post("/manage/courses/new", data=FORM)

    assert count(CourseDraft) == 0


@pytest.mark.parametrize("sent", [{}, {"place": "new"}, {"place": "new", "fields": {"a": "b"}}, [1]])
def test_broken_draft_is_refused(client, cora, sent):
    assert (client.post("/manage/drafts", json=sent).status_code, count(CourseDraft)) == (422, 0)


def test_list_finds_by_text_state_and_kind(client, cora, world):
    world.course(title="Alliance in families", code="FAM1")
    world.course(title="Ruptures", code="RUP1", state="draft", kind="presentation")

    found = text(client.get("/manage/courses?q=famil&state=published"))
    nothing = text(client.get("/manage/courses?q=famil&state=draft"))

    assert ("Alliance in families" in found, "Ruptures" in found, "1 course" in found) == (True, False, True)
    assert "Nothing matches" in nothing


def test_list_of_nothing_says_what_will_be_here(client, cora):
    assert "No courses yet" in text(client.get("/manage/courses"))


def test_list_needs_as_many_reads_for_three_courses_as_for_one(client, cora, world):
    def reads():
        found = []
        with read() as db:
            bind = db.get_bind()

        def note(*sent):
            found.append(sent[2])

        event.listen(bind, "before_cursor_execute", note)
        client.get("/manage/courses")
        event.remove(bind, "before_cursor_execute", note)
        return len(found)

    world.webinar()
    one = reads()
    world.webinar()
    world.webinar()

    assert reads() == one > 4


ADDRESSES = ("/manage/courses", "/manage/courses/new", "/manage/courses/{slug}", "/manage/time?typed=x")


@pytest.mark.parametrize("address", ADDRESSES)
def test_presenters_and_guests_are_kept_out(client, world, address):
    slug = world.course()["slug"]
    guest = client.get(address.format(slug=slug))
    enter(client, world.person("Paul", Role.PRESENTER))

    presenter = client.get(address.format(slug=slug))

    assert (guest.status_code, presenter.status_code) == (302, 403)


def test_course_of_another_provider_does_not_exist(client, cora, world):
    def other(db):
        row = Provider(slug="other", name="Other", time_zone="UTC", created_at=NOW)
        db.add(row)
        db.flush()
        return row.id

    world.provider_id = write(other)
    slug = world.course()["slug"]

    shown = client.get(f"/manage/courses/{slug}")
    changed = client.post(f"/manage/courses/{slug}/publish", data={"_key": "publish-1"})
    listed = text(client.get("/manage/courses"))

    assert (shown.status_code, changed.status_code, "No courses yet" in listed) == (404, 404, True)


def test_former_address_leads_to_the_present_one(client, cora):
    slug = slug_of(client.post("/manage/courses/new", data=FORM))
    page = client.get(f"/manage/courses/{slug}").text
    form = page[page.index('id="course-form"') :]

    client.post(f"/manage/courses/{slug}", data=fields(form) | {"slug": "alliance", "_key": "edit-key-1"})

    moved = client.get(f"/manage/courses/{slug}")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/manage/courses/alliance")
