"""`webinar retention …`: what would be forgotten, forgetting it now, and what is held back."""

import click

from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError
from webinar_app.infra.db import read, start, write
from webinar_app.retention.queries import Held, unnamed_files, what_is_due
from webinar_app.retention.rules import limits
from webinar_app.retention.services import hold, plan_now, release


@click.group()
def retention() -> None:
    """How long records are kept."""
    start(settings().database, thread=False)


@retention.command()
def report() -> None:
    """Say what a run would remove now; remove nothing."""
    until = limits(utc_now())
    with read() as db:
        due, files = what_is_due(db, until), unnamed_files(db, until.files)
    click.echo(f"Sessions of which what was said is due: {len(due.talk)}")
    click.echo(f"Sessions of which devices are due: {len(due.devices)}")
    for name, count in due.counts.items():
        click.echo(f"  {count:>8}  {name}")
    click.echo(f"  {len(files):>8}  files that no row names ({sum(one.size for one in files) / 1e6:.1f} MB)")
    for held in due.held:
        click.echo(_held(held))
    click.echo("Nothing was removed.")


@retention.command("run")
def run_now() -> None:
    """Let the worker remove now what is due, as it does every night."""
    write(plan_now, now=utc_now())
    click.echo("The worker begins with it. The audit says what it removes.")


@retention.command("hold")
@click.argument("code")
@click.option("--reason", required=True, help="Why nothing of it may be forgotten.")
def hold_command(code: str, reason: str) -> None:
    """Keep everything of the session with this code until it is released."""
    try:
        gone = write(hold, code, reason, now=utc_now())["forgotten"]
    except DomainError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{code.upper()} is held." + (f" Already gone: {', '.join(gone)}." if gone else ""))


@retention.command("release")
@click.argument("code")
def release_command(code: str) -> None:
    """Let the session with this code be forgotten in its time again."""
    try:
        write(release, code, now=utc_now())
    except DomainError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{code.upper()} is no longer held.")


def _held(held: Held) -> str:
    return f"Held: {held.code} since {held.at:%Y-%m-%d} ({held.reason})"


COMMANDS = (retention,)
