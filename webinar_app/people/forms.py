"""Forms of lists, blocks, transfers, requests and duplicates."""

from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from webinar_app.people.rules.blocks import DATE_WORDS, SEATS_WORDS
from webinar_app.people.rules.needs import KIND_WORDS, TEXT_WORDS, NeedKind
from webinar_app.registrations.forms import REASON_WORDS, AddForm, GuestForm, OwnForm
from webinar_app.web.forms import Form

EMAIL_WORDS = "Write an e-mail address, such as name@example.org."


def _stripped(typed: str | None) -> str:
    return (typed or "").strip()


class ImportForm(Form):
    """A list of people as a file."""

    file = FileField("CSV file", description="At most 5 MB and 10,000 people.")


class BlockForm(Form):
    """Keep seats for an agency."""

    agency = StringField("Agency", [DataRequired("Write the name of the agency.")])
    contact_name = StringField("Contact", [DataRequired("Write who speaks for the agency.")])
    contact_email = EmailField("E-mail of the contact", [DataRequired(EMAIL_WORDS), Email(EMAIL_WORDS)])
    seats = StringField("Seats", [DataRequired(SEATS_WORDS)], render_kw={"inputmode": "numeric"})
    seat = RadioField(
        "Where they take part", choices=[SelectChoice("online", "Online"), SelectChoice("room", "In the room")],
        default="online", validate_choice=False,
    )  # fmt: skip
    links = RadioField(
        "Links", default="one",
        choices=[SelectChoice("one", "One link for all of them"), SelectChoice("single", "A link for each seat")],
    )  # fmt: skip
    release_on = StringField(
        "Keep them until", [DataRequired(DATE_WORDS)],
        description="A date; at its end, 11:59 p.m. in the session’s zone, what is unclaimed is free for all.",
    )  # fmt: skip


def _reason() -> TextAreaField:
    return TextAreaField(
        "Why", [DataRequired(REASON_WORDS)], render_kw={"rows": 2},
        description="It stays in the record with your name; the people concerned do not read it.",
    )  # fmt: skip


class MoveForm(Form):
    """Give a registration to another date."""

    to = RadioField("Date", [InputRequired("Choose a date.")], validate_choice=False)
    reason = _reason()


class SubstituteForm(AddForm):
    """Give a seat to another person."""

    reason = _reason()


class NameForm(Form):
    """Name who comes instead."""

    email = EmailField(
        "Their e-mail", [DataRequired(EMAIL_WORDS), Email(EMAIL_WORDS)], filters=[_stripped],
        description="They get one mail with a link, and register there with their own name. Nothing else is sent.",
        render_kw={"autocomplete": "off"},
    )  # fmt: skip


class AddressForm(Form):
    """Name another address of one's own."""

    email = EmailField(
        "The other address", [DataRequired(EMAIL_WORDS), Email(EMAIL_WORDS)], filters=[_stripped],
        description="With which you, or somebody for you, registered.", render_kw={"autocomplete": "off"},
    )  # fmt: skip


class ConfirmForm(Form):
    """Press the one button of a page."""


class NeedForm(Form):
    """Ask for what one needs to take part."""

    kind = RadioField(
        "What it is about", choices=[SelectChoice(kind.value, words) for kind, words in KIND_WORDS.items()],
        default=NeedKind.CAPTIONS.value,
    )  # fmt: skip
    text = TextAreaField("What you need", [DataRequired(TEXT_WORDS)], render_kw={"rows": 4})


class ArrangeForm(Form):
    """Say who arranges something until when, and whether that is done."""

    owner = SelectField("Who arranges it", choices=[], validate_choice=False)
    due_on = StringField("Until", description="A date, such as 14 October 2027.")
    note = TextAreaField(
        "Answer", render_kw={"rows": 4}, description="The person reads it on their page of this registration."
    )
    is_done = BooleanField("It is arranged")


class MultiCheckboxField(SelectMultipleField):
    """A box to tick for each choice."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _sessions() -> MultiCheckboxField:
    return MultiCheckboxField(
        "Sessions", [InputRequired("Choose at least one session.")], validate_choice=False,
        description="Untick what you leave out. You can give back each of them later too.",
    )  # fmt: skip


class SeriesGuestForm(GuestForm):
    """Register for a series without being signed in."""

    sessions = _sessions()


class SeriesOwnForm(OwnForm):
    """Register for a series as who is signed in."""

    sessions = _sessions()
