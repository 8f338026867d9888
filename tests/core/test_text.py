import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.text import multi_line, one_line

CONTROLS = "\x00\t\n\x0b\x0c\r\x1f\x7f\x85\u2028\u2029\u202e\u2066\ud800"


@pytest.mark.parametrize("control", CONTROLS)
def test_one_line_makes_one_space_of_each_control_character(control: str) -> None:
    assert one_line(f" {control}Ada {control}{control} Lovelace{control}") == "Ada Lovelace"


def test_one_line_keeps_joiners_and_spaces_that_do_not_break() -> None:
    assert one_line("نمی\u200cخواهم\u00a0!") == "نمی\u200cخواهم\u00a0!"


@given(st.text())
def test_one_line_leaves_no_control_character_and_is_idempotent(text: str) -> None:
    cleaned = one_line(text)

    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in cleaned)
    assert one_line(cleaned) == cleaned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("  a\tb  \n c\x00d ", "a b\nc d"),
        ("\n \n", ""),
    ],
)
def test_multi_line_keeps_line_ends_only(text: str, expected: str) -> None:
    assert multi_line(text) == expected


@given(st.text())
def test_multi_line_has_clean_lines_and_is_idempotent(text: str) -> None:
    cleaned = multi_line(text)

    assert all(one_line(line) == line for line in cleaned.split("\n"))
    assert multi_line(cleaned) == cleaned
