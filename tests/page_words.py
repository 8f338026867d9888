"""Reading pages as people do: their text, who is signed in, and how many statements they took."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from webinar_app.accounts.services.signing import sign_in
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import write


def words_of(page: str) -> str:
    """Give the text of a page's main part on one line, without marks."""
    body = page.partition("<main")[2].partition("</main>")[0]
    text = re.sub(r"<(script|style|option)[^>]*>.*?</\1>", " ", body, flags=re.S)
    text = html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ")
    return re.sub(r"\s+([,.:;])", r"\1", re.sub(r"\s+", " ", text))


def words(client: FlaskClient, path: str) -> str:
    """Ask for a page that must answer, and give its text."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return words_of(response.text)


def let_in(client: FlaskClient, person_id: int, registration_id: int | None = None) -> FlaskClient:
    """Sign a person in, by a join link when a registration is given."""
    method = "join_link" if registration_id else "password"
    token = write(sign_in, person_id, method, device="Test", registration_id=registration_id, now=utc_now())
    with client.session_transaction() as kept:
        kept["sign_in"] = token
    return client


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the reading statements that are executed meanwhile."""
    told: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            told.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(Engine, "before_cursor_execute", note)
