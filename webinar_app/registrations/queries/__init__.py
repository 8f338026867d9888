"""Named reads of registrations and the completion ledger."""

from webinar_app.registrations.queries.completion import (
    completion_lines,
    find_completion,
    find_item,
    list_items,
    may_mark,
)
from webinar_app.registrations.queries.places import (
    Place,
    attendance_words,
    cancel_until,
    check_open,
    credit_of,
    credit_words,
    current_policy,
    full_title,
    needs_licence,
    opening_of,
    opening_of_course,
    owner_view,
    place_of,
    place_page,
    planned_end,
    policy_at,
    registration_view,
    seat_at,
    seat_in,
    sitting_page,
    title_of,
)
from webinar_app.registrations.queries.roster import (
    PAGE,
    ROSTER_STATES,
    RosterQuery,
    count_roster,
    done_items,
    list_roster,
    place_facts,
    roster_facts,
)
from webinar_app.registrations.queries.rows import (
    LINK_KEPT,
    SEATED,
    count_people_by_item,
    count_taken,
    find_by_code,
    find_current,
    find_in_course,
    find_live,
    get_registration,
    list_completions,
    list_to_mail,
    seats_held,
)

__all__ = [
    "LINK_KEPT", "PAGE", "Place", "ROSTER_STATES", "RosterQuery", "SEATED", "attendance_words", "cancel_until",
    "check_open", "completion_lines", "count_people_by_item", "count_roster", "count_taken", "credit_of",
    "credit_words", "current_policy", "done_items", "find_by_code", "find_completion", "find_current",
    "find_in_course", "find_item", "find_live", "full_title", "get_registration", "list_completions", "list_items",
    "list_roster", "list_to_mail", "may_mark", "needs_licence", "opening_of", "opening_of_course", "owner_view",
    "place_facts", "place_of", "place_page", "planned_end", "policy_at", "registration_view", "roster_facts", "seat_at",
    "seat_in", "seats_held", "sitting_page", "title_of",
]  # fmt: skip
