"""Forms of calendars."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from webinar_app.calendars.rules import ALARMS
from webinar_app.web.forms import Form

ALARM_WORDS = {0: "No reminder", 10: "10 minutes before", 60: "1 hour before", 1440: "1 day before"}


class AlarmForm(Form):
    """Choose when entries ring."""

    alarm = RadioField(
        "Remind me", choices=[SelectChoice(str(minutes), ALARM_WORDS[minutes]) for minutes in ALARMS],
        description="Stands in the next invitation, in files that you fetch, and in your subscription.",
    )  # fmt: skip
