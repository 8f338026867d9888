"""The worker: claim a job, run it, keep or retry. No Flask, no eventlet."""

import importlib
import logging
import signal
import time

from webinar_app.config import Settings
from webinar_app.core.clock import utc_now
from webinar_app.infra import dispatch, jobs
from webinar_app.infra.db import read, write
from webinar_app.subscriptions import SUBSCRIPTIONS
from webinar_app.webinars.services.recomputing import recompute_later

log = logging.getLogger("webinar.worker")
JOBS = (
    "accounts", "attendance", "calendars", "campaigns", "certificates", "chat", "demo", "evaluations", "handouts",
    "payments", "people", "polls", "registrations", "retention", "stage", "webinars",
)  # fmt: skip
IDLE_SECONDS = 0.25


class Worker:
    """One worker process; several may run beside each other."""

    def __init__(self, config: Settings) -> None:
        self.config = config
        self.stopping = False
        dispatch.install(SUBSCRIPTIONS)
        load_handlers()

    def stop(self, *_: object) -> None:
        """Finish the job at hand, then leave."""
        self.stopping = True

    def run(self) -> None:
        """Work until told to stop."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        write(recompute_later, now=utc_now())
        log.info("worker started jobs=%d", len(jobs.handlers))
        while not self.stopping:
            if not self.run_one():
                time.sleep(IDLE_SECONDS)

    def run_one(self) -> bool:
        """Run the next due job; say whether there was one."""
        with read() as db:
            if not jobs.has_due(db, utc_now()):
                return False
        job = write(jobs.claim, now=utc_now())
        if job is None:
            return False
        try:
            jobs.handlers[job["name"]](job["payload"])
        except Exception as error:  # a failed job is retried; nothing of it was committed by this loop
            gave_up = write(jobs.fail, job["id"], type(error).__name__, now=utc_now())
            log.warning("job failed name=%s id=%d gave_up=%s", job["name"], job["id"], gave_up, exc_info=error)
        else:
            write(jobs.finish, job["id"])
        return True


def load_handlers() -> None:
    """Import every feature's jobs, so that their handlers are known."""
    for feature in JOBS:
        name = f"webinar_app.{feature}.jobs"
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
