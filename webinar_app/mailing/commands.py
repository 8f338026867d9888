"""`webinar bounce`: what the mail server hands over when a mail came back."""

import sys

import click

from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import start, write
from webinar_app.mailing.rules import read_bounce
from webinar_app.mailing.services import mark_bounced

MOST_BYTES = 10_000_000


@click.command()
def bounce() -> None:
    """Read one mail from standard input and mark the mail that it sends back.

    Anything else is left alone, and the answer is always 0: a mail server would send a failure back once more.
    """
    found = read_bounce(sys.stdin.buffer.read(MOST_BYTES))
    if found is None:
        click.echo("This is no report of a failed delivery: nothing is changed.")
        return
    start(settings().database, thread=False)
    code = write(mark_bounced, found, now=utc_now())
    click.echo(f"Mail {code} came back with {found.status}." if code else "No mail of ours waits for this report.")


COMMANDS = (bounce,)
