"""Mails about substitutes, rendered outside transactions."""

from webinar_app.mailing.emails import render_mail
from webinar_app.people.queries.substitutes import SubstituteLetter
from webinar_app.providers.queries import Brand

SUBSTITUTE_KINDS = ("substitute_asked", "substitute_named", "substitute_open")


def substitute_mail(kind: str, brand: Brand, letter: SubstituteLetter) -> tuple[str, str, str]:
    """Give (subject, text, HTML) of one of `SUBSTITUTE_KINDS`."""
    return render_mail(kind, brand=brand, to=letter, link=letter.link)
