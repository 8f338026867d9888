"""Mails as words: subject, text and HTML of one template folder."""

from typing import Any

from webinar_app.core.text import multi_line, one_line
from webinar_app.infra.templates import render


def render_mail(name: str, /, **context: Any) -> tuple[str, str, str]:
    """Give (subject, text, HTML) of `templates/emails/<name>`; the context holds `brand` and what the templates name.

    It takes a while: call it outside transactions.
    """
    subject = one_line(render(f"emails/{name}/subject.txt", **context))
    text = multi_line(render(f"emails/{name}/body.txt", **context)) + "\n"
    html = render(f"emails/{name}/body.html", subject=subject, **context)
    return subject, text, html
