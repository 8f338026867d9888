"""Results of a sitting's polls as files: totals, and who answered what where the ballot allowed staff to see it."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.infra.spreadsheets import csv_file, time_cell, xlsx_file
from webinar_app.polls.models import Ballot, Poll
from webinar_app.polls.queries import list_answers, list_polls, poll_view, results, shown_value
from webinar_app.polls.rules import Counted, PollKind, PollState, decode, right_count
from webinar_app.registrations.models import Registration

TOTALS = (
    "Poll", "Question", "Kind", "State", "Who sees the votes", "Opened", "Answer", "Count", "Percent", "Voters",
    "Mean", "Median", "Spread", "All right",
)  # fmt: skip
ANSWERS = ("Poll", "Question", "Name", "Registration", "Answer", "Right", "Seconds after opening", "Answered")
CSV, XLSX, JSON = (
    "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/json",
)  # fmt: skip


class File(NamedTuple):
    """A file to download."""

    name: str
    kind: str
    content: bytes


class _Data(NamedTuple):
    polls: list[Poll]
    counted: dict[int, Counted]
    answers: list[tuple[Poll, Ballot, Registration]]
    zone: str


def results_file(db: Db, webinar_id: int, code: str, zone: str, form: str) -> File | None:
    """Give the results as `totals` or `answers` (CSV), `xlsx` or `json`; None for another form. Times are of `zone`."""
    polls = [poll for poll in list_polls(db, webinar_id, *PollState) if poll.state is not PollState.DRAFT]
    by_id = {poll.id: poll for poll in polls}
    answers = [(by_id[ballot.poll_id], ballot, person) for ballot, person in list_answers(db, list(by_id))]
    data = _Data(polls, results(db, polls), answers, zone)
    made = {
        "totals": lambda: File(f"polls-{code}.csv", CSV, csv_file(TOTALS, _total_rows(data), bom=True)),
        "answers": lambda: File(f"poll-answers-{code}.csv", CSV, csv_file(ANSWERS, _answer_rows(data), bom=True)),
        "xlsx": lambda: File(f"polls-{code}.xlsx", XLSX, xlsx_file(_sheets(data))),
        "json": lambda: File(f"polls-{code}.json", JSON, json.dumps(_plain(data), ensure_ascii=False).encode()),
    }
    return made[form]() if form in made else None


def _sheets(data: _Data) -> list[tuple[str, Sequence[str], list[tuple[Any, ...]]]]:
    return [("Totals", TOTALS, _total_rows(data)), ("Answers", ANSWERS, _answer_rows(data))]


def _total_rows(data: _Data) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for poll in data.polls:
        shown = shown_value(poll, data.counted[poll.id]) or {}
        opened = time_cell(poll.opened_at, data.zone)
        about = (poll.position, poll.question, poll.kind.value, poll.state.value, poll.privacy.value, opened)
        right = right_count(poll.shape, data.counted[poll.id])
        lines = [*zip(_labels(poll, shown), shown["counts"], shown["shares"], strict=True)] or [("", "", "")]
        for at, line in enumerate(lines):
            rows.append((*about, *line, shown["voters"], *_stats_of(poll, shown, at), "" if right is None else right))
    return rows


def _labels(poll: Poll, shown: dict[str, Any]) -> list[str]:
    options = [option.text for option in poll.options]
    if poll.kind is PollKind.GRID:
        return [f"{row}: {column}" for row in options for column in poll.shape.setup.columns]
    return list(shown.get("labels", options))


def _stats_of(poll: Poll, shown: dict[str, Any], line: int) -> tuple[Any, ...]:
    """Give mean, median and spread of what this line is about."""
    stats = shown.get("stats")
    if not stats:
        return ("", "", "")
    per_line = {PollKind.GRID: line // max(1, len(poll.shape.setup.columns)), PollKind.RANKING: line}
    found = stats[per_line.get(poll.kind, 0)]
    return tuple(found.values()) if found else ("", "", "")


def _answer_rows(data: _Data) -> list[tuple[Any, ...]]:
    return [
        (
            poll.position, poll.question, person.display_name, person.code, _answer_words(poll, ballot),
            _is_right(poll, ballot), "" if ballot.waited_ms is None else ballot.waited_ms / 1000,
            time_cell(ballot.cast_at, data.zone),
        )
        for poll, ballot, person in data.answers
    ]  # fmt: skip


def _answer_words(poll: Poll, ballot: Ballot) -> str:
    options = [option.text for option in poll.options]
    answer = decode(poll.kind, ballot.choices)
    if poll.kind is PollKind.GRID:
        columns = poll.shape.setup.columns
        return "; ".join(
            f"{row}: {columns[at]}" for row, at in zip(options, answer, strict=True) if isinstance(at, int)
        )
    return "; ".join(options[one] if isinstance(one, int) else one for one in answer)


def _is_right(poll: Poll, ballot: Ballot) -> str:
    if poll.kind is not PollKind.QUIZ:
        return ""
    return "yes" if decode(poll.kind, ballot.choices) == poll.shape.setup.right else "no"


def _plain(data: _Data) -> dict[str, Any]:
    polls = []
    for poll in data.polls:
        given = [_plain_answer(ballot, person, poll) for of, ballot, person in data.answers if of is poll]
        result = shown_value(poll, data.counted[poll.id]) or {}
        result.pop("rows", None)
        about = {name: value for name, value in poll_view(poll).items() if name != "can_edit"}
        polls.append(
            about | {"opened_at": poll.opened_at and stamp(poll.opened_at), "result": result, "answers": given}
        )
    return {"polls": polls}


def _plain_answer(ballot: Ballot, person: Registration, poll: Poll) -> dict[str, Any]:
    return {
        "name": person.display_name,
        "registration": person.code,
        "answer": list(decode(poll.kind, ballot.choices)),
        "waited_ms": ballot.waited_ms,
        "answered_at": stamp(ballot.cast_at),
    }
