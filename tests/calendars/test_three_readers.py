"""What three independent programs read is what was written; `benchmarks/ics.py` asks the same of 500 sessions."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
from calendar_readers import READERS, ZONES, files, long_lines, sessions  # the path comes first

WRITTEN = files(sessions(60, seed=11))
"""Written once for all readers."""


@pytest.mark.parametrize("reader", READERS)
def test_ic23_each_program_understands_every_file(reader):
    told = READERS[reader]([file.data for file in WRITTEN])

    assert [(file.kind, one) for file, one in zip(WRITTEN, told)] == [(file.kind, file.meant) for file in WRITTEN]


def test_ic13_no_line_is_too_long():
    assert [file.kind for file in WRITTEN if long_lines(file.data)] == []


@pytest.mark.parametrize("reader", READERS)
def test_each_program_notices_a_wrong_rule_of_a_zone(reader):
    summer = replace(sessions(1)[0], zone="America/New_York", starts_at=datetime(2027, 7, 1, 16, tzinfo=UTC))
    file = files([summer])[0]
    wrong = file.data.replace(b"TZOFFSETTO:-0400\r\n", b"TZOFFSETTO:-0330\r\n")

    assert READERS[reader]([file.data]) == [file.meant]
    assert READERS[reader]([wrong]) != [file.meant]


def test_the_sessions_lie_in_forty_zones_and_on_both_sides_of_clock_changes():
    chosen = sessions(500)

    assert len(set(ZONES)) == 40
    assert len({entry.zone for entry in chosen}) == 40
    assert len({entry.uid for entry in chosen}) == 500
