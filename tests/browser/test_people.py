"""Lists, blocks, moves, duplicates, needs and series in a real browser: axe finds nothing, nothing scrolls sideways."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from browsers import AXE, DESKTOP, OVERFLOW, STILL, Someone, Stand, installation
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from webinar_app.accounts.models import Person, RoleGrant
from webinar_app.accounts.queries import demo_sign_in_url
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.courses.models import Course, Series
from webinar_app.demo import services
from webinar_app.infra.db import Db, read, write
from webinar_app.people.models import Substitution

pytestmark = [pytest.mark.browser, pytest.mark.live]
LOOK = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`)"""
THEMES: dict[str, dict[str, Any]] = {
    "light": {**DESKTOP, **STILL, "color_scheme": "light"},
    "dark": {
        "viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True, **STILL, "color_scheme": "dark"
    },
}  # fmt: skip
ROWS = ["E-mail;Legal name;Shirt", "nobody;Nell New;M", "half;;", *(f"p{n}@example.org;Zoë {n}a;M" for n in range(900))]
BLOCK = {"agency": "Harbor", "contact_name": "Hal", "contact_email": "hal@example.org", "seats": "2"}


def _prepare(db: Db, people: dict[str, int]) -> dict[str, str]:
    """Let the coordinator be an admin, the attendee be there twice and have a place, and the course have two dates."""
    now = utc_now()
    course = db.scalars(select(Course).where(Course.seed == services.LIVE_SEED)).one()
    rows = [
        services.copy_sitting(db, course, (now + timedelta(days=days)).replace(microsecond=0), people, now)
        for days in (12, 26)
    ]
    for row in rows:
        row.capacity_online = 2000
    place = services.register(db, rows[0], people["attendee"], now)
    db.add(place)
    grant = db.scalars(select(RoleGrant).where(RoleGrant.person_id == people["coordinator"])).first()
    assert grant is not None
    db.add(RoleGrant(person_id=grant.person_id, provider_id=grant.provider_id, role=Role.ADMIN))
    ada = db.get_one(Person, people["attendee"])
    email = (ada.email or "").replace("@", "+x@")
    db.add(Person(code="TWICE001", email=email, legal_name=ada.legal_name, display_name="Twice", created_at=now))
    db.flush()
    series = db.get_one(Series, course.series_id)
    return {"sitting": rows[0].code, "place": place.code, "ada": ada.code, "series": series.slug}


@pytest.fixture(scope="module")
def own() -> Iterator[tuple[Stand, dict[str, str]]]:
    """An installation of its own, for much is written here."""
    with installation() as stand:
        names = write(_prepare, stand.load_demo()["people"])
        stand.start()
        yield stand, names


def look(page: Page, found: list[Any], name: str) -> None:
    """Add what axe finds on this page, and how far it scrolls sideways."""
    page.evaluate("() => document.fonts.ready")
    page.evaluate(AXE)
    found.append((name, page.evaluate(LOOK), page.evaluate(OVERFLOW)))


def imports(page: Page, names: dict[str, str], found: list[Any]) -> None:
    """Send a list, look at it, and let it be registered."""
    page.goto(f"/manage/webinars/{names['sitting']}/people/import")
    look(page, found, "import")
    data = "\n".join(ROWS).encode("cp1252")
    page.set_input_files("input[type=file]", files=[{"name": "list.csv", "mimeType": "text/csv", "buffer": data}])
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_text("Windows-1252, semicolon between cells")).to_be_visible()
    look(page, found, "dry run")
    start = page.get_by_role("button", name="Register 9")
    if start.count():
        start.click()
        expect(page.locator("[data-import]")).to_be_visible()
        look(page, found, "running")
        expect(page.get_by_text("900 people registered")).to_be_visible()  # without a reload by hand
        look(page, found, "done")


def keeps(page: Page, names: dict[str, str], found: list[Any]) -> str:
    """Keep seats and give the claim link."""
    page.goto(f"/manage/webinars/{names['sitting']}/blocks")
    look(page, found, "blocks")
    on = utc_now() + timedelta(days=3)
    for name, value in (BLOCK | {"release_on": f"{on:%B} {on.day}, {on.year}"}).items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Keep the seats").click()
    expect(page.locator("#claim-link")).to_be_visible()
    look(page, found, "block")
    return page.locator("#claim-link").input_value()


def manages(page: Page, names: dict[str, str], found: list[Any]) -> None:
    """Look at one registration's pages, at needs and at duplicates."""
    place = f"/manage/registrations/{names['place']}"
    for address in (place, f"{place}/move", f"{place}/substitute", f"{place}/history"):
        page.goto(address)
        look(page, found, address)
    page.goto(f"{place}/needs")
    page.locator("[name=text]").fill("American Sign Language.")
    page.get_by_role("button", name="Write it down").click()
    look(page, found, "needs of")
    page.goto("/manage/needs")
    look(page, found, "needs")
    page.get_by_role("link", name="Captions").first.click()
    look(page, found, "arrange")
    for address in ("/manage/duplicates", f"/manage/duplicates/{names['ada']}/TWICE001"):
        page.goto(address)
        look(page, found, address)


@pytest.mark.parametrize("theme", THEMES)
def test_pages_have_no_violation_and_fit(browser: Browser, own, theme):
    stand, names = own
    found: list[Any] = []
    cora = Someone(browser, "coordinator", stand, **THEMES[theme])
    cora.page.goto(demo_sign_in_url("coordinator"))
    imports(cora.page, names, found)
    claim = keeps(cora.page, names, found)
    manages(cora.page, names, found)
    guest = Someone(browser, "guest", stand, **THEMES[theme])
    for address in (claim, f"/series/{names['series']}/register"):
        guest.page.goto(address)
        look(guest.page, found, address)
    guest.page.goto(demo_sign_in_url("attendee"))
    guest.page.goto(f"/registrations/{names['place']}/needs")
    look(guest.page, found, "own needs")

    assert [one for one in found if one[1:] != ([], 0)] == []
    assert cora.troubles + guest.troubles == []
    for someone in (cora, guest):
        someone.context.close()


def test_form_behind_the_link_of_a_mail_is_taken(browser: Browser, own):
    stand, names = own
    ada, bea = (Someone(browser, name, stand, **DESKTOP) for name in ("attendee", "guest"))
    ada.page.goto(demo_sign_in_url("attendee"))
    ada.page.goto(f"/registrations/{names['place']}/substitute")
    ada.page.locator("[name=email]").fill("bea@example.org")
    ada.page.get_by_role("button", name="Ask this person").click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Somebody is asked to come instead")
    with read() as db:
        code = db.scalars(select(Substitution.code)).one()
    bea.page.goto(links().substitute(code))
    bea.page.get_by_role("button", name="I cannot come either").click()

    expect(bea.page.get_by_text("Whoever asked you is told, and keeps the place.")).to_be_visible()
    assert [one for one in ada.troubles + bea.troubles if "410 (GONE)" not in one] == []  # the page says so itself
    for someone in (ada, bea):
        someone.context.close()
