"""A scratch installation for benchmarks and browser tests: own folder, free port, real web process, real worker."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any, ClassVar, Self

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stand:
    """One installation. `with Stand() as stand:` starts web process, worker and mailer and ends them."""

    at_the_door: ClassVar["Stand | None"] = None  # whose database this process reads and writes

    def __init__(
        self,
        *,
        server: str | None = None,
        mode: str = "eventlet",
        worker: bool = True,
        redis: str = "",
        **settings: str,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rostrum-stand-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.server, self.has_worker = server, worker
        self.database = self._new_postgres(server) if server else f"sqlite:///{self.folder / 'webinar.db'}"
        self.environment = {
            "WEBINAR_INSTANCE": str(self.folder),
            "WEBINAR_DATABASE_URL": self.database,
            "WEBINAR_REDIS_URL": redis,
            "WEBINAR_SECRET_KEY": secrets.token_hex(32),
            "WEBINAR_PUBLIC_URL": self.url,
            "WEBINAR_PORT": str(self.port),
            "WEBINAR_ASYNC_MODE": mode,
            "WEBINAR_LOG_LEVEL": "WARNING",
            "WEBINAR_DEMO": "1",
            **{f"WEBINAR_{name.upper()}": value for name, value in settings.items()},
        }
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self.mailer: subprocess.Popen[bytes] | None = None

    @staticmethod
    def _new_postgres(server: str) -> str:
        name = f"rostrum_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(server.replace("+psycopg", "", 1), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return server.rpartition("/")[0] + "/" + name

    def prepare(self) -> None:
        """Migrate the database, and let this process read and write it as a worker does."""
        os.environ.update(self.environment)
        from webinar_app import config
        from webinar_app.infra import db, dispatch, migrations
        from webinar_app.infra.storage import storage
        from webinar_app.subscriptions import SUBSCRIPTIONS

        for cached in (config.settings, config.links, storage):
            cached.cache_clear()
        migrations.migrate(self.database)
        if Stand.at_the_door is not None:
            db.stop()
        Stand.at_the_door = self
        db.start(self.database, thread=False)
        dispatch.install(SUBSCRIPTIONS)

    def load_demo(self) -> dict[str, Any]:
        """Load the demonstration's organisation, people and courses; gives their ids and addresses."""
        from webinar_app.core.clock import utc_now
        from webinar_app.demo import services
        from webinar_app.infra.db import write

        now = utc_now()
        provider = write(services.ensure_provider, now=now)
        people = write(services.ensure_people, provider, now=now)
        slugs = {seed: write(services.ensure_course, seed, provider, people, now=now) for seed in services.SEEDS}
        return {"provider": provider, "people": people, "slugs": slugs}

    def __enter__(self) -> Self:
        self.prepare()
        return self

    def start(self) -> None:
        """Start what is not running, and wait until the web process answers."""
        environment = {**os.environ, **self.environment}
        if self.web is None:
            self.web = self._spawn([str(ROOT / "wsgi.py")], environment, "web.log")
        if self.worker is None and self.has_worker:
            self.worker = self._spawn(["-m", "webinar_app.cli", "worker"], environment, "worker.log")
            self.mailer = self._spawn(["-m", "webinar_app.cli", "mailer"], environment, "mailer.log")
        self.wait_until_ready()

    def _spawn(self, command: list[str], environment: dict[str, str], log: str) -> subprocess.Popen[bytes]:
        with (self.folder / log).open("ab") as file:
            return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=file, stderr=file)

    def wait_until_ready(self, seconds: float = 30) -> None:
        """Return when /health answers; raises RuntimeError with the end of the log."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.web is not None and self.web.poll() is None:
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError("the server did not start:\n" + self.log("web.log")[-3000:])

    def log(self, name: str = "web.log") -> str:
        """Give what a process wrote."""
        path = self.folder / name
        return path.read_text(errors="replace") if path.exists() else ""

    def kill_web(self) -> None:
        """End the web process at once, as a crash would."""
        assert self.web is not None
        self.web.send_signal(signal.SIGKILL)
        self.web.wait()
        self.web = None

    def stop_web(self) -> float:
        """Ask the web process to leave and return how many seconds that took."""
        assert self.web is not None
        begun = time.monotonic()
        self.web.terminate()
        self.web.wait(20)
        self.web = None
        return time.monotonic() - begun

    def __exit__(self, *_: object) -> None:
        for process in (self.web, self.worker, self.mailer):
            if process and process.poll() is None:
                process.terminate()
        for process in (self.web, self.worker, self.mailer):
            if process:
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        from webinar_app.infra import db

        if Stand.at_the_door is self:
            db.stop()
            Stand.at_the_door = None
        if self.server:
            name = self.database.rpartition("/")[2]
            with psycopg.connect(self.server.replace("+psycopg", "", 1), autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)
