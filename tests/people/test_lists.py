"""Reading a list: encodings, separators, heads, quotes; and what is wrong with single rows."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput
from webinar_app.people.rules.lists import MOST_BYTES, MOST_ROWS, read_list
from webinar_app.people.rules.rows import Known, Standing, judge
from webinar_app.registrations.rules import RegistrationState

HEAD = "E-mail,Legal name\n"
OPEN = Standing(known={}, seats=("online",), left={"online": None}, places={"online": None})


def people(data):
    entries, faults = judge(read_list(data).lines, OPEN)
    return [(one.email, one.legal_name) for one in entries], [(one.line, one.reasons) for one in faults]


@pytest.mark.parametrize(
    ("codec", "words"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
@pytest.mark.parametrize(("separator", "called"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")])
def test_usual_encodings_and_separators_are_read(codec, words, separator, called):
    text = f"Legal name{separator}e-MAIL\r\nZoë Müller{separator}Zoe@Example.org\r\n"

    listed = read_list(text.encode(codec))

    assert (listed.encoding, listed.separator, listed.unused) == (words, called, ())
    assert people(text.encode(codec)) == ([("zoe@example.org", "Zoë Müller")], [])


def test_columns_stand_in_any_order_and_strangers_are_left_alone():
    text = (
        "sep=;\nNotes;Licence no.;Surname;Board;First name;Mail;Profession;Shirt\n"
        "x;LPC-1;Lovelace;Ohio;Ada;ada@example.org;Nurse;M\n"
    )
    listed = read_list(text.encode())
    (entry,), faults = judge(listed.lines, OPEN)

    assert (listed.unused, faults, entry.line) == (("Notes", "Shirt"), [], 3)
    assert (entry.legal_name, entry.display_name, entry.licence) == (
        "Ada Lovelace", "Ada Lovelace", ("Nurse", "Ohio", "LPC-1"),
    )  # fmt: skip


def test_quotes_hold_separators_and_empty_lines_are_no_people():
    text = HEAD + '\n"ada@example.org","Lovelace, ""Ada"""\n,\n'

    assert people(text.encode()) == ([("ada@example.org", 'Lovelace, "Ada"')], [])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"\xef\xbb\xbf \r\n", "file.empty"),
        (b"\x00\x00", "file.empty"),
        (b"x" * (MOST_BYTES + 1), "file.large"),
        (b"PK\x03\x04 a workbook", "file.workbook"),
        (b"E-mail,Legal name\n\x81\x8d,x", "file.encoding"),
        (b"\xff\xfeE", "file.head"),
        (b"Name,Town\nAda,London\n", "file.head"),
        (b"Mail,Town\nada@example.org,London\n", "file.head"),
        (b"Mail,E-mail,Name\n", "file.columns"),
        (HEAD.encode(), "file.no_rows"),
        (HEAD.encode() + b'a@example.org,"Ada\nb@example.org,Bea\n', "file.quotes"),
        (HEAD.encode() + b'a@example.org,"Ada" Lovelace\n', "file.quotes"),
        (HEAD.encode() + b"a@example.org," + b"x" * 200_000, "file.quotes"),
        (HEAD.encode() + b"a@example.org,Ada\n" * (MOST_ROWS + 1), "file.rows"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(data, code):
    with pytest.raises(InvalidInput) as refused:
        read_list(data)

    assert refused.value.code == code
    assert refused.value.fields["file"].endswith(".")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("", "The e-mail address is missing. Their join link goes there."),
        ("ada,Ada Lovelace", "“ada” is no e-mail address. Write one such as name@example.org."),
        ("a@example.org,", "The legal name is missing. It is printed on the certificate."),
        ("a@example.org,7", "The legal name needs at least 2 characters and a letter."),
        ("a@example.org," + "x" * 10_000, "The legal name has 10,000 characters. Use at most 120, as it should"),
        ("a@example.org,Ada\0", "The legal name holds a character that nobody can type, such as NUL. Type it again."),
        ('a@example.org,"Ada\nB"', "The legal name goes over several lines. Write it on one"),
        ("a@example.org,Ada,,,,,x,y", "The line has 8 cells, the first line of the file 7."),
        ("a@example.org,Ada," + "y" * 81, "The name in the room has 81 characters. Use at most 80."),
        ("a@example.org,Ada,,Nurse", "Of the licence, the state or board and the licence number are missing."),
        ("a@example.org,Ada,,Nurse,Ohio,#1", "The licence cannot be used."),
        ("a@example.org,Ada,,,,,couch", "“couch” is no kind of seat. Write “online” or “room”, or leave it empty."),
        ("josé@example.org,José", "“josé@example.org”: use an address of plain letters"),
        ("a@example.org,Ada,,,,,room", "This takes place online only. Leave the seat empty."),
    ],
)
def test_each_fault_says_what_to_do(cells, said):
    head = "E-mail,Legal name,Display name,Profession,Board,Licence,Seat\n"
    good, faults = people((head + (cells or ",Ada,x") + "\nok@example.org,Okay\n").encode())

    assert [one[0] for one in good] == ["ok@example.org"]
    assert [line for line, _ in faults] == [2]
    assert faults[0][1][0].startswith(said)


def test_places_go_to_the_first_lines_and_nobody_twice():
    rows = ("a@example.org,Ada", "A@EXAMPLE.ORG,Ada", "b@example.org,Bea", "c@example.org,Cy", "d@example.org,Di")
    held = {"b@example.org": Known(RegistrationState.REGISTERED)}
    standing = Standing(held, ("online",), {"online": 2}, {"online": 9})

    entries, faults = judge(read_list((HEAD + "\n".join(rows)).encode()).lines, standing)

    assert [one.email for one in entries] == ["a@example.org", "c@example.org"]
    assert [(one.line, one.reasons[0].partition(".")[0]) for one in faults] == [
        (3, "The same address stands in line 2"), (4, "Already registered"),
        (6, "No place is left: there are 9 online"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "known, said",
    [
        (Known(RegistrationState.REGISTERED), "Already registered. Leave"),
        (Known(RegistrationState.WAITLISTED, number=3), "On the waiting list, number 3. Offer them a place there"),
        (Known(RegistrationState.OFFERED), "A place from the waiting list is on offer to them"),
        (Known(RegistrationState.PENDING), "They registered, and wait for you to confirm it."),
        (Known(RegistrationState.REJECTED, reason="Not for us."), "Rejected before: “Not for us”. Add them by hand"),
        (Known(RegistrationState.REJECTED), "Rejected before. Add them by hand"),
    ],
)  # fmt: skip
def test_who_stands_somewhere_already_is_told_apart(known, said):
    standing = Standing({"b@example.org": known}, ("online",), {"online": 0}, {"online": 9})

    entries, faults = judge(
        read_list((HEAD + "b@example.org,Bea\nx,Bad\nb@example.org,Bea\n").encode()).lines, standing
    )

    assert entries == []
    assert faults[0].reasons[0].startswith(said)
    assert [one.known for one in faults] == [known.state, None, known.state]


def test_what_was_exported_can_be_sent_back():
    text = (
        "Legal name,Name in the room,E-mail,State,Seat,Profession,Board,Licence\nAda,'-Ada,a@b.example,registered,,,,\n"
    )
    (entry,), _ = judge(read_list(text.encode()).lines, OPEN)

    assert (entry.display_name, entry.licence) == ("-Ada", None)


@given(st.lists(st.text(max_size=30), min_size=2, max_size=2), st.sampled_from(",;\t|"))
def test_any_cells_are_an_entry_or_a_fault(cells, separator):
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([["E-mail", "Name"], cells, ["ok@example.org", "Okay"]])
    data = out.getvalue().encode("utf-8", "replace")

    good, faults = people(data)

    assert good[-1] == ("ok@example.org", "Okay")
    assert len(good) + len(faults) == 1 + any(map(str.strip, cells))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_a_sentence(data):
    try:
        lines = read_list(data).lines
    except InvalidInput as refused:
        lines = refused.fields["file"].endswith(".")

    assert lines
