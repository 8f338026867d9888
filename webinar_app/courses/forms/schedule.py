"""When and where a session is held; every field is text, so that a refusal gives back exactly what was typed."""

from typing import Any

from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from webinar_app.core.text import one_line
from webinar_app.core.zones import known_zones
from webinar_app.courses.forms.fields import number_of, options, up_to, whole
from webinar_app.web.forms import unused_with

PRECISIONS = [
    ("exact", "Date and time"),
    ("date", "Only a date"),
    ("on_request", "On request"),
    ("none", "Not yet, or self-paced"),
]
DELIVERIES = [("online", "Online"), ("in_person", "In person"), ("hybrid", "Online and in person")]

OF_SESSION = ("minutes", "capacity_online", "capacity_room", "venue_name", "venue_address", "venue_access")
_WITHOUT_DATE = unused_with(
    "precision", ("on_request", "none"), words="Choose above that a date is known, or leave this empty."
)
_NOT_IN_ROOM = unused_with(
    "delivery", ("in_person",), words="Choose a way of holding it with people online, or leave this empty."
)
_NOT_ONLINE = unused_with(
    "delivery", ("online",), words="Choose a way of holding it with people in a room, or leave this empty."
)


class ScheduleFields:
    """When and where a session is held; shared by a new course and the pages of its sessions."""

    precision = RadioField("What is known", choices=options(PRECISIONS), default="exact")
    typed = StringField(
        "Date and time",
        [up_to(120), _WITHOUT_DATE],
        description="As you would write it, such as October 14, 2025 12:00 p.m. ET.",
    )
    fold = RadioField("Which of the two", choices=options([("0", "First"), ("1", "Second")]), validate_choice=False)
    time_zone = SelectField("Zone where none is written", choices=[])
    minutes = StringField("Minutes", [whole(5, 720)])
    delivery = RadioField("How it is held", choices=options(DELIVERIES), default="online")
    capacity_online = StringField("Seats online", [whole(1, 100_000), _NOT_IN_ROOM], description="Empty: no limit.")
    capacity_room = StringField("Seats in the room", [whole(1, 100_000), _NOT_ONLINE])
    venue_name = StringField("Place", [up_to(200), _NOT_ONLINE])
    venue_address = StringField("Address of the place", [up_to(300), _NOT_ONLINE])
    venue_access = StringField("Access", [up_to(500), _NOT_ONLINE], description="Step-free entry, parking, transport.")


def zone_choices() -> list[SelectChoice]:
    """Give the zones of a select, by IANA name."""
    return options((zone, zone.replace("_", " ")) for zone in known_zones())


def schedule_of(form: Any) -> dict[str, Any]:
    """Give what a form says of a session, as the services take it."""
    fold = form.fold.data
    return {
        "precision": form.precision.data,
        "typed": one_line(form.typed.data or ""),
        "fold": int(fold) if fold in ("0", "1") else None,
        "time_zone": form.time_zone.data,
        "minutes": number_of(form.minutes.data),
        "delivery": form.delivery.data,
        "capacity_online": number_of(form.capacity_online.data),
        "capacity_room": number_of(form.capacity_room.data),
        "venue": _venue(form),
    }


def _venue(form: Any) -> dict[str, str] | None:
    found = {name: one_line(form[f"venue_{name}"].data or "") for name in ("name", "address", "access")}
    return found if any(found.values()) else None
