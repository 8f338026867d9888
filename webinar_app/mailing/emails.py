"""Mails as words: subject, text and HTML of one template folder."""

from collections.abc import Mapping
from typing import Any

from webinar_app.core.placeholders import fill, paragraphs
from webinar_app.core.text import multi_line, one_line
from webinar_app.infra.templates import render
from webinar_app.mailing.rules import BUTTONS, LINKS


def render_mail(name: str, /, **context: Any) -> tuple[str, str, str]:
    """Give (subject, text, HTML) of `templates/emails/<name>`; the context holds `brand` and what the templates name.

    It takes a while: call it outside transactions.
    """
    subject = one_line(render(f"emails/{name}/subject.txt", **context))
    text = multi_line(render(f"emails/{name}/body.txt", **context)) + "\n"
    html = render(f"emails/{name}/body.html", subject=subject, **context)
    return subject, text, html


def own_words_mail(brand: Any, subject: str, text: str, values: Mapping[str, str]) -> tuple[str, str, str]:
    """Give (subject, text, HTML) of one text in coordinators' words, its placeholders filled.

    A paragraph that is one personal link alone becomes a button.
    """
    return render_mail(
        "own_words", brand=brand, said=fill(subject, values), words=fill(text, values),
        paragraphs=paragraphs(text, values, LINKS), buttons=BUTTONS,
    )  # fmt: skip
