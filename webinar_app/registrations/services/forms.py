"""What a course asks whoever registers: written by coordinators, answered once, offered again where it is the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.courses.policy import get_course
from webinar_app.infra.db import Db, insert_for
from webinar_app.registrations.models import AnswerFile, FormAnswer, FormQuestion, KeptAnswer, Registration
from webinar_app.registrations.queries.questions import count_answers, list_questions
from webinar_app.registrations.rules.questions import FieldKind, Question, Value, check_questions, seen_of
from webinar_app.registrations.services.files import SentFile, add_answer_file
from webinar_app.webinars.events import TextsAsked
from webinar_app.webinars.models import Webinar

_COLUMNS = ("kind", "prompt", "help", "is_required", "is_kept", "shown_on", "shown_value")


def set_questions(
    db: Db, actor: Actor, slug: str, questions: Sequence[Question], *, seen: str | None = None, now: datetime
) -> dict[str, Any]:
    """Ask these questions, in this order, of whoever registers for a course from now on, and return `{slug}`.

    One that is left out goes; where somebody answered it, it is archived with the answers. `seen`: what `seen_of` said
    of those that the builder began with; where somebody else changed them since, it is refused once.
    """
    course = get_course(db, actor, slug, to=Permission.REGISTRATION_MANAGE)
    if seen and seen != seen_of(list_questions(db, course.id)):
        sentence = (
            "Somebody else changed these questions while you wrote. Open the page once more in another tab to compare;"
            " saving again puts yours in their place."
        )
        raise InvalidInput("form.changed_meanwhile", sentence)
    questions = check_questions(questions)
    held = list(db.scalars(select(FormQuestion).where(FormQuestion.course_id == course.id)))
    known = {row.code: row for row in held}
    answered = count_answers(db, [row.id for row in held])
    _check_kinds(questions, known, answered)
    for at, one in enumerate(questions, start=1):
        row = known.get(one.code) or FormQuestion(course_id=course.id, code=one.code)
        for name in _COLUMNS:
            setattr(row, name, getattr(one, name))
        row.options, row.position, row.archived_at = list(one.options), at, None
        db.add(row)
    kept = {one.code for one in questions}
    for row in held:
        if row.code in kept:
            continue
        if row.id in answered:
            row.archived_at = row.archived_at or now
        else:
            db.execute(delete(FormQuestion).where(FormQuestion.id == row.id))
    record(db, actor.person_id, "form.set", "course", course.id, now=now, questions=len(questions))
    return {"slug": course.slug}


def keep_answers(
    db: Db, row: Registration, answers: Mapping[str, Value], files: Mapping[str, SentFile], now: datetime, *,
    is_own: bool,
) -> None:  # fmt: skip
    """Keep what somebody answered, with its files; `is_own`: offer it to them again where the same is asked."""
    if not answers:
        return
    asked = select(FormQuestion).where(FormQuestion.course_id == row.course_id, FormQuestion.code.in_(list(answers)))
    for question in db.scalars(asked):
        value = answers[question.code]
        db.add(FormAnswer(registration_id=row.id, question_id=question.id, value=value))
        if question.kind is FieldKind.FILE:
            add_answer_file(db, row, question, files, now)
        elif is_own and question.is_kept:
            _remember(db, row.person_id, question, value, now)


def texts_of(db: Db, question: TextsAsked) -> list[tuple[str, str]]:
    """Give what the form of a sitting's course asks."""
    asked = list_questions(db, db.get_one(Webinar, question.webinar_id).course_id)
    return [("Registration form", text) for one in asked for text in (one.prompt, one.help, *one.options)]


def copy_answers(db: Db, row: Registration, to: Registration) -> None:
    """Let what somebody answered go along with them to another sitting of the course."""
    for answer in db.scalars(select(FormAnswer).where(FormAnswer.registration_id == row.id)):
        db.add(FormAnswer(registration_id=to.id, question_id=answer.question_id, value=answer.value))
    for file in db.scalars(select(AnswerFile).where(AnswerFile.registration_id == row.id)):
        names = ("question_id", "name", "kind", "sha256", "size", "state", "refusal")
        db.add(AnswerFile(registration_id=to.id, **{name: getattr(file, name) for name in names}))


def _remember(db: Db, person_id: int, question: FormQuestion, value: Value, now: datetime) -> None:
    memory = Question(code=question.code, kind=question.kind, prompt=question.prompt).memory
    put = insert_for(db)(KeptAnswer).values(person_id=person_id, memory=memory, value=value, kept_at=now)
    changed = {"value": put.excluded.value, "kept_at": put.excluded.kept_at}
    db.execute(put.on_conflict_do_update(index_elements=["person_id", "memory"], set_=changed))


def _check_kinds(questions: Sequence[Question], known: Mapping[str, FormQuestion], answered: Mapping[int, int]) -> None:
    fields = {}
    for at, one in enumerate(questions):
        row = known.get(one.code)
        if row is not None and row.kind is not one.kind and row.id in answered:
            sentence = "It was answered already, so that its kind stays. Remove it and add another one."
            fields[f"questions-{at}-kind"] = sentence
    if fields:
        raise InvalidInput("form.answered", "Some questions need a look.", fields)
