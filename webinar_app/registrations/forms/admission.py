"""How a sitting lets people in, as a form; every field is text, so that a refusal gives back what was typed."""

from typing import Any

from wtforms import BooleanField, RadioField, StringField

from webinar_app.core.text import one_line
from webinar_app.courses.forms import number_of, options, up_to, whole
from webinar_app.registrations.rules.admission import (
    LATEST_MINUTE,
    LONGEST_CANCEL_HOURS,
    LONGEST_OFFER_HOURS,
    Admission,
)
from webinar_app.web.forms import Form

WAITING_MODES = [
    ("first", "First come, first served"), ("manual", "I choose who gets it"), ("off", "No waiting list"),
]  # fmt: skip


class AdmissionForm(Form):
    """When registration opens and ends, who gets a place that becomes free, and until when one can be given back."""

    opens = StringField(
        "Register from", [up_to(120)],
        description="A date, which counts from midnight in the session’s zone, or a date and time. Empty: at once.",
    )  # fmt: skip
    late_minutes = StringField(
        "Late entry until minute", [whole(0, LATEST_MINUTE)],
        description="Who registers after this minute of the session is turned away. Empty: until its end.",
    )  # fmt: skip
    cancel_hours = StringField(
        "Places can be given back until, hours before", [whole(0, LONGEST_CANCEL_HOURS)],
        description="Later, people are told to write to you. Empty: until the start.",
    )  # fmt: skip
    needs_approval = BooleanField("A coordinator approves every registration")
    substitutes = BooleanField("Who cannot come may name a substitute")
    waiting = RadioField("When every place is taken", choices=options(WAITING_MODES), default="first")
    offer_hours = StringField(
        "An offer stands, hours", [whole(1, LONGEST_OFFER_HOURS)],
        description="Then the place goes to the next person. It never stands past the start.",
    )  # fmt: skip

    @classmethod
    def of(cls, rules: Admission) -> "AdmissionForm":
        """Give the form with what is set now."""
        told = {"late_minutes": rules.late_minutes, "cancel_hours": rules.cancel_hours}
        shown = {name: "" if number is None else str(number) for name, number in told.items()}
        more = {
            "waiting": rules.waiting.value, "offer_hours": str(rules.offer_hours), "opens": rules.opens_typed,
            "needs_approval": rules.needs_approval, "substitutes": rules.substitutes,
        }  # fmt: skip
        return cls(formdata=None, data=shown | more)

    def details(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {
            "waiting": self.waiting.data, "offer_hours": number_of(self.offer_hours.data),
            "opens": one_line(self.opens.data or ""), "late_minutes": number_of(self.late_minutes.data),
            "cancel_hours": number_of(self.cancel_hours.data), "needs_approval": bool(self.needs_approval.data),
            "substitutes": bool(self.substitutes.data),
        }  # fmt: skip
