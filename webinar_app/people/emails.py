"""Mails about substitutes and about another address of somebody, rendered outside transactions."""

from webinar_app.config import links
from webinar_app.mailing.emails import render_mail
from webinar_app.people.queries.substitutes import SubstituteLetter
from webinar_app.providers.queries import Brand

SUBSTITUTE_KINDS = ("substitute_asked", "substitute_named", "substitute_open", "substitute_over")


def substitute_mail(kind: str, brand: Brand, letter: SubstituteLetter) -> tuple[str, str, str]:
    """Give (subject, text, HTML) of one of `SUBSTITUTE_KINDS`."""
    return render_mail(kind, brand=brand, to=letter, link=letter.link)


def join_address_mail(brand: Brand, *, name: str, address: str, token: str) -> tuple[str, str, str]:
    """Give (subject, text, HTML) of the mail that asks whether an address is somebody's too.

    `name` and `address` are of who asks.
    """
    return render_mail("join_address", brand=brand, name=name, address=address, link=links().join_address(token))
