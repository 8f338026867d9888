"""The base of all HTML forms: CSRF token, idempotency key, and refusals placed beside their fields."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FieldList, FormField, HiddenField, StringField, ValidationError

from webinar_app.core.errors import DomainError
from webinar_app.web.http import sent_key

# What WTForms says of itself, in sentences that say what to do.
_WORDS = {
    "This field is required.": "Fill this in.",
    "Not a valid choice.": "Choose one of the options.",
    "Invalid Choice: could not coerce.": "Choose one of the options.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Choose among the options.",
    "'%(value)s' is not a valid choice for this field.": "Choose among the options.",
    "'%(value)s' are not valid choices for this field.": "Choose among the options.",
    "Not a valid date value.": "Write a date as year-month-day, such as 2027-03-31.",
    "Not a valid integer value.": "Write a whole number.",
    "Invalid email address.": "Write an e-mail address, such as name@example.org.",
    "Field cannot be longer than %(max)d character.": "Keep this within %(max)d character.",
    "Field cannot be longer than %(max)d characters.": "Keep this within %(max)d characters.",
}


class _Sentences:
    """WTForms' translations: from its English to the product's."""

    def gettext(self, string: str) -> str:
        return _WORDS.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class Words(FlaskForm.Meta):
    """The `Meta` of every form, rows of forms included: the product's sentences, and fields from HTML forms only."""

    def get_translations(self, form: Any) -> _Sentences:
        """Give the sentences."""
        return _Sentences()

    def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
        """Draw a field without its limits of length: a browser would cut what is pasted without a word."""
        return super().render_field(
            field, {"maxlength": False, "minlength": False, **(field.render_kw or {}), **render_kw}
        )

    def wrap_formdata(self, form: Any, formdata: Any) -> Any:
        """Give what was typed; a JSON body is no form, whatever it holds."""
        is_given = formdata is None or isinstance(formdata, MultiDict | CombinedMultiDict)
        if is_given or request.method in ("GET", "HEAD"):
            return formdata if is_given else None
        return CombinedMultiDict((request.files, request.form)) if request.files else request.form or None


class Form(FlaskForm):
    """A form whose errors keep what was typed."""

    class Meta(Words):
        pass

    general_errors: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.general_errors = []

    def stood(self, data: Mapping[str, Any]) -> None:
        """Tell what stood in the fields before somebody typed, for the checks that leave it alone."""
        for name, value in data.items():
            if name in self._fields:
                self._fields[name].object_data = value

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


def says_something(field: Any) -> bool:
    """Say whether a text was typed into a field, rows of fields included; choices are made by themselves."""
    if isinstance(field, FieldList):
        return any(says_something(entry) for entry in field.entries)
    if isinstance(field, FormField):
        return any(says_something(inner) for inner in field.form)
    is_text = isinstance(field, StringField) and not isinstance(field, HiddenField)
    return is_text and bool((field.data or "").strip())


def named_with(*others: str, words: str) -> Callable[[Any, Any], None]:
    """Give the check that a field is filled in where one of the others is: without it they would be dropped."""

    def check(form: Any, field: Any) -> None:
        if not says_something(field) and any(says_something(form[name]) for name in others):
            raise ValidationError(words)

    return check


def unused_with(chooser: str, values: Collection[str], *, words: str) -> Callable[[Any, Any], None]:
    """Give the check that nothing new is typed where a choice would drop it; what stood there may be left standing."""

    def check(form: Any, field: Any) -> None:
        if form[chooser].data in values and says_something(field) and field.data != field.object_data:
            raise ValidationError(words)

    return check
