"""The migration to every kind of poll, with rows in the tables that it changes."""

import pytest
from databases import KINDS, empty
from sqlalchemy import Connection, exc, inspect, text

from webinar_app.infra import migrations
from webinar_app.infra.engines import engine_for

BEFORE, AFTER = "20261130_1425", "20261130_1430"
POLL = (
    "INSERT INTO poll (id, code, webinar_id, position, kind, question, min_choices, max_choices, state, visibility,"
    " privacy, results_shown) VALUES (:id, :code, 1, 1, :kind, 'Q', 1, 1, 'open', :visibility, 'staff', false)"
)
BALLOT = (
    "INSERT INTO ballot (poll_id, registration_id, choices, cast_at) VALUES (:poll, 1, '0', '2026-11-30 12:00:00+00')"
)


def without_foreign_keys(connection: Connection) -> Connection:
    """Let rows stand for themselves: this is about two tables only."""
    sqlite = connection.dialect.name == "sqlite"
    connection.connection.dbapi_connection.execute(  # type: ignore[union-attr]  # outside the transaction
        "PRAGMA foreign_keys=OFF" if sqlite else "SET session_replication_role = replica"
    )
    return connection


def registration(engine):
    """Give the statement of a registration that holds as little as the table allows."""
    fillers = {
        "BOOLEAN": "false",
        "INTEGER": "1",
        "DATETIME": "'2026-11-30'",
        "TIMESTAMP": "'2026-11-30'",
        "JSON": "'{}'",
    }
    own = {"state": "'registered'", "seat": "'online'", "delivery": "'online'"}
    columns = {
        column["name"]: own.get(column["name"], fillers.get(str(column["type"]).partition("(")[0], "'x'"))
        for column in inspect(engine).get_columns("registration")
        if not column["nullable"]
    }
    return f"INSERT INTO registration ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"


@pytest.mark.parametrize("kind", KINDS)
def test_polls_and_ballots_survive_and_what_the_older_release_cannot_hold_goes(kind, tmp_path):
    url = empty(kind, tmp_path)
    migrations.migrate(url, BEFORE)
    engine = engine_for(url, "worker")

    def run(sql, **values):
        with without_foreign_keys(engine.connect()) as connection, connection.begin():
            return connection.execute(text(sql), values)

    run(registration(engine))
    run(POLL, id=1, code="A", kind="single", visibility="always")
    run(BALLOT, poll=1)
    migrations.migrate(url, AFTER)
    run(POLL, id=2, code="B", kind="words", visibility="never")
    run(BALLOT, poll=2)
    run("INSERT INTO poll_text (poll_id, folded, text, n, hidden) VALUES (2, 'a', 'A', 1, false)")
    with engine.connect() as connection:
        kept = connection.execute(
            text("SELECT kind, pinned, choices FROM poll JOIN ballot ON poll_id = id ORDER BY id")
        )
        at_head = [(row[0], bool(row[1]), row[2]) for row in kept]
    migrations.downgrade(url, BEFORE)

    assert at_head == [("single", False, "0"), ("words", False, "0")]
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(text("SELECT code FROM poll"))] == [("A",)]
        assert [tuple(row) for row in connection.execute(text("SELECT poll_id FROM ballot"))] == [(1,)]
    with pytest.raises(exc.IntegrityError):
        run(POLL, id=3, code="C", kind="words", visibility="always")
    engine.dispose()
