"""`webinar …`: serve, work, migrate, manage people, demonstrate."""

import importlib
import signal
import sys
from pathlib import Path

import click

from webinar_app import __version__
from webinar_app.config import ROOT, settings
from webinar_app.infra import db, dispatch, hints, migrations
from webinar_app.infra import logging as logs
from webinar_app.infra.children import Children, GaveUp
from webinar_app.infra.runtime.turns import hold_file
from webinar_app.subscriptions import SUBSCRIPTIONS

COMMANDS = ("accounts", "calendars", "demo", "mailing", "providers", "retention")
WSGI = str(ROOT / "wsgi.py")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Rostrum: live webinars that end in a trustworthy certificate."""
    dispatch.install(SUBSCRIPTIONS)


@main.command()
def serve() -> None:
    """Run the web process, one worker and the mailer; restart one that dies."""
    settings().check_for_server()
    logs.start(settings().log_level)
    with Children() as children:
        children.start("web", WSGI)
        children.start("worker", "-m", "webinar_app.cli", "worker")
        children.start("mailer", "-m", "webinar_app.cli", "mailer")
        try:
            children.watch()
        except GaveUp as error:
            raise click.ClickException(f"{error}.") from None


@main.command()
def worker() -> None:
    """Run jobs: certificates, what mails say, what is due at a time."""
    from webinar_app.worker import Worker  # noqa: PLC0415  # other commands need not load every feature

    logs.start(settings().log_level)
    db.start(settings().database, thread=False)
    hints.connect(settings(), hear=False)
    Worker(settings()).run()


@main.command()
def mailer() -> None:
    """Deliver mail that waits."""
    from webinar_app.mailing.jobs import Mailer, carrier  # noqa: PLC0415  # other commands need no way out for mail

    logs.start(settings().log_level)
    db.start(settings().database, thread=False)
    hints.connect(settings(), hear=False)
    delivery = Mailer(carrier(), per_second=settings().smtp_per_second)
    signal.signal(signal.SIGTERM, delivery.stop)
    signal.signal(signal.SIGINT, delivery.stop)
    delivery.run()


@main.group(name="db")
def database() -> None:
    """Bring the database up to date, back it up, restore it."""


@database.command()
def upgrade() -> None:
    """Bring the database to the newest revision."""
    settings().instance.mkdir(parents=True, exist_ok=True)
    if settings().is_sqlite and hold_file(str(settings().instance / "server.lock")) is None:
        raise click.ClickException("A server is running on this database: stop it first.")
    migrations.migrate(settings().database)
    click.echo(f"The database is at revision {migrations.head()}.")


@database.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to a revision (`base` empties it)."""
    migrations.downgrade(settings().database, revision)
    click.echo(f"The database is at revision {revision}.")


@database.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Copy a SQLite database while it is in use (PostgreSQL: pg_dump)."""
    if not settings().is_sqlite:
        raise click.ClickException("This database is PostgreSQL: use pg_dump.")
    import pysqlite3.dbapi2 as sqlite3  # noqa: PLC0415  # the library that the server writes with

    target.parent.mkdir(parents=True, exist_ok=True)
    source = sqlite3.connect(f"file:{settings().instance / 'webinar.db'}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    with source, copy:
        source.backup(copy)
    verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    source.close()
    copy.close()
    if verdict != "ok":
        raise click.ClickException(f"The copy is damaged: {verdict}.")
    click.echo(f"Backed up to {target}.")


@main.command()
def config() -> None:
    """Print the settings of this environment, secrets masked."""
    for name, value in settings().model_dump().items():
        click.echo(f"WEBINAR_{name.upper()}={value}")


def _add_commands() -> None:
    """Let features add their commands."""
    for feature in COMMANDS:
        name = f"webinar_app.{feature}.commands"
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            continue
        for command in module.COMMANDS:
            main.add_command(command)


_add_commands()

if __name__ == "__main__":
    sys.exit(main())
