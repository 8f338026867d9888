"""The questions of a sitting as a file."""

from typing import Any

from webinar_app.infra.db import Db
from webinar_app.infra.spreadsheets import csv_file, time_cell
from webinar_app.questions.queries import Asked, list_asked, list_objectives
from webinar_app.questions.rules import QuestionState
from webinar_app.webinars.models import Webinar

HEAD = (
    "Code", "Asked", "Asked by", "State", "Question", "Votes", "Objective", "Answer", "Reason", "Merged into",
    "Last change",
)  # fmt: skip
WORDS = {
    QuestionState.SUBMITTED: "Not published",
    QuestionState.PUBLISHED: "Published, not answered",
    QuestionState.ANSWERING: "Being answered",
    QuestionState.ANSWERED_LIVE: "Answered live",
    QuestionState.ANSWERED_WRITING: "Answered in writing",
    QuestionState.ANSWERED_PRIVATELY: "Answered to the asker alone",
    QuestionState.PARKED: "Kept for a follow-up",
    QuestionState.MERGED: "Merged",
    QuestionState.DISMISSED: "Dismissed",
}


def questions_csv(db: Db, webinar: Webinar) -> bytes:
    """Give every question of a sitting with what became of it; who asked without a name has none in a file either."""
    objectives = {row.position: row.text for row in list_objectives(db, webinar.id)}
    rows = [_line(asked, webinar.time_zone, objectives) for asked in list_asked(db, webinar.id)]
    return csv_file(HEAD, rows, bom=True)


def _line(asked: Asked, zone: str, objectives: dict[int, str]) -> tuple[Any, ...]:
    row = asked.question
    objective = f"{asked.objective}. {objectives[asked.objective]}" if asked.objective in objectives else ""
    return (
        row.code, time_cell(row.asked_at, zone), "Without a name" if row.anonymous else asked.author,
        WORDS[row.state], row.text, asked.votes, objective, row.answer, row.dismissed_reason, asked.into,
        time_cell(row.changed_at, zone),
    )  # fmt: skip
