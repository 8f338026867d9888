"""Each statement about time zones (TZ1 to TZ18) and calendar files (IC1 to IC28) has a test that bears its name."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
STATEMENTS = {f"tz{number}" for number in range(1, 19)} | {f"ic{number}" for number in range(1, 29)}


def test_every_statement_about_time_and_calendars_has_its_test():
    named = set()
    for folder in ("calendars", "core"):
        for path in (TESTS / folder).glob("test_*.py"):
            functions = [one for one in ast.parse(path.read_text("utf-8")).body if isinstance(one, ast.FunctionDef)]
            named |= {word for one in functions for word in re.findall(r"(?<=_)(?:tz|ic)\d+(?=_)", one.name)}

    assert len(STATEMENTS) == 46
    assert STATEMENTS - named == set()
    assert named - STATEMENTS == set()
