"""Where somebody stands with an evaluation."""

from datetime import timedelta

import pytest
from factories import NOW

from webinar_app.evaluations.rules import Standing, standing

OPENED, CLOSES = NOW - timedelta(days=1), NOW + timedelta(days=1)
USUAL = {
    "is_asked": True, "is_cancelled": False, "opened_at": OPENED, "closes_at": CLOSES, "is_sent": False,
    "was_there": True, "now": NOW,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Standing.OPEN),
        ({"closes_at": None}, Standing.OPEN),
        ({"now": CLOSES}, Standing.CLOSED),
        ({"is_sent": True, "now": CLOSES}, Standing.SENT),
        ({"is_sent": True, "is_cancelled": True}, Standing.SENT),
        ({"is_cancelled": True}, Standing.CANCELLED),
        ({"is_asked": False}, Standing.NOT_ASKED),
        ({"opened_at": None, "closes_at": None}, Standing.NOT_OPEN),
        ({"opened_at": NOW + timedelta(seconds=1)}, Standing.NOT_OPEN),
        ({"was_there": False}, Standing.NOT_THERE),
        ({"was_there": False, "opened_at": None}, Standing.NOT_OPEN),
    ],
)
def test_standing(changes, expected):
    assert standing(**(USUAL | changes)) is expected
