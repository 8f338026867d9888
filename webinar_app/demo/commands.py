"""`webinar demo`: migrate, load, serve, print one-click sign-in links; and the synthetic audience."""

import json
import os
import secrets
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import click

from webinar_app.accounts.queries import demo_sign_in_url
from webinar_app.campaigns.services import plan_all
from webinar_app.config import ROOT, settings
from webinar_app.core.clock import utc_now
from webinar_app.demo import services
from webinar_app.demo.history import ensure_history
from webinar_app.demo.talk import ensure_talk
from webinar_app.infra import db, migrations
from webinar_app.infra.children import Children, GaveUp
from webinar_app.infra.db import write
from webinar_app.infra.runtime.turns import hold_file

READY_SECONDS = 30
PEOPLE = ("coordinator", "presenter", "attendee", "attendee2", "admin")


def say(text: str) -> None:
    """Print one line of progress at once."""
    click.echo(f"  {text}")


@click.command()
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="Port to serve on.")
@click.option("--audience", default=0, show_default=True, type=click.IntRange(0, 200), help="Synthetic attendees.")
def demo(port: int, audience: int) -> None:
    """Start the demonstration: data, web server, worker, sign-in links."""
    instance = Path(os.environ.get("WEBINAR_INSTANCE") or ROOT / "instance").resolve()
    _set_environment(instance, port)
    _migrate(instance)
    loaded = _load()
    with Children() as children:
        children.start("web", str(ROOT / "wsgi.py"))
        children.start("worker", "-m", "webinar_app.cli", "worker")
        children.start("mailer", "-m", "webinar_app.cli", "mailer")
        try:
            _wait_until_ready(children)
            told = _tell(instance, loaded)
            if audience:
                say(f"{audience} synthetic attendees are on their way into the room.")
                children.start(
                    "audience", "-m", "webinar_app.cli", "audience", str(audience), told["live"]["webinar_id"]
                )
            children.watch()
        except GaveUp as error:
            raise click.ClickException(f"{error}.") from None
        say("Stopping.")


def _set_environment(instance: Path, port: int) -> None:
    """Let this process and its children be a demonstration on loopback."""
    instance.mkdir(parents=True, exist_ok=True)
    secret = instance / "demo.key"
    if not secret.exists():
        secret.write_text(secrets.token_hex(32))
        secret.chmod(0o600)
    os.environ.update(
        WEBINAR_DEMO="1",
        WEBINAR_INSTANCE=str(instance),
        WEBINAR_SECRET_KEY=secret.read_text().strip(),
        WEBINAR_PUBLIC_URL=f"http://127.0.0.1:{port}",
        WEBINAR_PORT=str(port),
        WEBINAR_LOG_LEVEL=os.environ.get("WEBINAR_LOG_LEVEL", "WARNING"),
    )
    settings().check_for_server()


def _migrate(instance: Path) -> None:
    lock = hold_file(str(instance / "server.lock"))
    if lock is None:
        raise click.ClickException("A demonstration is running already: stop it first, or use its address.")
    say("Bringing the database up to date …")
    migrations.migrate(settings().database)
    os.close(lock)


def _load() -> dict[str, Any]:
    """Fill what is missing and give addresses and codes; each step is one short transaction."""
    db.start(settings().database, thread=False)
    now = utc_now()
    say("Loading the five courses and the people …")
    provider_id = write(services.ensure_provider, now=now)
    people = write(services.ensure_people, provider_id, now=now)
    slugs = {seed: write(services.ensure_course, seed, provider_id, people, now=now) for seed in services.SEEDS}
    write(services.ensure_future_sitting, people, now=now)
    say("Living through a session of last week …")
    ensure_history(people, now=now)
    code = write(services.ensure_live_sitting, people, now=now)
    write(plan_all, now=now)
    ensure_talk(code, people["presenter"], now=now)
    db.stop()
    return {"slugs": slugs, "code": code}


def _wait_until_ready(children: Children) -> None:
    say("Starting web server and worker …")
    deadline = time.monotonic() + READY_SECONDS
    while not children.stopping:
        for child in children.children:
            child.look()
        try:
            with urllib.request.urlopen(settings().public_url + "/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise GaveUp(f"The server did not answer within {READY_SECONDS} s") from None
            time.sleep(0.1)


def _tell(instance: Path, loaded: dict[str, Any]) -> dict[str, Any]:
    """Write `instance/demo.json` and print the links."""
    base = settings().public_url
    slugs, code = loaded["slugs"], loaded["code"]
    told: dict[str, Any] = {
        "base_url": base,
        "sign_in": {name: demo_sign_in_url(name) for name in PEOPLE},
        "live": {
            "course_url": f"{base}/courses/{slugs[services.LIVE_SEED]}",
            "room_url": f"{base}/room/{code}",
            "webinar_id": code,
        },
        "courses": {seed: f"{base}/courses/{slug}" for seed, slug in slugs.items()},
    }
    part = instance / "demo.json.part"
    part.write_text(json.dumps(told, indent=2) + "\n")
    part.replace(instance / "demo.json")
    click.echo()
    click.echo(f"Rostrum is running at {base}")
    click.echo(f"  Live room    {told['live']['room_url']}  (ATP3 starts within a minute)")
    for name, url in told["sign_in"].items():
        click.echo(f"  {name:<12} {url}")
    click.echo("Ctrl-C ends it. The data stays; `make demo-reset` starts afresh.")
    return told


@click.command(hidden=True)
@click.argument("count", type=click.IntRange(1, 200))
@click.argument("code")
def audience(count: int, code: str) -> None:
    """Let synthetic people join a sitting, vote and ask, as real Socket.IO clients."""
    from webinar_app.demo.audience import run  # noqa: PLC0415  # needs client libraries that servers do not load

    try:
        run(count, code)
    except KeyboardInterrupt:
        return


@click.command("rehearsal-audience", hidden=True)
@click.argument("code")
def rehearsal_audience(code: str) -> None:
    """Let the synthetic people of a rehearsal take part until it ends; one process for each rehearsal."""
    from webinar_app.demo.rehearsal import run  # noqa: PLC0415  # needs client libraries that servers do not load

    lock = hold_file(str(settings().instance / f"rehearsal-{code}.lock"))
    if lock is None:
        return
    try:
        run(code)
    except KeyboardInterrupt:
        return
    finally:
        (settings().instance / f"rehearsal-{code}.lock").unlink(missing_ok=True)


COMMANDS = (demo, audience, rehearsal_audience)
