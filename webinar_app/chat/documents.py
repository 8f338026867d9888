"""The chat of a sitting as a file."""

from webinar_app.chat.queries import list_said
from webinar_app.chat.rules import ChatAudience
from webinar_app.infra.db import Db
from webinar_app.infra.spreadsheets import csv_file, time_cell
from webinar_app.webinars.models import Webinar

HEAD = ("Sent", "Written by", "Role", "To", "Message", "Hidden")
_READERS = {ChatAudience.ALL: "Everybody", ChatAudience.STAFF: "Hosts only"}


def chat_csv(db: Db, webinar: Webinar) -> bytes:
    """Give every message of a sitting, hidden ones too, with who could read it."""
    zone = webinar.time_zone
    rows = [
        (
            time_cell(row.sent_at, zone), row.author, "Host" if row.is_host else "Attendee", _READERS[row.audience],
            row.text, time_cell(row.hidden_at, zone),
        )
        for row in list_said(db, webinar.id)
    ]  # fmt: skip
    return csv_file(HEAD, rows, bom=True)
