"""Mails in coordinators' words, rendered outside transactions: text and HTML of one text."""

from collections.abc import Mapping

from webinar_app.campaigns.rules import BUTTONS, LINKS
from webinar_app.core.placeholders import fill, paragraphs
from webinar_app.mailing.emails import render_mail
from webinar_app.providers.queries import Brand


def own_words_mail(brand: Brand, subject: str, text: str, values: Mapping[str, str]) -> tuple[str, str, str]:
    """Give (subject, text, HTML); a paragraph that is one personal link alone becomes a button."""
    return render_mail(
        "own_words", brand=brand, said=fill(subject, values), words=fill(text, values),
        paragraphs=paragraphs(text, values, LINKS), buttons=BUTTONS,
    )  # fmt: skip
