"""Sittings that can still be registered for."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from webinar_app.core.clock import utc_now
from webinar_app.core.times import in_zone


@pytest.fixture
def soon(world):
    """A sitting in a week; `soon(**changes)` gives another."""

    def make(**changes):
        starts_at = (utc_now() + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
        local = in_zone(starts_at, "America/New_York").replace(tzinfo=None)
        return world.webinar(**({"starts_at": starts_at, "local_start": local} | changes))

    return make


@pytest.fixture
def queries():
    """Count the statements that run inside `with queries() as statements`."""

    @contextmanager
    def watch():
        statements = []

        def note(connection, cursor, statement, *rest):
            if statement.lstrip().upper().startswith("SELECT"):
                statements.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return watch
