"""A scratch installation on each database that this machine has, with people and without courses."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import databases
import pytest
import redis
from browsers import Someone, Stand, chromium, installation, keep_all
from playwright.sync_api import Browser

REDIS = os.environ.get("WEBINAR_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


def _redis_answers() -> bool:
    try:
        with redis.Redis.from_url(REDIS, socket_connect_timeout=1) as server:
            return bool(server.ping())
    except redis.RedisError:
        return False


POSTGRES = "postgresql-redis" if _redis_answers() else "postgresql"
KINDS = ["sqlite", *([POSTGRES] if "postgresql" in databases.KINDS else [])]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the file."""
    with chromium() as running:
        yield running


@pytest.fixture(params=KINDS)
def stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    """Web process and worker on a new database, with the demonstration's organisation and people."""
    server = databases.postgres_server() if request.param.startswith("postgresql") else None
    with installation(server=server, redis=REDIS if request.param == "postgresql-redis" else "") as running:
        from webinar_app.core.clock import utc_now
        from webinar_app.demo import services
        from webinar_app.infra.db import write

        provider = write(services.ensure_provider, now=utc_now())
        write(services.ensure_people, provider, now=utc_now())
        running.start()
        yield running


@pytest.fixture
def people(request: pytest.FixtureRequest, stand: Stand) -> Iterator[list[Someone]]:
    """Collects who takes part; after a failure their pages and the logs are kept."""
    taking_part: list[Someone] = []
    yield taking_part
    if getattr(request.node, "failed", False):
        keep_all(taking_part, stand, request.node.name)
    for someone in taking_part:
        someone.context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Let fixtures know that a test failed."""
    report = yield
    if report.when == "call" and report.failed:
        item.failed = True
    return report
