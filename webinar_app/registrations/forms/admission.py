"""How a sitting lets people in, as a form; every field is text, so that a refusal gives back what was typed."""

from typing import Any

from wtforms import RadioField, StringField

from webinar_app.courses.forms import number_of, options, whole
from webinar_app.registrations.rules.admission import LONGEST_OFFER_HOURS, Admission
from webinar_app.web.forms import Form

WAITING_MODES = [
    ("first", "First come, first served"), ("manual", "I choose who gets it"), ("off", "No waiting list"),
]  # fmt: skip


class AdmissionForm(Form):
    """Who gets a place that becomes free, and how long an offer stands."""

    waiting = RadioField("When every place is taken", choices=options(WAITING_MODES), default="first")
    offer_hours = StringField(
        "An offer stands, hours", [whole(1, LONGEST_OFFER_HOURS)],
        description="Then the place goes to the next person. It never stands past the start.",
    )  # fmt: skip

    @classmethod
    def of(cls, rules: Admission) -> "AdmissionForm":
        """Give the form with what is set now."""
        return cls(formdata=None, data={"waiting": rules.waiting.value, "offer_hours": str(rules.offer_hours)})

    def details(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {"waiting": self.waiting.data, "offer_hours": number_of(self.offer_hours.data)}
