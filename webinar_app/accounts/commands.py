"""`webinar user …`: people from the command line."""

import getpass

import click

from webinar_app.accounts.queries import find_login
from webinar_app.accounts.rules import check_password, clean_email
from webinar_app.accounts.services.people import create_admin
from webinar_app.accounts.services.profile import set_first_password
from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError
from webinar_app.infra.db import read, start, write
from webinar_app.infra.passwords import make_hash


@click.group()
def user() -> None:
    """People who sign in."""
    start(settings().database, thread=False)


@user.command("create-admin")
@click.argument("email")
@click.option("--name", required=True, help="Legal name, as it is printed.")
@click.option("--organisation", default="", help="Name of the organisation, where there is none yet.")
@click.option("--password/--no-password", "asks", default=False, help="Ask for a password; else they use a link.")
def create_admin_command(email: str, name: str, organisation: str, asks: bool) -> None:
    """Make the person with this e-mail address an admin."""
    try:
        address = clean_email(email)
        typed = getpass.getpass("Password: ") if asks else ""
        if asks:
            check_password(typed, email=address)
        made = write(create_admin, email=address, name=name, organisation=organisation, now=utc_now())
        if asks:
            with read() as db:
                person_id = find_login(db, address).person_id
            write(set_first_password, person_id, make_hash(typed), now=utc_now())
    except DomainError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{made['email']} is an admin of {made['organisation']}.")


COMMANDS = (user,)
