"""Mails about signing in, rendered outside transactions."""

from datetime import datetime

from webinar_app.config import links
from webinar_app.mailing.emails import render_mail
from webinar_app.providers.queries import Brand


def sign_in_mail(brand: Brand, *, name: str, token: str, expires_at: datetime, zone: str) -> tuple[str, str, str]:
    """Give (subject, text, HTML) of the mail with a one-time link to sign in."""
    link = links().sign_in(token)
    return render_mail("sign_in_link", brand=brand, name=name, link=link, expires_at=expires_at, zone=zone)


def new_email_mail(brand: Brand, kind: str, *, name: str, old: str, new: str, token: str) -> tuple[str, str, str]:
    """Give (subject, text, HTML) for one end of a change of address; `kind` is `new_email` or `old_email`."""
    return render_mail(kind, brand=brand, name=name, old=old, new=new, link=links().new_email(token))
