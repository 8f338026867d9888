"""The base of all HTML forms: CSRF token, idempotency key, and refusals placed beside their fields."""

from typing import Any

from flask_wtf import FlaskForm

from webinar_app.core.errors import DomainError
from webinar_app.web.http import sent_key


class Form(FlaskForm):
    """A form whose errors keep what was typed."""

    general_errors: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.general_errors = []

    @property
    def key(self) -> str:
        """Give the idempotency key that came with the form."""
        return sent_key()

    def absorb(self, error: DomainError) -> None:
        """Place a refusal beside the fields that it names, or on top."""
        placed = False
        for name, sentence in error.fields.items():
            if name in self._fields:
                field = self._fields[name]
                field.errors = [*field.errors, sentence]
                placed = True
        if not placed:
            self.general_errors.append(error.message)
