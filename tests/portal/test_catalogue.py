from datetime import datetime
from decimal import Decimal

import pytest
from page_words import counted, let_in, words

from webinar_app.core.permissions import Role
from webinar_app.courses.models import CreditOffer
from webinar_app.courses.rules import CourseKind
from webinar_app.infra.db import write
from webinar_app.webinars.rules import WebinarState


def found(client, demo, query):
    page = client.get("/" + query).text
    return {seed for seed, slug in demo.items() if f'href="/courses/{slug}"' in page}


def test_all_five_offers_stand_in_the_catalogue(client, demo):
    page = words(client, "/")

    assert found(client, demo, "") == set(demo)
    for said in ("Five offers", "Any time", "On request", "4 Oct 2024", "To keep", "$48", "4.0 CE hours", "No fee"):
        assert said in page


@pytest.mark.parametrize(
    ("query", "seeds"),
    [
        ("?q=atp3", {"000"}),
        ("?q=ATP3 mcgee", {"000"}),
        ("?q=tasca", {"003"}),
        ("?q=therapeutic alliance", {"000", "001", "002", "003", "004"}),
        ("?q=100%", set()),
        ("?kind=handout&kind=self_paced", {"001", "004"}),
        ("?category=Treatment", {"000"}),
        ("?credit=contact+hours", {"000"}),
        ("?credit=certificate", {"002"}),
        ("?credit=none", {"003", "004"}),
        ("?hours=middle", {"000"}),
        ("?hours=long", {"001"}),
        ("?price=free", {"000", "004"}),
        ("?price=paid", {"001"}),
        ("?price=request", {"002"}),
        ("?level=intermediate", {"001"}),
        ("?presenter=C.+Wayne+Jones", {"001"}),
        ("?language=en-GB", {"002"}),
        ("?region=Wales", {"002"}),
        ("?region=Wal", set()),
        ("?since=2025-10-14&until=2025-10-14", {"000"}),
        ("?until=2024-12-31", {"003"}),
        ("?since=2025-10-15", set()),
        ("?kind=live_webinar&price=paid", set()),
        ("?level=%3Cscript%3E&page=999", {"000", "001", "002", "003", "004"}),
    ],
)
def test_filters_in_the_address_narrow_the_catalogue(client, demo, query, seeds):
    assert found(client, demo, query) == seeds


def test_form_shows_what_is_chosen(client, demo):
    page = client.get('/?q="><b>&kind=handout&region=Wales').text

    assert 'value="&#34;&gt;&lt;b&gt;"' in page
    assert 'value="handout" checked' in page
    assert "<option selected>Wales</option>" in page
    assert '<details class="further" open>' in page
    assert "Nothing matches all of this" in page


def test_counts_by_kind_follow_the_other_filters(client, demo):
    page = words(client, "/?language=en-US&kind=handout")

    assert "Live webinar 1 Self-paced course 1 In-person day 0 Recorded presentation 0 Handout 1" in page
    assert "One offer" in page


def test_soonest_stands_first_and_live_is_marked(client, world, sitting):
    for hours, title, state in ((48, "Second", "scheduled"), (-0.5, "First", "live"), (-90, "Third", "ended")):
        sitting(hours, course=world.course(title=title), state=WebinarState(state))

    page = words(client, "/")

    assert page.index("First") < page.index("Second") < page.index("Third")
    assert page.index("Live now") < page.index("First")


def test_further_dates_are_counted_where_they_are_not_named(client, world, sitting):
    course = world.course()
    for days in range(2, 7):
        sitting(24 * days, course=course)
    some = words(client, "/")
    sitting(24 * 9, course=course)

    assert ("Also on" in some, ", and 1 more" in some) == (True, True)
    assert ", and 2 more" in words(client, "/")


def test_time_stands_in_both_zones_for_a_viewer_elsewhere(client, world, sitting):
    webinar = sitting(
        starts_at=datetime.fromisoformat("2035-10-16T16:00+00:00"),
        local_start=datetime.fromisoformat("2035-10-16T12:00"),
    )
    let_in(client, world.person("Callum Nguyen", zone="Australia/Sydney"))

    page = words(client, "/")

    assert "Tuesday, 2035 12:00 p.m. ET (Wed 17 Oct, 3:00 a.m. AEDT for you)" in page
    assert "A day later for you" in words(client, f"/courses/{webinar['course']['slug']}")


def test_empty_catalogue_says_what_will_stand_here(client, world, app):
    assert "The catalogue opens soon" in words(client, "/")

    coordinator = let_in(app.test_client(), world.person("Cora C", Role.COORDINATOR))
    assert "Create the first course" in words(coordinator, "/")


def test_long_catalogue_comes_in_pages_that_keep_the_filter(client, world):
    for number in range(27):
        world.course(title=f"Course {number:02}", kind=CourseKind.SELF_PACED)

    page = client.get("/?kind=self_paced").text
    second = client.get("/?kind=self_paced&page=2").text

    assert (page.count("contents__item"), second.count("contents__item")) == (25, 2)
    assert 'href="/?kind=self_paced&amp;page=2"' in page
    assert "Page 2 of 2, 27 offers" in second


def test_catalogue_takes_the_same_statements_for_one_and_three(client, world, sitting):
    sitting()
    client.get("/")
    with counted() as first:
        client.get("/")
    for hours in (72, 96):
        world.attendee(sitting(hours))

    with counted() as then:
        client.get("/")

    assert len(then) == len(first) <= 9


def test_credit_of_several_kinds_is_listed(client, world, sitting):
    course = world.course()
    sitting(course=course)

    def add(db):
        db.add(CreditOffer(course_id=course["id"], type="NBCC", unit="clock hours", amount=Decimal("1.5")))

    write(add)

    assert "1.25 contact hours, 1.5 clock hours" in words(client, "/")
