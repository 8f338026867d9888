"""`webinar calendar …`: mail that comes back."""

import sys

import click

from webinar_app.calendars.services.replies import record_reply
from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import start, write
from webinar_app.infra.replies import MOST_BYTES, read_reply

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: a mail server keeps the mail and tries again


@click.group()
def calendar() -> None:
    """Answers to invitations."""


@calendar.command()
def reply() -> None:
    """Read one mail from standard input and write down whether the invitation was accepted.

    Anything else is left alone with status 0, so that no mail server answers its sender; status 75 has it try again.
    """
    found = read_reply(sys.stdin.buffer.read(MOST_BYTES + 1))
    if found is None:
        click.echo("No answer to an invitation: nothing is written down.")
        return
    try:
        start(settings().database, thread=False)
        outcome = write(record_reply, found, now=utc_now())
    except Exception as error:  # a database that is away must not lose the mail
        click.echo(f"Not written down ({type(error).__name__}); try again.", err=True)
        sys.exit(TRY_AGAIN)
    click.echo(f"Answer {found.answer.lower()}: {outcome.value}.")


COMMANDS = (calendar,)
