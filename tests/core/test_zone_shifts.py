import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.times import in_zone
from webinar_app.core.zone_shifts import shift_sentence, unusual_distance

NEW_YORK, LONDON, SYDNEY = "America/New_York", "Europe/London", "Australia/Sydney"
HOUR = timedelta(hours=1)


def noon(year, month, day):
    return datetime(year, month, day, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "other", "found"),
    [
        (noon(2025, 10, 25), NEW_YORK, LONDON, None),
        (noon(2025, 10, 26), NEW_YORK, LONDON, (4 * HOUR, 5 * HOUR, 5 * HOUR)),
        (noon(2025, 11, 1), NEW_YORK, LONDON, (4 * HOUR, 5 * HOUR, 5 * HOUR)),
        (noon(2025, 11, 2), NEW_YORK, LONDON, None),
        (noon(2026, 3, 7), NEW_YORK, LONDON, None),
        (noon(2026, 3, 8), NEW_YORK, LONDON, (4 * HOUR, 5 * HOUR, 5 * HOUR)),
        (noon(2026, 3, 28), NEW_YORK, LONDON, (4 * HOUR, 5 * HOUR, 5 * HOUR)),
        (noon(2026, 3, 29), NEW_YORK, LONDON, None),
        (noon(2026, 1, 14), NEW_YORK, "America/Phoenix", None),
        (noon(2026, 7, 14), NEW_YORK, "America/Phoenix", None),
        (noon(2025, 10, 14), NEW_YORK, SYDNEY, (15 * HOUR, 14 * HOUR, 16 * HOUR)),
        (noon(2027, 3, 20), NEW_YORK, SYDNEY, (15 * HOUR, 16 * HOUR, 14 * HOUR)),
        (noon(2027, 11, 10), NEW_YORK, SYDNEY, None),
        (noon(2025, 10, 28), LONDON, NEW_YORK, (-4 * HOUR, -5 * HOUR, -5 * HOUR)),
    ],
)
def test_unusual_distance(at, zone, other, found):
    assert unusual_distance(at, zone, other) == found


BEGIN, END = datetime(2025, 1, 1), datetime(2032, 1, 1)  # noqa: DTZ001
INSTANTS = st.datetimes(BEGIN, END).map(lambda at: at.replace(tzinfo=UTC))


@given(INSTANTS)
def test_a_zone_is_never_far_from_itself_nor_from_one_with_the_same_clock(at):
    assert unusual_distance(at, NEW_YORK, NEW_YORK) is None
    assert unusual_distance(at, NEW_YORK, "America/Toronto") is None
    other_way = unusual_distance(at, LONDON, NEW_YORK)
    assert unusual_distance(at, NEW_YORK, LONDON) == (other_way and tuple(-one for one in other_way))


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


@pytest.mark.parametrize(
    ("at", "zone", "other", "said"),
    [
        (
            noon(2027, 10, 12),
            NEW_YORK,
            SYDNEY,
            "Sydney is 15 hours ahead of New York, 14 until 2 October and 16 from 7 November on",
        ),
        (
            noon(2027, 10, 12),
            SYDNEY,
            NEW_YORK,
            "New York is 15 hours behind Sydney, 14 until 3 October and 16 from 7 November on",
        ),
        (
            noon(2027, 3, 20),
            NEW_YORK,
            SYDNEY,
            "Sydney is 15 hours ahead of New York, 16 until 14 March and 14 from 3 April on",
        ),
        (
            noon(2027, 10, 1),
            NEW_YORK,
            "America/Santiago",
            "Santiago is 1 hour ahead of New York, the same time until 5 September and 2 from 7 November on",
        ),
    ],
)
def test_a_distance_between_two_others_names_both_and_their_dates(at, zone, other, said):
    sentence = shift_sentence(at, zone, other, 1)

    assert f"{said}: " in sentence
    assert "usually" not in sentence


@given(INSTANTS, st.sampled_from([SYDNEY, "Pacific/Auckland", "America/Santiago"]), st.sampled_from([NEW_YORK, LONDON]))
def test_what_is_said_of_the_time_before_and_after_is_true(at, other, zone):
    found, sentence = unusual_distance(at, zone, other), shift_sentence(at, zone, other, 2)

    if found is None or found[1] == found[2]:
        assert " until " not in (sentence or "")
    else:
        was, until, will, onwards = re.search(r", (.+) until (.+) and (.+) from (.+) on: ", sentence).groups()
        days = [datetime.strptime(f"{day} {at.year} 12", "%d %B %Y %H").replace(tzinfo=UTC) for day in (until, onwards)]
        distances = [apart(days[0] - 24 * HOUR, zone, other), apart(days[1] + 24 * HOUR, zone, other)]
        assert [said if said != "the same time" else "0" for said in (was, will)] == [
            f"{abs(one) / HOUR:g}" for one in distances
        ]


def apart(at, zone, other):
    return in_zone(at, other) - in_zone(at, zone)
