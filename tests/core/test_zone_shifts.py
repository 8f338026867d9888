from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.zone_shifts import shift_sentence, unusual_distance

NEW_YORK, LONDON = "America/New_York", "Europe/London"
HOUR = timedelta(hours=1)


def noon(year, month, day):
    return datetime(year, month, day, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "other", "found"),
    [
        (noon(2025, 10, 25), NEW_YORK, LONDON, None),
        (noon(2025, 10, 26), NEW_YORK, LONDON, (4 * HOUR, 5 * HOUR)),
        (noon(2025, 11, 1), NEW_YORK, LONDON, (4 * HOUR, 5 * HOUR)),
        (noon(2025, 11, 2), NEW_YORK, LONDON, None),
        (noon(2026, 3, 7), NEW_YORK, LONDON, None),
        (noon(2026, 3, 8), NEW_YORK, LONDON, (4 * HOUR, 5 * HOUR)),
        (noon(2026, 3, 28), NEW_YORK, LONDON, (4 * HOUR, 5 * HOUR)),
        (noon(2026, 3, 29), NEW_YORK, LONDON, None),
        (noon(2026, 1, 14), NEW_YORK, "America/Phoenix", None),
        (noon(2026, 7, 14), NEW_YORK, "America/Phoenix", None),
        (noon(2025, 10, 14), NEW_YORK, "Australia/Sydney", (15 * HOUR, 14 * HOUR)),
        (noon(2025, 10, 28), LONDON, NEW_YORK, (-4 * HOUR, -5 * HOUR)),
    ],
)
def test_unusual_distance(at, zone, other, found):
    assert unusual_distance(at, zone, other) == found


@given(st.datetimes(datetime(2025, 1, 1), datetime(2032, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)))  # noqa: DTZ001
def test_a_zone_is_never_far_from_itself_nor_from_one_with_the_same_clock(at):
    assert unusual_distance(at, NEW_YORK, NEW_YORK) is None
    assert unusual_distance(at, NEW_YORK, "America/Toronto") is None
    other_way = unusual_distance(at, LONDON, NEW_YORK)
    assert unusual_distance(at, NEW_YORK, LONDON) == (other_way and (-other_way[0], -other_way[1]))


def test_sentence_says_the_hour_there_and_for_how_many():
    at = datetime(2025, 10, 28, 16, tzinfo=UTC)

    assert shift_sentence(at, NEW_YORK, LONDON, 3) == (
        "On 28 October 2025 London is 4 hours ahead of New York, usually 5: 12:00 p.m. is 4:00 p.m. there."
        " 3 registered people live by that clock."
    )
    same = shift_sentence(datetime(2027, 11, 7, 6, 30, tzinfo=UTC), NEW_YORK, "America/Chicago", 2)
    assert "Chicago has the same time as New York, usually it is 1 hour behind: 1:30 a.m. is 1:30 a.m. there." in same
    assert "1 registered person lives" in shift_sentence(at, LONDON, NEW_YORK, 1)
    assert shift_sentence(at + timedelta(days=21), NEW_YORK, LONDON, 3) is None
