import pytest
from page_words import let_in, words
from sqlalchemy import select

from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Role
from webinar_app.courses.models import Item
from webinar_app.courses.rules import ItemKind
from webinar_app.infra.db import read, write
from webinar_app.learning.rules import is_readable, lenient
from webinar_app.learning.services import mark_as_read
from webinar_app.registrations.models import ItemCompletion

BLOCKS = [
    {"type": "paragraph", "text": "An alliance is a bond. <script>alert(1)</script>"},
    {"type": "heading", "level": 2, "text": "Why"},
    {"type": "heading", "level": 3, "text": "Because"},
    {"type": "list", "ordered": True, "items": ["First", "Second"]},
    {"type": "list", "ordered": False, "items": ["Dot"]},
    {"type": "quote", "text": "Said once."},
    {"type": "new_kind"},
]
SECTIONS = [
    {
        "letter": "A", "title": "Why", "points": [
            {"number": 1, "term": "Warmth", "text": "Be kind.", "prompts": ["I see you."], "open_ended": True},
        ],
    }
]  # fmt: skip


@pytest.fixture
def webinar(world):
    """A sitting whose course has a page to read in unit 2."""
    made = world.webinar()
    write(fill, made["course"]["reading_item"], {"blocks": BLOCKS})
    return made


def fill(db, item_id, content):
    db.get_one(Item, item_id).content = content


def ledger():
    with read() as db:
        rows = db.execute(select(ItemCompletion.registration_id, ItemCompletion.item_id, ItemCompletion.evidence))
        return [tuple(row) for row in rows]


def path(webinar, unit=2):
    return f"/courses/{webinar['course']['slug']}/units/{unit}/1"


def test_registered_person_reads_it_typeset(client, world, webinar):
    let_in(client, world.attendee(webinar).person_id)

    page = client.get(path(webinar)).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<h2>Why</h2>" in page
    assert "<h3>Because</h3>" in page
    assert "<ol><li>First</li><li>Second</li></ol>" in page
    assert "<ul><li>Dot</li></ul>" in page
    assert "<blockquote><p>Said once.</p></blockquote>" in page
    assert "Mark as read" in page


def test_marking_writes_the_ledger_once_and_shows_it(client, world, webinar):
    member = world.attendee(webinar)
    let_in(client, member.person_id)

    first = client.post(path(webinar), data={"_key": "a-key-of-a-form"})
    again = client.post(path(webinar), data={"_key": "another-key-of-it"})

    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["Location"] == path(webinar) + "#read"
    assert ledger() == [(member.registration_id, webinar["course"]["reading_item"], {"kind": "read"})]
    page = words(client, path(webinar))
    assert "Marked as read" in page
    assert "Read it to the end" not in page


def test_join_link_reads_and_marks(client, world, webinar):
    member = world.attendee(webinar)
    let_in(client, member.person_id, member.registration_id)

    assert "Mark as read" in words(client, path(webinar))
    assert client.post(path(webinar), data={"_key": "a-key-of-a-form"}).status_code == 303
    assert len(ledger()) == 1


def test_stranger_is_told_to_register_and_marks_nothing(client, world, webinar):
    let_in(client, world.person("Eve Other"))

    assert client.get(path(webinar)).status_code == 403
    assert client.post(path(webinar), data={"_key": "a-key-of-a-form"}).status_code == 403
    assert ledger() == []


def test_guest_is_led_to_sign_in(client, webinar):
    response = client.get(path(webinar))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in?next=")


def test_coordinator_sees_a_preview_without_marking(client, world, webinar):
    let_in(client, world.person("Cora C", Role.COORDINATOR))

    page = words(client, path(webinar))

    assert "You see this as a coordinator" in page
    assert "Mark as read" not in client.get(path(webinar)).text.partition("<form")[2]


@pytest.mark.parametrize("unit", [1, 3, 9])
def test_what_is_no_page_to_read_is_not_found(client, world, webinar, unit):
    let_in(client, world.attendee(webinar).person_id)

    assert client.get(path(webinar, unit)).status_code == 404


def test_handout_item_is_readable_too(client, world, webinar):
    write(fill, webinar["course"]["reading_item"], {"sections": SECTIONS})
    let_in(client, world.attendee(webinar).person_id)

    page = client.get(path(webinar)).text

    assert "A.</span> Why" in page
    assert '<q id="say-a-1-1">I see you.</q>' in page


def test_service_refuses_who_is_not_registered_and_what_is_unknown(world, webinar):
    stranger = Actor(person_id=world.person("Eve Other"))
    slug = webinar["course"]["slug"]

    with pytest.raises(Forbidden) as refused:
        write(mark_as_read, stranger, slug, 2, 1, now=world.minutes_after_start(0))
    with pytest.raises(NotFound):
        write(mark_as_read, stranger, slug, 3, 1, now=world.minutes_after_start(0))

    assert refused.value.code == "learning.not_registered"


@pytest.mark.parametrize(
    ("kind", "content", "readable"),
    [
        (ItemKind.READING, {"blocks": BLOCKS}, True),
        (ItemKind.HANDOUT, {"sections": SECTIONS}, True),
        (ItemKind.READING, {"about": "something"}, True),
        (ItemKind.HANDOUT, {"about": "something"}, False),
        (ItemKind.WEBINAR, {"blocks": BLOCKS}, False),
    ],
)
def test_every_reading_has_a_page_and_a_handout_with_text(kind, content, readable):
    assert is_readable(kind, content) is readable


def test_lenient_content_has_none_for_what_is_missing():
    content = lenient({"list": [{"here": 1}]})

    assert (content["gone"], content["list"][0]["here"], content["list"][0]["gone"]) == (None, 1, None)
