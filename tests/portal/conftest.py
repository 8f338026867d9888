"""The demonstration's courses, and sittings around the present."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from factories import NOW, World

from webinar_app.core.clock import utc_now
from webinar_app.core.times import in_zone
from webinar_app.demo import services
from webinar_app.infra.db import write


@pytest.fixture
def demo(database: str) -> dict[str, str]:
    """The five seed courses; gives `{seed: slug}`."""
    provider_id = write(services.ensure_provider, now=NOW)
    people = write(services.ensure_people, provider_id, now=NOW)
    return {seed: write(services.ensure_course, seed, provider_id, people, now=NOW) for seed in services.SEEDS}


@pytest.fixture
def sitting(world: World) -> Callable[..., dict[str, Any]]:
    """Make a sitting so many hours from now (the pages read the clock)."""

    def make(hours: float = 48, **changes: Any) -> dict[str, Any]:
        start = (utc_now() + timedelta(hours=hours)).replace(second=0, microsecond=0)
        times = {"starts_at": start, "local_start": in_zone(start, "America/New_York")}
        return world.webinar(**(times | changes))

    return make
