"""Reads of registration forms and their answers."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import func, select

from webinar_app.infra.db import Db
from webinar_app.registrations.models import AnswerFile, FormAnswer, FormQuestion, KeptAnswer, Registration
from webinar_app.registrations.rules.questions import FieldKind, Question, Value, answer_words


def list_questions(db: Db, course_id: int) -> list[Question]:
    """Give what a course asks, in order."""
    query = (
        select(FormQuestion)
        .where(FormQuestion.course_id == course_id, FormQuestion.archived_at.is_(None))
        .order_by(FormQuestion.position, FormQuestion.id)
    )
    return [question_of(row) for row in db.scalars(query)]


def question_of(row: FormQuestion) -> Question:
    """Give a question as a plain value."""
    return Question(
        code=row.code, kind=row.kind, prompt=row.prompt, help=row.help, options=tuple(row.options),
        is_required=row.is_required, is_kept=row.is_kept, shown_on=row.shown_on, shown_value=row.shown_value,
    )  # fmt: skip


def count_answers(db: Db, question_ids: Iterable[int]) -> dict[int, int]:
    """Count, by question, who answered it."""
    query = select(FormAnswer.question_id, func.count()).where(FormAnswer.question_id.in_(list(question_ids)))
    return dict(db.execute(query.group_by(FormAnswer.question_id)).all())


def kept_answers(db: Db, person_ids: Collection[int], questions: Iterable[Question]) -> dict[str, Value]:
    """Give, by code, what a person answered before where the same was asked."""
    wanted = {one.memory: one.code for one in questions if one.is_kept}
    query = (
        select(KeptAnswer.memory, KeptAnswer.value)
        .where(KeptAnswer.person_id.in_(person_ids), KeptAnswer.memory.in_(list(wanted)))
        .order_by(KeptAnswer.kept_at)
    )
    return {wanted[memory]: value for memory, value in db.execute(query)}


def answers_of(db: Db, registration_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Give, by registration, pairs of question and answer in words, in the order of the form."""
    query = (
        select(FormAnswer.registration_id, FormQuestion.prompt, FormQuestion.kind, FormAnswer.value)
        .join(FormQuestion, FormQuestion.id == FormAnswer.question_id)
        .where(FormAnswer.registration_id.in_(registration_ids))
        .order_by(FormQuestion.position, FormQuestion.id)
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for registration_id, prompt, kind, value in db.execute(query):
        found[registration_id].append((prompt, answer_words(FieldKind(kind), value)))
    return dict(found)


def find_answer_file(db: Db, code: str, question: str) -> AnswerFile | None:
    """Give the file of a registration's answer, by their codes, or None."""
    query = (
        select(AnswerFile)
        .join(Registration, Registration.id == AnswerFile.registration_id)
        .join(FormQuestion, FormQuestion.id == AnswerFile.question_id)
        .where(Registration.code == code.upper(), FormQuestion.code == question.upper())
    )
    return db.scalars(query).one_or_none()


def files_of(db: Db, registration_id: int) -> list[dict[str, str]]:
    """Give the files of a registration's answers, in the order of the form."""
    query = (
        select(FormQuestion.code, FormQuestion.prompt, AnswerFile.name, AnswerFile.state, AnswerFile.refusal)
        .join(FormQuestion, FormQuestion.id == AnswerFile.question_id)
        .where(AnswerFile.registration_id == registration_id)
        .order_by(FormQuestion.position, FormQuestion.id)
    )
    names = ("question", "prompt", "name", "state", "refusal")
    return [dict(zip(names, map(str, row), strict=True)) for row in db.execute(query)]


def with_answers(db: Db, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give rows of registrations, each with `answers`."""
    found = answers_of(db, [row["id"] for row in rows])
    return [row | {"answers": found.get(row["id"], [])} for row in rows]
