"""What a coordinator does: write a course down, see what is missing, publish it, prepare its polls."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from browsers import Someone
from playwright.sync_api import expect
from seed_000 import FORM, OBJECTIVES, TITLE

EASTERN = ZoneInfo("America/New_York")
LEAST_AHEAD = timedelta(seconds=15)
PRESENTER_EMAIL = "michael.mcgee@example.org"
TEXTS = (
    "title", "subtitle", "code", "category", "series_name", "series_number", "summary", "description", "audience",
    "lead_in", "presenters-0-name", "presenters-0-postnominals", "presenters-0-bio", "minutes", "capacity_online",
    "certificate_years", "price", "accommodations",
)  # fmt: skip
CREDIT = ("credits-0-type", "credits-0-amount", "credits-0-unit", "credits-0-statement")


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll as it is typed."""

    question: str
    kind: str
    options: tuple[str, ...] = ()


GOALS = Poll("Which part of an alliance do you work on first?", "One choice", ("The goals", "The tasks", "The bond"))
TRUST = Poll("Do you measure the alliance today?", "Yes or no")


def typed_start(now: datetime, ahead: timedelta) -> tuple[str, datetime]:
    """Give the next full minute that is so far ahead, as people write it, and as an instant."""
    moment = (now + ahead + timedelta(minutes=1)).astimezone(EASTERN).replace(second=0, microsecond=0)
    half = "a.m." if moment.hour < 12 else "p.m."
    return f"{moment:%B} {moment.day}, {moment.year} {moment.hour % 12 or 12}:{moment:%M} {half} ET", moment


def write_course(coordinator: Someone) -> datetime:
    """Fill the empty form in one sitting and save it; the level is forgotten. Gives the start.

    A slow machine gets more time until the start: four times what the form took.
    """
    page, begun = coordinator.page, datetime.now(EASTERN)
    page.goto("/manage/courses")
    page.get_by_role("link", name="New course").click()
    _fill(coordinator, TEXTS)
    _fill_rows(coordinator)
    page.get_by_label("All units must be completed").check()
    expect(page.get_by_label("Leads to a certificate")).to_be_checked()
    now = datetime.now(EASTERN)
    typed, starts_at = typed_start(now, max(LEAST_AHEAD, 4 * (now - begun)))
    page.get_by_label("Date and time", exact=True).last.fill(typed)
    expect(page.locator("[data-reading]")).to_contain_text("People will read")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    return starts_at


def _fill(coordinator: Someone, names: tuple[str, ...]) -> None:
    for name in names:
        coordinator.page.locator(f'[name="{name}"]').fill(FORM[name])


def _fill_rows(coordinator: Someone) -> None:
    page = coordinator.page
    for number, text in enumerate(OBJECTIVES):
        if number:
            page.get_by_role("button", name="Add an objective").click()
        page.locator(f'[name="objectives-{number}-text"]').fill(text)
    page.locator('[name="presenters-0-email"]').fill(PRESENTER_EMAIL)
    page.locator('[name="units-0-title"]').fill(FORM["units-0-title"])
    page.locator('[name="units-0-minutes"]').fill("75")
    page.get_by_role("button", name="Add a unit").click()
    page.locator('[name="units-1-title"]').fill("Evaluation")
    page.locator('[name="units-1-items-0-kind"]').select_option(label="Evaluation")
    page.get_by_role("button", name="Add an offer of credit").click()
    _fill(coordinator, CREDIT)


def publish(coordinator: Someone) -> str:
    """See what is missing, add it, publish; gives the address of the public page."""
    page, check = coordinator.page, coordinator.page.locator(".editor__check")
    expect(check).to_contain_text("One thing before you can publish")
    check.get_by_role("link", name="Choose a level.").click()
    page.get_by_label("Level").select_option(label="Advanced")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(check.get_by_role("heading")).to_have_text("Ready to publish")
    check.get_by_role("button", name="Publish").click()
    expect(check.get_by_role("heading")).to_have_text("In the catalogue")
    return f"/courses/{page.url.rsplit('/', 1)[1].partition('?')[0]}"


def add_polls(coordinator: Someone, *polls: Poll) -> str:
    """Write polls for the session through its pages; gives the code of the session."""
    page = coordinator.page
    page.get_by_role("link", name="Manage").click()
    code = page.url.rsplit("/", 1)[1]
    page.get_by_role("main").get_by_role("link", name="Polls").click()
    for poll in polls:
        page.get_by_role("link", name="New poll").click()
        page.get_by_label("Question").fill(poll.question)
        page.get_by_label("People answer by").select_option(label=poll.kind)
        if poll.options:
            page.get_by_label("Options").fill("\n".join(poll.options))
        page.get_by_role("button", name="Save the poll").click()
        expect(page.locator(".poll-list__question").filter(has_text=poll.question)).to_be_visible()
    return code
