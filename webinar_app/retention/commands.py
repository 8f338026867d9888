"""`webinar retention …`: what would be forgotten, forgetting it now, and what is held back."""

import click

from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError
from webinar_app.infra.db import read, start, write
from webinar_app.retention.queries import Line, what_is_due
from webinar_app.retention.queries.held import Held
from webinar_app.retention.rules.holds import Subject
from webinar_app.retention.services.holding import lift_hold, put_hold
from webinar_app.retention.services.planning import plan_now


@click.group()
def retention() -> None:
    """How long records are kept."""
    start(settings().database, thread=False)


@retention.command()
def report() -> None:
    """Say for each class of record how long it is kept and why, and what a run would remove now; remove nothing."""
    with read() as db:
        due = what_is_due(db, utc_now())
    click.echo(f"Sessions of which what was said is due: {len(due.talk)}")
    click.echo(f"Sessions of which devices are due: {len(due.devices)}")
    for line in due.lines:
        _tell(line)
    for held in due.held:
        click.echo(_held(held))
    click.echo("Nothing was removed.")


def _tell(line: Line) -> None:
    kept = line.kept
    click.echo(f"{kept.words}: {kept.period}, {kept.becomes}. {kept.reason} ({kept.source})")
    for words, number in line.counts:
        click.echo(f"  {number:>8}  {words}")


@retention.command("run")
def run_now() -> None:
    """Let the worker remove now what is due, as it does every night."""
    write(plan_now, now=utc_now())
    click.echo("The worker begins with it. The audit says what it removes.")


@retention.command("hold")
@click.argument("name")
@click.option("--of", "subject", type=click.Choice(list(Subject)), default=Subject.WEBINAR, help="What is held.")
@click.option("--reason", required=True, help="Why nothing of it may be forgotten.")
def hold_command(name: str, subject: str, reason: str) -> None:
    """Keep everything of the session with this code, the course at this address, or the person of this e-mail."""
    try:
        done = write(put_hold, None, str(subject), name, reason, now=utc_now())
    except DomainError as error:
        raise click.ClickException(error.message) from None
    gone = f" Already gone: {', '.join(done['forgotten'])}." if done["forgotten"] else ""
    click.echo(f"{name} is held, under the code {done['code']}.{gone}")


@retention.command("release")
@click.argument("code")
@click.option("--reason", required=True, help="Why it need not be kept any more.")
def release_command(code: str, reason: str) -> None:
    """Lift the hold with this code, as the report names it."""
    try:
        write(lift_hold, None, code, reason, now=utc_now())
    except DomainError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"The hold {code.upper()} is lifted.")


def _held(held: Held) -> str:
    by = f" by {held.by}" if held.by else ""
    return f"Held: {held.subject.value} {held.name} since {held.at:%Y-%m-%d}{by}, code {held.code} ({held.reason})"


COMMANDS = (retention,)
