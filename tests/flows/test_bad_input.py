"""Bad input at every form: a sentence that says what to do, and what was typed is still there."""

import re
from html.parser import HTMLParser
from io import BytesIO

import databases
import pytest
from form_cases import AFTER, BEFORE, OPEN
from house import NOWHERE, build, prepare
from page_words import let_in, words_of
from sqlalchemy import select

from webinar_app.app import create_app
from webinar_app.config import settings
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read
from webinar_app.polls.models import Poll

WORDS = "Plain words for people"
BAD = {
    "empty": "", "long": "x" * 10_000, "control": "a\x00b\x1b\x7f\u2028c", "number": "NaN", "huge": "9" * 40,
    "negative": "-1", "choice": "no-such-choice", "markup": '"><b>[x', "half": "\ud800", "digits": "١٢",
}  # fmt: skip
JARGON = re.compile(r"Traceback|Not a valid|Invalid|Field |Error:|None|could not coerce")
FEW = 12
OURS = ("confirm", "item_id")  # hidden values of the page itself
STRICTEST = pytest.mark.parametrize("database_url", databases.KINDS[-1:], indirect=True)  # it refuses more than SQLite
_sent = iter(range(10**6))


class Page(HTMLParser):
    """Collects the typed values of a page by name, and the sentences that it says are wrong."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.told: list[str] = []
        self._into: list[str] | None = None
        self._in_errors = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name, kind = given.get("name") or "", given.get("type") or "text"
        if tag == "input" and kind in ("text", "email", "hidden", "date", "search"):
            self.values.setdefault(name, []).append(given.get("value") or "")
        elif tag == "textarea":
            self._into = self.values.setdefault(name, [])
            self._into.append("")
        elif given.get("class") in ("field__error", "standfirst"):
            self._into = self.told
            self._into.append("")
        self._in_errors = self._in_errors or "data-error-summary" in given
        if tag == "li" and self._in_errors:
            self._into = self.told
            self._into.append("")

    def handle_endtag(self, tag):
        if tag in ("textarea", "p", "li"):
            self._into = None
        self._in_errors = self._in_errors and tag != "ul"

    def handle_data(self, data):
        if self._into is not None:
            self._into[-1] += data


def plain(text):
    """Give a text as a form can carry it."""
    return re.sub(r"\s+", " ", re.sub("[\x00\ud800-\udfff]", "", text)).strip()


def faults(endpoint, answer, sent, changed):
    """Give what is wrong with an answer to bad input."""
    if answer.status_code < 400:
        return []
    if answer.status_code >= 500:
        return [(endpoint, changed, answer.status_code)]
    if answer.mimetype != "text/html":
        told = str(answer.json)
        return [] if told.rstrip("}'\" ").count(".") else [(endpoint, changed, told)]
    page = Page(answer.text.partition("<main")[2])
    sentences = [" ".join(one.split()) for one in page.told]
    said = [one for one in sentences if re.search(r"[A-Z][^.]{8,}\.", one)]
    found = [(endpoint, changed, "no sentence", sentences[:9])] if not said else []
    found += [(endpoint, changed, one) for one in sentences if JARGON.search(one) and WORDS not in one]
    for name, value in sent.items():
        if answer.status_code == 422 and name in page.values and name not in OURS:
            kept = [plain(one) for one in page.values[name]]
            if plain(value) not in kept:
                found.append((endpoint, changed, f"{name} was lost", kept))
    return found


def variants(valid):
    """Give `(what is bad, form)`: everything bad in each way, and each field bad alone in one of them."""
    for kind, value in BAD.items():
        yield f"all {kind}", dict.fromkeys(valid, value)
    kinds = list(BAD.items())
    if len(valid) > FEW:
        return  # the long forms have one kind of check in each of many fields
    for at, name in enumerate(valid):
        for kind, value in (kinds[at % len(kinds)], ("long", BAD["long"])):
            yield f"{name} {kind}", valid | {name: value}


def send_all(house, cases):
    found = []
    for endpoint, (role, valid) in cases.items():
        path = house.path(endpoint, "POST")
        for changed, form in [("no key", None), *variants(valid)]:
            # A half of a surrogate pair cannot be encoded: browsers send what stands for it.
            data = {name: value.encode("utf-8", "replace").decode() for name, value in (form or valid).items()}
            key = {} if form is None else {"_key": f"{next(_sent):08}"}
            answer = house.client(role).post(path, data=data | key)
            found += faults(endpoint, answer, data, changed)
    return found


def posts(app):
    return {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}


def test_every_form_has_its_case(app):
    assert posts(app) == BEFORE.keys() | OPEN.keys() | AFTER.keys()


@STRICTEST
def test_bad_input_before_the_session(world, app):
    house = prepare(world, app, WORDS)
    house.names |= {"number": NOWHERE["number"]}
    with read() as db:
        house.names["poll"] = db.scalars(select(Poll.code)).first()

    assert send_all(house, BEFORE) == []


@STRICTEST
def test_bad_input_while_the_evaluation_is_open(world, app, doors):
    house = build(world, app, doors, WORDS, is_done=False)
    page = house.client("attendee").get(house.path("evaluations.form")).text
    names = set(re.findall(r'<(?:input|textarea)[^>]* name="([^"]+)"', page)) - {"csrf_token", "_key", "legal_name"}
    cases = OPEN | {"evaluations.form": ("attendee", dict.fromkeys(sorted(names), "5"))}

    assert "comment" in names
    assert send_all(house, cases) == []


@STRICTEST
def test_bad_input_after_the_session(world, app, doors):
    assert send_all(build(world, app, doors, WORDS), AFTER) == []


def test_large_bodies_and_wrong_methods_have_pages(app):
    client = app.test_client()
    answers = {
        413: client.post("/sign-in", data={"email": "x" * 1_100_000}), 405: client.delete("/my"),
        404: client.get("/courses/%00"), 422: client.post("/sign-in", json=[1]),
    }  # fmt: skip

    assert {code: answer.status_code for code, answer in answers.items()} == {code: code for code in answers}
    assert "Send a smaller file or a shorter text." in answers[413].text
    assert "use the page\u2019s own buttons" in answers[405].text.replace("&#39;", "\u2019")
    assert "Check the address" in answers[404].text or "does not exist" in answers[404].text


@STRICTEST
def test_broken_json_is_refused_with_a_sentence(app, world):
    client = let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))
    bodies = (
        b"{", b"[" * 100_000, b"[1]", b"null", b'{"place": NaN}', b'{"place": "new", "fields": {"a": {"b": 1}}}',
        b'{"place": "new", "fields": ' + b'{"a":' * 20 + b"1" + b"}" * 20 + b"}", b"\xff\xfe", b"",
    )  # fmt: skip
    answers = [client.post("/manage/drafts", data=body, content_type="application/json") for body in bodies]
    kept = client.post("/manage/drafts", json={"place": "new", "fields": {"title": ["a\x00b\ud800c"]}})

    assert [(answer.status_code, answer.json["detail"].endswith(".")) for answer in answers] == [(422, True)] * 9
    assert kept.status_code == 200
    assert "abc</textarea>" in client.get("/manage/courses/new").text


def test_silly_queries_never_fail(app, world):
    client = let_in(app.test_client(), world.person("Adam", Role.ADMIN))
    lists = ("/", "/manage/people", "/manage/outbox", "/manage/courses", "/manage/certificates", "/manage/calendar",
             "/verify", "/manage/time", "/manage", "/policies", "/sign-in")  # fmt: skip
    names = "page q state role view on number typed kind next from category minutes fold webinar sort".split()
    silly = ("9" * 40, "-1", "NaN", "\x00", "%", "'", "0000-00-00", "9999-12-31", "x" * 3000, "\u0661", "a\r\nb")
    failed = [
        (path, value)
        for path in lists
        for value in silly
        if client.get(path, query_string=dict.fromkeys(names, value)).status_code not in (200, 302, 303, 404)
    ]

    assert failed == []


def test_what_was_typed_outlives_its_page(database, world):
    guarded = create_app(settings())
    guarded.config.update(TESTING=True)
    client = let_in(guarded.test_client(), world.person("Ada", email="ada@example.org"))
    typed = {"profession": 'Nurse"><b>', "board": "Ohio", "number": "1", "csrf_token": "old", "_key": "a key of it"}
    typed |= {"policy_version": "C4D0BBAA", "q_AAAAAAA1": "no", "agree": "y"}

    answer = client.post("/account/licences/new", data=typed, headers={"Origin": settings().public_url})
    foreign = client.post("/account/licences/new", data=typed)
    held = {name: values[0] for name, values in Page(answer.text.partition("<main")[2]).values.items()}
    again = client.post("/account/licences/new", data=held, headers={"Origin": settings().public_url})

    assert (answer.status_code, foreign.status_code, again.status_code) == (403, 403, 303)
    assert "Send it again" in answer.text
    assert "Send it again" not in foreign.text
    assert held["profession"] == typed["profession"]
    assert "Answer no Agree Yes" in words_of(answer.text)
    assert "C4D0BBAA" not in words_of(answer.text)
    assert "<h1>Send this once more</h1>" in answer.text


def test_what_was_typed_beside_an_empty_file_outlives_its_page(database):
    guarded = create_app(settings())
    guarded.config.update(TESTING=True)
    typed = {"number": "ABCD-EF", "csrf_token": "old", "_key": "a key of it", "file": (BytesIO(), "")}

    answer = guarded.test_client().post("/verify", data=typed, headers={"Origin": settings().public_url})

    held = {name: values[0] for name, values in Page(answer.text.partition("<main")[2]).values.items()}
    assert (answer.status_code, held["number"], "Send it again" in answer.text) == (403, "ABCD-EF", True)


def test_pages_cut_nothing_off_and_say_a_sentence_once(client):
    page = client.get("/sign-in")
    refused = client.post("/sign-in", data={"email": "x" * 10_000})

    assert "maxlength" not in page.text
    assert refused.text.count("Write an e-mail address, such as name@example.org.") == 2  # on top, and at the field
    assert "x" * 10_000 in refused.text


def test_what_was_typed_can_be_copied_where_its_page_is_gone(app, world):
    client = let_in(app.test_client(), world.person("Cora Coordinator", Role.COORDINATOR))
    gone, typed = "/manage/webinars/GONE2345/polls/new", {"question": 'Why "><b> so?', "_key": "a key of it"}
    origin = {"Origin": settings().public_url}

    answer = client.post(gone, data=typed, headers=origin)
    foreign = client.post(gone, data=typed)
    button = client.post(
        "/manage/webinars/GONE2345/polls/GONE2345/move", data={"to": "up", "_key": "another key"}, headers=origin
    )

    assert [one.status_code for one in (answer, foreign, button)] == [404, 404, 404]
    assert "It was not saved. Copy from here" in answer.text
    assert "Why &#34;&gt;&lt;b&gt; so?" in answer.text
    assert "What you typed</h2>" not in foreign.text + button.text
