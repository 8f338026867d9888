"""Lists of people as files."""

from typing import Any

from webinar_app.infra.spreadsheets import csv_file, time_cell

HEAD = (
    "Legal name", "Name in the room", "E-mail", "State", "Seat", "Profession", "Board", "Licence", "Licence until",
    "Registered", "Cancelled", "Policy accepted", "Policy version", "Minutes", "Checks", "Evaluation", "Verdict", "Why",
)  # fmt: skip
COURSE_HEAD = (
    "Legal name", "Name shown", "E-mail", "State", "Profession", "Board", "Licence", "Registered", "Cancelled",
    "Finished parts",
)  # fmt: skip


def course_csv(rows: list[dict[str, Any]], items: list[dict[str, Any]], zone: str, *, bom: bool) -> bytes:
    """Give the people of a course without a sitting as CSV: a column per part, with the time it was finished."""
    asked = _asked(rows)
    head = (*COURSE_HEAD, *(f"Unit {item['unit']}: {item['title']}" for item in items), *asked)
    return csv_file(head, [[*_course_cells(row, items, zone), *_told(row, asked)] for row in rows], bom=bom)


def _asked(rows: list[dict[str, Any]]) -> list[str]:
    """Give the questions that somebody here answered, in the order of the form."""
    return list(dict.fromkeys(prompt for row in rows for prompt, _ in row["answers"]))


def _told(row: dict[str, Any], asked: list[str]) -> list[str]:
    told = dict(row["answers"])
    return [told.get(prompt, "") for prompt in asked]


def _course_cells(row: dict[str, Any], items: list[dict[str, Any]], zone: str) -> list[Any]:
    licence, done = row["licence"] or {}, row["facts"].get("done", {})
    finished = sum(item["id"] in done for item in items)
    return [
        row["legal_name"], row["display_name"], row["email"], row["state"], licence.get("profession"),
        licence.get("board"), licence.get("number"), time_cell(row["created_at"], zone),
        time_cell(row["cancelled_at"], zone), f"{finished} of {len(items)}",
        *(time_cell(done.get(item["id"]), zone) for item in items),
    ]  # fmt: skip


def roster_csv(rows: list[dict[str, Any]], zone: str, *, bom: bool) -> bytes:
    """Give a roster as CSV, times on the wall clock of the sitting with their offset."""
    asked = _asked(rows)
    return csv_file((*HEAD, *asked), [[*_cells(row, zone), *_told(row, asked)] for row in rows], bom=bom)


def _cells(row: dict[str, Any], zone: str) -> list[Any]:
    licence, facts = row["licence"] or {}, row["facts"]
    verdict = facts.get("verdict") or ("", "")
    return [
        row["legal_name"], row["display_name"], row["email"], row["state"], row["seat"], licence.get("profession"),
        licence.get("board"), licence.get("number"), licence.get("expires_on"), time_cell(row["created_at"], zone),
        time_cell(row["cancelled_at"], zone), time_cell(row["policy_accepted_at"], zone), row["policy_version"],
        facts.get("minutes"), facts.get("checks"), facts.get("evaluation"), verdict[0], facts.get("why"),
    ]  # fmt: skip
