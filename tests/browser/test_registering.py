"""Registering on a phone, and the questions of a course with scripts."""

import time

import pytest
from browsers import STILL, Someone
from playwright.sync_api import expect

from webinar_app.accounts.queries import demo_sign_in_url

pytestmark = [pytest.mark.browser, pytest.mark.live]
PHONE = {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True, **STILL}
FIVE_A_SECOND = 200


def test_phone_registers_within_a_minute(browser, stand, places):
    someone = Someone(browser, "phone", stand, **PHONE)
    page, began = someone.page, time.monotonic()
    page.goto(f"/courses/{places['course_0']}")
    page.locator(f'a[href="/webinars/{places["next"]}/register"]').first.tap()
    page.get_by_label("E-mail").press_sequentially("corinne@example.org", delay=FIVE_A_SECOND)
    page.get_by_label("Legal name").press_sequentially("Corinne Abernathy", delay=FIVE_A_SECOND)
    none = page.get_by_label("I have none")
    if none.count():
        none.tap()
    page.get_by_label("I have read it and agree").tap()
    page.locator("form .button--primary").tap()
    expect(page.locator("h1")).to_have_text("Look into your mail")
    took = time.monotonic() - began
    someone.context.close()

    assert took < 60
    assert someone.troubles == []


def test_question_appears_only_after_its_answer(browser, stand, places):
    someone = Someone(browser, "guest", stand, **STILL)
    page = someone.page
    page.goto(f"/webinars/{places['next']}/register")

    expect(page.get_by_label("Question 2")).to_be_hidden()
    page.get_by_label("Yes").check()
    expect(page.get_by_label("Question 2")).to_be_visible()
    page.get_by_label("No", exact=True).check()
    expect(page.get_by_label("Question 2")).to_be_hidden()
    someone.context.close()

    assert someone.troubles == []


def test_zone_of_the_profile_and_the_one_that_was_chosen_stay(browser, stand, places):
    someone = Someone(browser, "traveller", stand, timezone_id="Asia/Calcutta")
    page = someone.page
    page.goto(f"/webinars/{places['full']}/register")
    zone = page.get_by_label("Your time zone")
    expect(zone.locator("option:checked")).to_have_text("Kolkata")
    zone.select_option("Europe/London")
    page.locator("form .button--primary").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(zone).to_have_value("Europe/London")
    someone.troubles.clear()  # the browser calls the refusal an error of its own

    page.goto(demo_sign_in_url("presenter"))
    page.goto(f"/webinars/{places['next']}/register")
    expect(zone).to_have_value("America/Los_Angeles")
    someone.context.close()

    assert someone.troubles == []
