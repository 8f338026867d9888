"""Databases, the application and its clients for every test."""

import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

INSTANCE = tempfile.mkdtemp(prefix="rostrum-test-")
os.environ.update(
    WEBINAR_INSTANCE=INSTANCE,
    WEBINAR_SECRET_KEY="a secret of the test suite, and long enough for it",
    WEBINAR_PUBLIC_URL="http://127.0.0.1:5000",
    WEBINAR_ASYNC_MODE="threading",
)
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "live")]

import databases
import hypothesis
import pytest
import time_machine
from factories import World
from flask import Flask
from flask.testing import FlaskClient
from rooms import doors, the_io  # noqa: F401  # fixtures
from sqlalchemy import Engine

from webinar_app.infra import db, dispatch
from webinar_app.infra.engines import engine_for
from webinar_app.subscriptions import SUBSCRIPTIONS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what starts servers and browsers run one after the other, beside the quick tests on the other cores.

    The journeys have a line of their own: most of their time they wait for the minute at which their session begins.
    """
    for item in items:
        if item.get_closest_marker("browser") or item.get_closest_marker("live"):
            item.add_marker(pytest.mark.xdist_group("journeys" if item.path.stem == "test_journey" else "servers"))


def pytest_collection_finish() -> None:
    """Keep modules and collected tests out of garbage collection: looking at them again took a quarter of a test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


# How long an example takes says nothing on a shared machine.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

TODAY = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let it be the same day in every run, between the dates that tests name; real servers keep the real clock."""
    if request.node.get_closest_marker("browser") or request.node.get_closest_marker("live"):
        yield
    else:
        with time_machine.travel(TODAY, tick=True):
            yield


@pytest.fixture(scope="session", params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database at head, once per kind and run."""
    return databases.fresh(request.param, tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """One engine a run, because it keeps the statements that it has compiled."""
    made = engine_for(database_url, "worker")
    yield made
    made.dispose()


@pytest.fixture
def database(engine: Engine) -> Iterator[str]:
    """`read` and `write` on one connection whose transaction is undone after the test; gives the kind."""
    with engine.connect() as connection:
        outer = connection.begin()
        db.use_connection(connection)
        dispatch.install(SUBSCRIPTIONS)
        yield engine.dialect.name
        outer.rollback()


@pytest.fixture
def world(database: str) -> World:
    """Factories that fill the database."""
    return World()


@pytest.fixture(scope="session")
def the_app() -> Flask:
    """The application, once."""
    from webinar_app.app import create_app
    from webinar_app.config import settings

    app = create_app(settings())
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def app(the_app: Flask, database: str) -> Flask:
    """The application on this test's database; every test lives the same minutes, and begins without earlier checks."""
    from webinar_app.certificates.routes import _limiter

    _limiter.storage.reset()
    return the_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, not signed in."""
    return app.test_client()
