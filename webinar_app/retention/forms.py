"""Forms of legal holds and of erasing people."""

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from webinar_app.courses.forms import options
from webinar_app.retention.rules.holds import REASON_LONGEST, REASON_SHORTEST, SUBJECT_WORDS, Subject
from webinar_app.web.forms import Form

REASON_WORDS = f"Say why in {REASON_SHORTEST} to {REASON_LONGEST} characters."


def _reason(label: str) -> TextAreaField:
    return TextAreaField(
        label, [DataRequired(REASON_WORDS)], render_kw={"rows": 2}, description="It stays in the list with your name."
    )


class HoldForm(Form):
    """Keep everything of something."""

    subject = RadioField(
        "What is held", [InputRequired("Choose what is held.")], default=Subject.WEBINAR.value,
        choices=options((kind.value, words) for kind, words in SUBJECT_WORDS.items()),
    )  # fmt: skip
    name = StringField(
        "Which one", [DataRequired("Write a code or an address.")],
        description="The session’s code, the course’s address (the end of its link), or the person’s e-mail or code.",
    )  # fmt: skip
    reason = _reason("Why")


class LiftForm(Form):
    """Let something be forgotten in its time again."""

    reason = _reason("Why it need not be kept any more")


class EraseForm(Form):
    """Erase a person; the reason stays with the erasure."""

    reason = TextAreaField(
        "Why", [DataRequired(REASON_WORDS)], render_kw={"rows": 2},
        description="Such as: asked for it by mail on 3 May. Do not write their name: the reason stays.",
    )  # fmt: skip
    confirm = BooleanField("I know that this cannot be undone", [InputRequired("Tick this to erase the person.")])
