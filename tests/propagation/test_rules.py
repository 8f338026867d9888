from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.propagation.rules import Standing, Version, is_to_this_version, is_worth_keeping, standing, urgency

NOON = datetime(2026, 11, 3, 17, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("current", "sent", "mail", "feed", "known"),
    [
        (Version(0, "REQUEST", NOON), Version(0, "REQUEST", NOON), "sent", None, Standing.CURRENT),
        (Version(0, "REQUEST", NOON), Version(0, "REQUEST", NOON), "queued", None, Standing.ON_ITS_WAY),
        (Version(0, "REQUEST", NOON), Version(0, "REQUEST", NOON), "failed", None, Standing.OLD),
        (Version(0, "REQUEST", NOON), None, None, None, Standing.OLD),
        (Version(1, "REQUEST", LATER), Version(0, "REQUEST", NOON), "sent", None, Standing.OLD),
        (Version(1, "REQUEST", LATER), Version(0, "REQUEST", NOON), "sent", 1, Standing.CURRENT),
        (Version(1, "REQUEST", LATER), Version(0, "REQUEST", NOON), "queued", 0, Standing.ON_ITS_WAY),
        (Version(1, "REQUEST", LATER), Version(4, "REQUEST", NOON), "sent", None, Standing.OLD),
        (Version(1, "REQUEST", LATER), Version(4, "REQUEST", LATER), "sent", None, Standing.CURRENT),
        (Version(3, "CANCEL", NOON), Version(3, "CANCEL", LATER), "sent", None, Standing.CURRENT),
        (Version(3, "CANCEL", NOON), Version(2, "REQUEST", NOON), "sent", 3, Standing.OLD),
        (Version(3, "CANCEL", NOON), None, "sent", None, Standing.NOTHING),
    ],
)
def test_standing(current, sent, mail, feed, known):
    assert standing(current, sent, mail, feed) is known


versions = st.builds(Version, st.integers(0, 5), st.sampled_from(["REQUEST", "CANCEL"]), st.sampled_from([NOON, LATER]))


@given(versions, st.none() | versions, st.sampled_from([None, "queued", "sending", "sent", "failed", "bounced"]))
def test_a_sent_present_version_is_known_and_a_failed_mail_never_is(current, sent, mail):
    known = standing(current, sent, mail)

    assert mail not in ("failed", "bounced") or known in (Standing.OLD, Standing.NOTHING)
    assert standing(current, current, "sent") is Standing.CURRENT
    assert known is not Standing.CURRENT or (sent is not None and sent.sequence >= current.sequence)


@given(versions, st.none() | versions, st.integers(0, 6))
def test_an_answer_is_to_this_version_only_where_the_entry_is_and_never_below_it(current, sent, answered):
    is_to_this = is_to_this_version(answered, sent, current)

    assert not is_to_this or (sent is not None and answered >= sent.sequence and sent.method == current.method)
    assert is_to_this_version(current.sequence, current, current)
    assert not is_to_this_version(current.sequence - 1, current, current)


def test_those_who_need_help_come_first():
    assert sorted(Standing, key=urgency) == [Standing.OLD, Standing.ON_ITS_WAY, Standing.CURRENT, Standing.NOTHING]


def test_a_visit_is_kept_once_an_hour_and_at_each_new_version():
    hour = timedelta(hours=1)

    assert is_worth_keeping(None, 0, NOON)
    assert is_worth_keeping((0, NOON), 1, NOON)
    assert not is_worth_keeping((1, NOON), 1, NOON + hour - timedelta(seconds=1))
    assert is_worth_keeping((1, NOON), 1, NOON + hour)
