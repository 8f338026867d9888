"""Answering once, in secret; mixing; opening and closing."""

import json
from datetime import timedelta

import pytest
from presence_facts import end, ended_webinar, stay
from sqlalchemy import select, text

from webinar_app.attendance import jobs as attendance_jobs
from webinar_app.core.actor import Actor
from webinar_app.core.errors import DomainError, Forbidden, InvalidInput, NotFound
from webinar_app.core.permissions import Role
from webinar_app.evaluations import jobs
from webinar_app.evaluations.models import EvaluationDone, EvaluationForm, EvaluationPending, EvaluationResponse
from webinar_app.evaluations.queries import find_form, items_of, results_of
from webinar_app.evaluations.services.answering import correct_name, submit
from webinar_app.evaluations.services.mixing import mix
from webinar_app.evaluations.services.opening import close_form, extend_form
from webinar_app.infra.acts import Act
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.mailing.models import Mail
from webinar_app.registrations.models import ItemCompletion

COMMENT = "The owl in the corner is mine"


def actor_of(member):
    return Actor(person_id=member.person_id)


def answers(form, comment=COMMENT):
    given = {}
    for item in items_of(form):
        given[item.key] = {"likert": "5", "single": "1", "yes_no": "no"}.get(item.kind.value, "")
    return given | {"comment": comment}


def form_of(webinar):
    with read() as db:
        return find_form(db, webinar["id"])


def rows(model):
    with read() as db:
        return list(db.scalars(select(model)))


@pytest.fixture
def room(world):
    """A sitting that ended five minutes ago, with seven people who were there."""
    webinar = ended_webinar(world)
    names = ("Ada Lovelace", "Bob Hope", "Cyd Charisse", "Dora Maar", "Eva Hesse", "Fay Wray", "Gil Scott")
    people = [world.attendee(webinar, name) for name in names]
    for person in people:
        stay(person, 0, 75, start=webinar["start"])
    end(webinar, world.staff(webinar))
    return webinar, people


def send(webinar, member, key="a key of one form", comment=COMMENT):
    now = webinar["end"] + timedelta(minutes=2)
    write(submit, actor_of(member), webinar["code"], answers(form_of(webinar), comment), key=key, now=now)


def test_end_freezes_a_form_of_objectives_and_presenters(room):
    webinar, _ = room
    form = form_of(webinar)

    prompts = [(item.section, item.prompt) for item in items_of(form)[:4]]
    expected = [("After this session I can", f"Objective {n}") for n in (1, 2, 3)]
    assert prompts == [*expected, ("Dr. Michael McGee", "Knew the subject well.")]
    assert form.closes_at == webinar["end"] + timedelta(days=7)


def test_course_without_an_evaluation_gets_no_form(world):
    course = world.course()
    other = world.course()
    webinar = ended_webinar(world, course={**course, "id": course["id"]})
    assert other["id"] != course["id"]
    write(remove_evaluation, course["evaluation_item"])

    end(webinar, world.staff(webinar))

    assert form_of(webinar) is None


def remove_evaluation(db, item_id):
    from webinar_app.courses.models import Item

    db.delete(db.get_one(Item, item_id))


def test_sending_writes_mark_ledger_and_sealed_answers_together(room):
    webinar, (ada, *_) = room

    send(webinar, ada)

    [done], [pending] = rows(EvaluationDone), rows(EvaluationPending)
    with read() as db:
        query = select(ItemCompletion).where(ItemCompletion.item_id == webinar["course"]["evaluation_item"])
        [completed] = db.scalars(query)
    assert (done.registration_id, completed.registration_id) == (ada.registration_id, ada.registration_id)
    assert completed.evidence == {"day": done.day.isoformat()}
    assert COMMENT.encode() not in pending.sealed


def test_second_tab_is_told_that_it_was_sent(room):
    webinar, (ada, *_) = room
    send(webinar, ada)

    with pytest.raises(DomainError) as refused:
        send(webinar, ada, key="the key of another tab")

    assert (refused.value.code, len(rows(EvaluationDone)), len(rows(EvaluationPending))) == ("evaluation.sent", 1, 1)


def test_same_form_sent_twice_counts_once(room):
    webinar, (ada, *_) = room
    send(webinar, ada)
    send(webinar, ada)

    assert (len(rows(EvaluationDone)), len(rows(EvaluationPending))) == (1, 1)


def test_missing_answers_are_named_and_nothing_is_written(room):
    webinar, (ada, *_) = room
    given = answers(form_of(webinar)) | {"objective_2": "", "intent": "9"}

    with pytest.raises(InvalidInput) as refused:
        write(submit, actor_of(ada), webinar["code"], given, key="a key of one form", now=webinar["end"])

    assert refused.value.fields == {"objective_2": "Answer this question.", "intent": "Choose one of the options."}
    assert rows(EvaluationDone) + rows(EvaluationPending) == []


def test_who_was_not_there_cannot_judge(room, world):
    webinar, _ = room
    absent = world.attendee(webinar, "Never There")

    with pytest.raises(DomainError) as refused:
        send(webinar, absent)

    assert refused.value.code == "evaluation.not_there"


def test_closed_is_closed_and_can_be_opened_again(room, world):
    webinar, (ada, *_) = room
    planner = world.coordinator()
    write(close_form, planner, webinar["code"], now=webinar["end"] + timedelta(minutes=1))
    with pytest.raises(DomainError) as refused:
        send(webinar, ada)

    write(extend_form, planner, webinar["code"], days=3, now=webinar["end"] + timedelta(minutes=1))
    send(webinar, ada)

    assert (refused.value.code, len(rows(EvaluationDone))) == ("evaluation.closed", 1)


def test_only_planners_extend(room, world):
    webinar, (ada, *_) = room
    other = world.actor(world.person("Pia Presenter", Role.PRESENTER), Role.PRESENTER)

    for actor, kind in ((other, Forbidden), (Actor(person_id=ada.person_id), NotFound)):
        with pytest.raises(kind):
            write(extend_form, actor, webinar["code"], days=3, now=webinar["end"])


def test_four_stay_sealed_and_five_are_mixed(room):
    webinar, people = room
    for person in people[:4]:
        send(webinar, person)
    jobs.mix_answers({"form_id": form_of(webinar).id})
    sealed = (len(rows(EvaluationPending)), len(rows(EvaluationResponse)))

    send(webinar, people[4])
    jobs.mix_answers({"form_id": form_of(webinar).id})
    jobs.mix_answers({"form_id": form_of(webinar).id})

    assert (sealed, len(rows(EvaluationPending)), len(rows(EvaluationResponse))) == ((4, 0), 0, 5)


def test_after_mixing_nothing_joins_a_person_to_an_answer(room):
    webinar, people = room
    for number, person in enumerate(people[:5]):
        send(webinar, person, comment=f"{COMMENT} {number}")
    write(mix, form_of(webinar).id, now=webinar["end"] + timedelta(days=1))

    responses = rows(EvaluationResponse)
    assert sorted(row.answers["comment"] for row in responses) == [f"{COMMENT} {number}" for number in range(5)]
    assert {row.day for row in responses} == {(webinar["end"] + timedelta(days=1)).date()}
    assert set(EvaluationResponse.__table__.columns.keys()) == {"id", "form_id", "day", "answers"}
    places = [person.registration_id for person in people] + [person.person_id for person in people]
    assert not any(str(place) == row.id for row in responses for place in places)


def test_no_other_table_holds_an_answer(room):
    webinar, people = room
    for person in people[:5]:
        send(webinar, person)
    write(mix, form_of(webinar).id, now=webinar["end"])

    holders = set()
    with read() as db:
        for table in EvaluationForm.metadata.sorted_tables:
            told = json.dumps([list(map(str, row)) for row in db.execute(select(table))])
            holders |= {table.name} if COMMENT in told else set()
        acts = db.scalars(select(Act).where(Act.work == "submit")).all()
        kept = {(act.payload_hash, act.answer) for act in acts}

    assert (holders, kept, len(acts)) == ({"evaluation_response"}, {(None, None)}, 5)


def test_rows_of_answers_have_no_number_on_sqlite(database, world):
    if database != "sqlite":
        return
    with read() as db:
        query = "SELECT name FROM sqlite_master WHERE name LIKE 'evaluation_%' AND sql LIKE '%WITHOUT ROWID%'"
        assert sorted(db.scalars(text(query))) == ["evaluation_pending", "evaluation_response"]


def test_results_step_by_five_and_hold_the_rest_back(room):
    webinar, people = room
    for person in people[:5]:
        send(webinar, person)
    write(mix, form_of(webinar).id, now=webinar["end"])
    send(webinar, people[5])
    write(mix, form_of(webinar).id, now=webinar["end"])

    with read() as db:
        found = results_of(db, find_form(db, webinar["id"]), only_presenters=None)

    assert (found.done, found.answered, found.held_back) == (6, 5, 1)
    assert {one.n for one in found.summaries if not one.is_withheld} == {5}


def test_mail_goes_once_to_those_who_were_there_and_did_not_answer(room, world):
    webinar, people = room
    world.attendee(webinar, "Never There")
    attendance_jobs.summarise_all({"webinar_id": webinar["id"]})
    send(webinar, people[0])

    for _ in range(2):
        jobs.invite({"form_id": form_of(webinar).id})

    mails = [mail for mail in rows(Mail) if mail.kind == "evaluation"]
    assert {mail.person_id for mail in mails} == {person.person_id for person in people[1:]}
    assert {mail.subject for mail in mails} == {"Evaluate Building a Therapeutic Alliance"}
    assert all(b"to=3Devaluation" in mail.body or b"to=evaluation" in mail.body for mail in mails)


def test_end_plans_the_mail_and_the_last_mixing(room):
    webinar, _ = room
    form = form_of(webinar)
    with read() as db:
        query = select(Job.name, Job.run_at).where(Job.name.startswith("evaluations.")).order_by(Job.run_at)
        planned = [tuple(row) for row in db.execute(query)]

    assert planned == [
        ("evaluations.invite", webinar["end"] + timedelta(minutes=2)), ("evaluations.mix", form.closes_at),
    ]  # fmt: skip


def test_name_can_be_corrected_until_it_is_sent(room):
    webinar, (ada, *_) = room
    actor, code = actor_of(ada), webinar["code"]
    name = write(correct_name, actor, code, "Augusta Ada King", now=webinar["end"])
    send(webinar, ada)

    with pytest.raises(DomainError) as refused:
        write(correct_name, actor, code, "Somebody Else", now=webinar["end"])

    assert (name, refused.value.code) == ("Augusta Ada King", "evaluation.name")
