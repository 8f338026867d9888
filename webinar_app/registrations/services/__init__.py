"""Use cases of registrations and the completion ledger."""

from webinar_app.registrations.services.files import SentFile, fetch_answer_file
from webinar_app.registrations.services.ledger import complete_item, mark_item, unmark_item, withdraw_item
from webinar_app.registrations.services.managing import (
    accept_policy,
    ask_for_links,
    cancel_for,
    cancel_own,
    confirm,
    confirm_paid,
    enter,
    give_held,
    is_entrance,
    note_export,
    send_link,
    why_kept,
)
from webinar_app.registrations.services.registering import (
    Sheet,
    register,
    register_by_hand,
    register_held,
    register_held_by_hand,
    register_in_course,
    register_in_course_by_hand,
)

__all__ = [
    "SentFile", "Sheet", "accept_policy", "ask_for_links", "cancel_for", "cancel_own", "complete_item", "confirm",
    "confirm_paid", "enter", "fetch_answer_file", "give_held", "is_entrance", "mark_item", "note_export", "register",
    "register_by_hand", "register_held", "register_held_by_hand", "register_in_course", "register_in_course_by_hand",
    "send_link", "unmark_item", "why_kept", "withdraw_item",
]  # fmt: skip
