"""What people type is text wherever it is shown: pages, mail, calendar files, certificates and tables."""

import csv
import io
import subprocess
from email import message_from_bytes, policy
from html.parser import HTMLParser

import databases
import pytest
from house import House, build
from sqlalchemy import select

from webinar_app.infra.db import read
from webinar_app.mailing.models import Mail
from webinar_app.payments.documents import document_html

EVIL = '=1"><img src=x onerror=alert(1)>\r\nX-EVIL: 1'
SHORT = '=1"><img src=x>'
SHOWN = " ".join(EVIL.split())  # a line end becomes a space
ROLES = ("guest", "attendee", "presenter", "admin")
LAST = ("registrations.join", "accounts.sign_out")
AS_IT_CAME = ("handouts.download", "payments.download")  # the house's invoice is no real one; see below


@pytest.fixture
def house(world, app, doors) -> House:
    """A house in which every text is hostile."""
    return build(world, app, doors, EVIL, short=SHORT)


class Elements(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hostile: list[str] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        is_own = (tag == "script" and (given.get("src") or "").startswith("/static/")) or (
            given.get("type") == "application/json"
        )
        scripted = [n for n, v in given.items() if n.startswith("on") or "javascript:" in (v or "")]
        if scripted or given.get("src") == "x" or (tag == "script" and not is_own):
            self.hostile.append(self.get_starttag_text())

    def handle_data(self, data):
        self.text.append(data)


def pages(house):
    """Give `(role, endpoint, answer)` of every address that opens for somebody."""
    for rule in sorted(house.app.url_map.iter_rules(), key=lambda rule: (rule.endpoint in LAST, rule.endpoint)):
        if "GET" not in rule.methods or rule.endpoint == "static":
            continue
        for role in ROLES:
            answer = house.client(role).get(house.path(rule.endpoint))
            assert answer.status_code < 500, (rule.endpoint, role)
            if answer.status_code == 200:
                yield role, rule.endpoint, answer


def test_hostile_elements_would_be_found():
    page = f"<p>{EVIL}</p><a href='javascript:x'>x</a><script>x</script><script src='/static/x'></script>"

    assert len(Elements(page).hostile) == 3


@pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
def test_hostile_texts_are_text_everywhere(house):
    shown, hostile = set(), []
    for role, endpoint, answer in pages(house):
        assert not [name for name, _ in answer.headers if name.upper() == "X-EVIL"]
        if answer.mimetype == "text/html":
            found = Elements(answer.text)
            hostile += [(role, endpoint, element) for element in found.hostile]
            if SHOWN in " ".join("".join(found.text).split()):
                shown.add(endpoint)
        elif answer.mimetype == "text/csv":
            check_table(endpoint, answer.data)
        elif answer.mimetype == "text/calendar":
            check_calendar(answer.data)
        elif answer.mimetype == "application/pdf" and endpoint not in AS_IT_CAME:
            check_paper(answer.data)

    assert hostile == []
    assert {
        "portal.catalogue", "portal.course", "portal.series", "portal.policies", "portal.my_learning", "portal.day",
        "courses.manage_list", "courses.edit", "webinars.manage", "webinars.agenda", "polls.manage_list",
        "registrations.people", "registrations.person", "attendance.log", "attendance.person", "live.room",
        "evaluations.form", "certificates.show", "certificates.register", "certificates.withdraw", "accounts.people",
        "accounts.person", "accounts.profile", "learning.show", "mailing.mail", "mailing.outbox", "stage.edit",
        "stage.captions", "handouts.manage", "live.projector", "live.captions", "retention.report", "retention.lift",
    } - shown == set()  # fmt: skip
    check_mails()


def check_table(endpoint, data):
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row]

    assert [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell] == [], endpoint
    assert len({len(row) for row in rows}) == 1, endpoint
    if endpoint in ("registrations.export", "certificates.export", "attendance.export"):
        assert any(SHOWN in " ".join(cell.split()) for cell in cells), endpoint


def test_an_invoice_holds_hostile_texts_as_text():
    payer = {"name": EVIL, "organisation": EVIL, "address": EVIL, "po_number": EVIL}
    facts = {
        "provider": {"name": EVIL, "address": EVIL, "phone": "", "email": "a@example.org", "paper": "letter"},
        "payer": payer, "learner": EVIL, "title": EVIL, "order": "0000AAAA", "lines": [[EVIL, "48.00 USD"]],
        "total": "48.00 USD", "paid": {"by": EVIL, "reference": EVIL, "on": "2026-11-22", "amount": "48.00 USD"},
        "number": "INV-2026-00001", "kind": "invoice", "on": "2026-11-22",
    }  # fmt: skip
    found = Elements(document_html(facts))

    assert found.hostile == []
    assert " ".join("".join(found.text).split()).count(SHOWN) >= 5


def check_calendar(data):
    lines = data.decode().replace("\r\n ", "").split("\r\n")

    assert "\n" not in "".join(lines)
    assert not any(line.upper().startswith("X-EVIL") for line in lines)
    assert any(line.startswith("SUMMARY:") and "onerror" in line for line in lines)


def check_paper(data):
    text = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()

    assert "".join(SHOWN.split()) in "".join(text.split())


def check_mails():
    with read() as db:
        bodies = list(db.scalars(select(Mail.body)))
    kinds = [message_from_bytes(body, policy=policy.default) for body in bodies]

    assert len(kinds) >= 3
    for mail in kinds:
        for part in mail.walk():
            assert part["X-EVIL"] is None
        assert "\n" not in mail["Subject"]
        assert not Elements(mail.get_body(("html",)).get_content()).hostile
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                check_calendar(part.get_payload(decode=True))
    told = "".join(mail.get_body(("plain",)).get_content() for mail in kinds)
    assert SHOWN in " ".join(told.split())
    assert any("X-EVIL: 1" in mail["Subject"] for mail in kinds)
