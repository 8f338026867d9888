"""Mails about a seat in a sitting, rendered outside transactions."""

from collections.abc import Mapping
from typing import Any

from webinar_app.calendars.queries import CrewMember, Recipient, Sitting
from webinar_app.calendars.rules import CrewStep
from webinar_app.config import links
from webinar_app.core.times import describe, describe_for, in_zone
from webinar_app.mailing.emails import render_mail
from webinar_app.providers.queries import Brand

KINDS = ("confirmation", "updated", "cancelled", "registration_cancelled")


def seat_mail(
    kind: str,
    brand: Brand,
    sitting: Sitting,
    recipient: Recipient,
    calendar_links: Mapping[str, str],
    *,
    is_cut_off: bool = False,
) -> tuple[str, str, str]:
    """Give (subject, text, HTML) of one of `KINDS` for a registrant; their own time stands first (TZ17).

    `calendar_links`: addresses by `google`, `outlook`, `office365` and `yahoo`, or nothing. `is_cut_off`: places are
    not given back any more.
    """
    join = links().join(recipient.code, recipient.link_version)
    ends_at, zone = sitting.cancel_at, recipient.zone or sitting.zone
    until = describe_for(ends_at, zone, sitting.zone) if ends_at else ()
    context: dict[str, Any] = {
        "brand": brand,
        "sitting": sitting,
        "to": recipient,
        "when": recipient.when[0],
        "announced": recipient.when[1] if len(recipient.when) > 1 else "",
        "join_link": join,
        "pay_link": links().payment(recipient.code),
        "cancel_link": f"{join}?to=cancel",
        "course_link": links().course(sitting.course_slug),
        "calendar_links": calendar_links,
        "is_cut_off": is_cut_off,
        "cancel_until": " (".join(until) + ")" * (len(until) > 1),
        "registered_on": describe(in_zone(recipient.registered_at, recipient.zone), recipient.zone).split(",")[0],
    }
    return render_mail(kind, **context)


def crew_mail(brand: Brand, sitting: Sitting, member: CrewMember) -> tuple[str, str, str]:
    """Give (subject, text, HTML) for a presenter or host: their call time, and the way to the green room."""
    context: dict[str, Any] = {
        "brand": brand,
        "sitting": sitting,
        "to": member,
        "desk_link": links().desk(sitting.code),
    }
    return render_mail("crew_cancelled" if member.step is CrewStep.CANCELLED else "crew", **context)
