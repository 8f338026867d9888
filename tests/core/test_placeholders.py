"""Words with gaps (reliability W-13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.placeholders import Piece, fill, paragraphs, unknown_gaps

KNOWN = ("name", "legal_name", "join_link")
ATTACKS = (
    "{name.__class__}", "{event.__init__.__globals__}", "{0}", "{}", "{name!r}", "{name:>9999999}", "{name[0]}",
    "{{name}}", "{% if 1 %}", "{{ 7*7 }}", "{ name }", "{NAME}", "{self}", "{name", "name}", "{na\nme}",
)  # fmt: skip


@pytest.mark.parametrize("words", ATTACKS)
def test_what_is_no_known_name_is_refused(words):
    assert unknown_gaps(words, KNOWN) != []


def test_known_names_and_plain_words_pass():
    assert unknown_gaps("Hello {name}, 100 % [sure] $x %s {join_link}", KNOWN) == []


@pytest.mark.parametrize(
    "words, told",
    [
        ("{nmae}", "{nmae} is not known here. Did you mean {name}?"),
        ("{Join link}", "{Join link} is not known here. Did you mean {join_link}?"),
        ("{zzzzzz}", "{zzzzzz} is not known here. Choose one from the list."),
    ],
)
def test_the_nearest_name_is_told(words, told):
    assert unknown_gaps(words, KNOWN) == [told]


@given(st.text(), st.text())
def test_what_is_put_in_is_never_read_again(before, value):
    before = before.replace("{", "").replace("}", "")

    assert fill(before + "{name}", {"name": value}) == before + value
    assert fill("{name}", {"name": "{legal_name}", "legal_name": "x"}) == "{legal_name}"


def test_paragraphs_lines_and_links_are_told_apart():
    words = "Hello {name},\nsee https://a.example/x?y=1.\n\n{join_link}\n\n{legal_name}"
    values = {"name": "http://evil.example", "join_link": "https://a.example/join/1", "legal_name": ""}

    assert paragraphs(words, values, ["join_link"]) == [
        [
            [Piece("Hello "), Piece("http://evil.example", False, "name"), Piece(",")],
            [Piece("see "), Piece("https://a.example/x?y=1", True), Piece(".")],
        ],
        [[Piece("https://a.example/join/1", True, "join_link")]],
    ]


@given(st.text(alphabet="ab {}\nhttps://.<>\"'"))
def test_no_words_are_a_fault(words):
    if not unknown_gaps(words, ["a"]):
        paragraphs(words, {"a": "x"}, [])
