"""Registration forms: what is asked when, what is kept, and how coordinators write them."""

import csv
import io
import re
from dataclasses import replace

import pytest
from factories import NOW
from hypothesis import given
from hypothesis import strategies as st
from page_words import let_in, words
from sqlalchemy import select

from webinar_app.core.errors import Forbidden, InvalidInput
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.registrations.forms.questions import rows_of
from webinar_app.registrations.models import FormAnswer, FormQuestion, KeptAnswer, Registration
from webinar_app.registrations.queries.questions import answers_of, list_questions
from webinar_app.registrations.rules.questions import (
    FieldKind,
    Question,
    check_answers,
    check_questions,
    condition_words,
    is_shown,
)
from webinar_app.registrations.services.forms import set_questions


def q(code, kind=FieldKind.TEXT, **more):
    return Question(code=code, kind=kind, prompt=f"Question {code}", **more)


MEAL = q("MEAL", FieldKind.CHOICE, options=("Vegan", "Other"), is_required=True)
WHICH = q("WHICH", shown_on="MEAL", shown_value="other", is_required=True)
WHY = q("WHY", FieldKind.LONG_TEXT, shown_on="WHICH")
EVERY = [
    q("TEXT"), q("LONG", FieldKind.LONG_TEXT), q("NUMBER", FieldKind.NUMBER), MEAL,
    q("MANY", FieldKind.CHOICES, options=("A", "B", "C")), q("DAY", FieldKind.DATE), q("WHERE", FieldKind.COUNTRY),
    q("SURE", FieldKind.YES_NO), q("AGREE", FieldKind.CONSENT), q("FILE", FieldKind.FILE),
]  # fmt: skip


def test_answers_are_kept_in_one_form():
    typed = {
        "TEXT": [" a  b "], "LONG": ["a\n\n\nb"], "NUMBER": ["007.50"], "MEAL": ["Vegan"], "MANY": ["C", "A", "C"],
        "DAY": ["2027-03-31"], "WHERE": ["CA"], "SURE": ["no"], "AGREE": ["yes"],
        "FILE": ["One.pdf"],
    }  # fmt: skip

    assert check_answers(EVERY, typed) == typed | {
        "TEXT": "a b", "LONG": "a\n\nb", "NUMBER": "7.5", "MEAL": "Vegan", "MANY": ["A", "C"], "DAY": "2027-03-31",
        "WHERE": "CA", "SURE": "no", "AGREE": "yes", "FILE": "One.pdf",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("TEXT", ["x" * 301]), ("LONG", ["x" * 4001]), ("NUMBER", ["twelve"]), ("MEAL", ["Meat"]), ("MANY", ["A", "D"]),
        ("DAY", ["31 March"]), ("WHERE", ["Atlantis"]), ("SURE", ["maybe"]), ("AGREE", ["no"]),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_at_its_field(code, typed):
    with pytest.raises(InvalidInput) as refused:
        check_answers(EVERY, {"MEAL": ["Vegan"], code: typed})

    assert list(refused.value.fields) == [f"q_{code}"]


def test_needed_ones_are_asked_for_only_where_they_are_shown():
    form = [MEAL, WHICH, WHY]

    assert check_answers(form, {"MEAL": ["Vegan"], "WHICH": ["ignored"], "WHY": ["ignored"]}) == {"MEAL": "Vegan"}
    for typed in ({}, {"MEAL": ["Other"]}):
        with pytest.raises(InvalidInput) as refused:
            check_answers(form, typed)
        assert list(refused.value.fields) == (["q_WHICH"] if typed else ["q_MEAL"])
    assert check_answers(form, {"MEAL": ["Other"], "WHICH": ["No nuts"], "WHY": ["Health"]})["WHY"] == "Health"
    assert condition_words(WHICH, {"MEAL": MEAL}) == "Only if you answered “other” to “Question MEAL”."
    assert condition_words(WHY, {"WHICH": WHICH}) == "Only if you answered “Question WHICH”."


@given(st.dictionaries(st.sampled_from(["MEAL", "WHICH", "WHY"]), st.lists(st.sampled_from(["Vegan", "Other", ""]))))
def test_nothing_is_kept_that_was_not_asked(typed):
    form = [MEAL, WHICH, WHY]
    try:
        kept = check_answers(form, typed)
    except InvalidInput:
        return
    assert all(is_shown(one, kept) for one in form if one.code in kept)


@pytest.mark.parametrize(
    ("questions", "field"),
    [
        ([replace(MEAL, prompt="")], "questions-0-prompt"),
        ([replace(MEAL, options=("One",))], "questions-0-options"),
        ([replace(MEAL, options=("One", "One"))], "questions-0-options"),
        ([MEAL, MEAL], "questions-1-prompt"),
        ([WHICH, MEAL], "questions-0-shown_on"),
        ([MEAL, replace(WHICH, shown_value="Meat")], "questions-1-shown_value"),
        ([replace(WHICH, shown_on="")], "questions-0-shown_on"),
        ([q("FILE", FieldKind.FILE, is_kept=True)], "questions-0-is_kept"),
        ([q(f"FILE{n}", FieldKind.FILE) for n in (1, 2, 3)], "questions-2-kind"),
        ([q("FILE", FieldKind.FILE), q("WHY", shown_on="FILE")], "questions-1-shown_on"),
    ],
)
def test_forms_that_make_no_sense_are_refused_at_their_row(questions, field):
    with pytest.raises(InvalidInput) as refused:
        check_questions(questions)

    assert field in refused.value.fields


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (FieldKind.COUNTRY, "canada", "CA"),
        (FieldKind.COUNTRY, "CA", "CA"),
        (FieldKind.YES_NO, "YES", "yes"),
        (FieldKind.CHOICE, "vegan", "Vegan"),
        (FieldKind.DATE, "2027-03-31", "2027-03-31"),
        (FieldKind.TEXT, "County Health", "County Health"),
        (FieldKind.COUNTRY, "", ""),
    ],
)
def test_conditions_wait_for_answers_as_they_are_stored(kind, typed, kept):
    before = q("BEFORE", kind, options=("Vegan", "Meat") if kind is FieldKind.CHOICE else ())

    assert check_questions([before, q("WHY", shown_on="BEFORE", shown_value=typed)])[1].shown_value == kept


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        (FieldKind.COUNTRY, "Canda", "Write one of its answers: Canada, for example."),
        (FieldKind.YES_NO, "maybe", "Write one of its answers: Yes, No."),
        (FieldKind.DATE, "next spring", "Write a date as year-month-day, such as 2027-03-31."),
    ],
)
def test_condition_that_no_answer_meets_is_refused_with_what_to_write(kind, typed, sentence):
    with pytest.raises(InvalidInput) as refused:
        check_questions([q("BEFORE", kind), q("WHY", shown_on="BEFORE", shown_value=typed)])

    assert refused.value.fields == {"questions-1-shown_value": sentence}


def test_builder_shows_the_condition_as_people_read_it():
    form = [q("BEFORE", FieldKind.COUNTRY), q("WHY", shown_on="BEFORE", shown_value="CA")]

    assert rows_of(form)[1]["shown_value"] == "Canada"


FORM = [
    Question(code="AAAAAAAA", kind=FieldKind.YES_NO, prompt="Do you need a parking space?", is_required=True),
    Question(
        code="BBBBBBBB", kind=FieldKind.TEXT, prompt="Number plate", shown_on="AAAAAAAA", shown_value="yes",
        is_required=True,
    ),
    Question(code="CCCCCCCC", kind=FieldKind.TEXT, prompt="Employer", is_kept=True),
    Question(code="DDDDDDDD", kind=FieldKind.CHOICES, prompt="Topics", options=("Trauma", "Sleep")),
    Question(code="EEEEEEEE", kind=FieldKind.COUNTRY, prompt="Country"),
]  # fmt: skip


def sheet(page, **more):
    version = re.search(r'name="policy_version"[^>]*value="(\w+)"', page).group(1)
    names = {"email": "ada@example.org", "legal_name": "Ada Lovelace", "policy": "y", "policy_version": version}
    return names | {"_key": f"{len(str(more))} answers"} | more


def test_page_asks_keeps_and_shows_what_was_answered(soon, app, world):
    webinar = soon()
    write(set_questions, world.coordinator(), webinar["course"]["slug"], FORM, now=NOW)
    guest, path = app.test_client(), f"/webinars/{webinar['code']}/register"
    page = guest.get(path).text
    wrong = guest.post(path, data=sheet(page, q_AAAAAAAA="yes", q_CCCCCCCC="x" * 400, email="nobody", policy=""))
    sent = guest.post(
        path,
        data=sheet(page, q_AAAAAAAA="no", q_BBBBBBBB="hidden", q_CCCCCCCC="Alder", q_DDDDDDDD="Sleep", q_EEEEEEEE="CA"),
    )
    desk = let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))
    people = words(desk, f"/manage/webinars/{webinar['code']}/people")
    (row,) = csv.DictReader(io.StringIO(desk.get(f"/manage/webinars/{webinar['code']}/people.csv").text))
    with read() as db:
        code, key = db.execute(select(Registration.code, Registration.id)).one()
        told = answers_of(db, [key])[key]

    assert "Only if you answered “Yes” to “Do you need a parking space?”." in page
    assert 'data-shown-on="q_AAAAAAAA" data-shown-value="yes"' in page
    assert (wrong.status_code, wrong.text.count("Write an answer.")) == (422, 2)
    assert all(said in wrong.text for said in ("Write at most 300 characters", "such as name@example.org", "x" * 400))
    assert re.findall(r'<li><a href="#(\w+)">', wrong.text) == ["email", "q_BBBBBBBB", "q_CCCCCCCC", "policy"]
    assert sent.status_code == 303
    assert told == [
        ("Do you need a parking space?", "No"), ("Employer", "Alder"), ("Topics", "Sleep"), ("Country", "Canada"),
    ]  # fmt: skip
    assert "Employer: Alder" in people
    assert (row["Employer"], row["Country"], "Number plate" in row) == ("Alder", "Canada", False)
    assert "Topics Sleep" in words(desk, f"/manage/registrations/{code}")


def test_answers_are_offered_again_to_who_is_signed_in(soon, app, world):
    cora, person_id = world.coordinator(), world.person("Grace Hopper")
    first, second = soon(), soon()
    for webinar in (first, second):
        write(set_questions, cora, webinar["course"]["slug"], FORM[2:3], now=NOW)
    client = let_in(app.test_client(), person_id)
    page = client.get(f"/webinars/{first['code']}/register").text
    client.post(f"/webinars/{first['code']}/register", data=sheet(page, q_CCCCCCCC="Alder Institute"))

    assert 'value="Alder Institute"' in client.get(f"/webinars/{second['code']}/register").text
    assert 'value="Alder Institute"' not in app.test_client().get(f"/webinars/{second['code']}/register").text
    with read() as db:
        assert len(db.scalars(select(KeptAnswer)).all()) == 1


def test_removed_question_keeps_its_answers_and_an_answered_one_its_kind(soon, app, world):
    webinar, cora = soon(), world.coordinator()
    slug = webinar["course"]["slug"]
    write(set_questions, cora, slug, FORM[2:], now=NOW)
    guest = app.test_client()
    page = guest.get(f"/webinars/{webinar['code']}/register").text
    guest.post(f"/webinars/{webinar['code']}/register", data=sheet(page, q_CCCCCCCC="Alder"))
    with pytest.raises(InvalidInput) as refused:
        write(set_questions, cora, slug, [replace(FORM[2], kind=FieldKind.NUMBER)], now=NOW)
    write(set_questions, cora, slug, [FORM[0]], now=NOW)

    with read() as db:
        course_id = webinar["course"]["id"]
        left = [one.code for one in list_questions(db, course_id)]
        rows = {row.code: row.archived_at for row in db.scalars(select(FormQuestion))}
        assert (left, rows) == (["AAAAAAAA"], {"AAAAAAAA": None, "CCCCCCCC": NOW})
        assert len(db.scalars(select(FormAnswer)).all()) == 1
    assert list(refused.value.fields) == ["questions-0-kind"]


def test_others_write_no_forms(soon, world):
    webinar = soon()

    with pytest.raises(Forbidden):
        write(set_questions, world.actor(world.person("Ada")), webinar["course"]["slug"], FORM, now=NOW)


def test_builder_works_without_scripts_and_keeps_what_was_typed(soon, app, world):
    webinar = soon()
    desk = let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))
    path = f"/manage/courses/{webinar['course']['slug']}/questions"
    empty = words(desk, path)
    added = desk.post(path, data={"do": "questions.add", "_key": "adds one row"}).text
    code = re.search(r'name="questions-0-code" type="hidden" value="(\w{8})"', added).group(1)
    row = {"questions-0-code": code, "questions-0-prompt": "Meal", "questions-0-kind": "choice"}
    wrong = desk.post(path, data=row | {"questions-0-options": "Vegan", "_key": "wrong rows"})
    row |= {"questions-0-options": "Vegan\nOther", "questions-0-is_required": "y"}
    two = desk.post(path, data=row | {"do": "questions.add", "_key": "adds two rows"}).text
    other = re.search(r'name="questions-1-code" type="hidden" value="(\w{8})"', two).group(1)
    more = {"questions-1-code": other, "questions-1-prompt": "Which", "questions-1-kind": "text"}
    more |= {"questions-1-shown_on": code, "questions-1-shown_value": "Other"}
    up = desk.post(path, data=row | more | {"do": "questions.1.up", "_key": "moves a row"}).text
    saved = desk.post(path, data=row | more | {"_key": "saves it all"})

    assert "Nothing more is asked" in empty
    assert (wrong.status_code, "Write at least two options" in wrong.text) == (422, True)
    assert "Vegan</textarea>" in wrong.text
    assert f'value="{code}">1. Meal' in two
    assert "A question that is not above this one" in up
    assert saved.status_code == 303
    with read() as db:
        first, second = list_questions(db, webinar["course"]["id"])
    assert (first.prompt, first.options, first.is_required) == ("Meal", ("Vegan", "Other"), True)
    assert (second.shown_on, second.shown_value) == (code, "Other")


def test_second_of_two_builders_is_told_before_it_replaces_what_the_first_wrote(soon, app, world):
    webinar, cora = soon(), world.coordinator()
    slug = webinar["course"]["slug"]
    desk = let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))
    path = f"/manage/courses/{slug}/questions"
    seen = re.compile(r'name="seen" type="hidden" value="(\w+)"')
    stale = {"seen": seen.search(desk.get(path).text).group(1)}
    write(set_questions, cora, slug, FORM[:2], now=NOW)
    stale |= {"questions-0-code": "FFFFFFFF", "questions-0-prompt": "Employer", "questions-0-kind": "text"}
    refused = desk.post(path, data=stale | {"_key": "stale builder"})
    with read() as db:
        between = [one.code for one in list_questions(db, webinar["course"]["id"])]
    again = stale | {"seen": seen.search(refused.text).group(1), "_key": "knows it now"}
    saved = desk.post(path, data=again)

    assert (refused.status_code, "Somebody else changed these questions" in refused.text) == (422, True)
    assert 'value="Employer"' in refused.text
    assert between == ["AAAAAAAA", "BBBBBBBB"]
    assert saved.status_code == 303
    with read() as db:
        assert [one.code for one in list_questions(db, webinar["course"]["id"])] == ["FFFFFFFF"]
