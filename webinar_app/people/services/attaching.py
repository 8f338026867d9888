"""Let somebody who is signed in prove another address of theirs, and keep what was registered with it."""

from datetime import datetime

from webinar_app.accounts.policy import get_self
from webinar_app.accounts.queries import find_by_email, person_ids
from webinar_app.accounts.rules import LINKS_PER_ACCOUNT
from webinar_app.accounts.services.links import link_spent, spend_link
from webinar_app.accounts.services.signing import count_try
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Forbidden
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.people.queries.merging import double_sittings, has_role
from webinar_app.people.queries.substitutes import own_addresses
from webinar_app.people.rules.merging import check_merge, check_other_address
from webinar_app.people.services.merging import hold_sittings, join_entries, lock_pair

JOIN_ADDRESS = "join_address"
MAIL_ADDRESS = "people.mail_address"


def ask_other_address(db: Db, actor: Actor, email: str, *, now: datetime) -> str:
    """Have a link mailed to another address of the actor and return it; known and unknown ones look the same."""
    person = get_self(db, actor)
    is_verified = person.email_verified_at is not None
    address = check_other_address(email, own_addresses(db, person.id), is_verified=is_verified)
    for one, other in ((f"person:{person.id}", address), (address, f"person:{person.id}")):
        count_try(db, f"{JOIN_ADDRESS}:{one}", f"{JOIN_ADDRESS}_with:{other}", LINKS_PER_ACCOUNT, now=now)
    payload = {"person": person.id, "email": address, "nonce": new_code(12)}
    enqueue(db, MAIL_ADDRESS, payload, now=now)
    return address


def attach_address(db: Db, actor: Actor, token: str, *, now: datetime) -> str:
    """Make the entry of a proven address part of the actor's, by the rules of a merge, and return the address.

    The link counts for who asked for it alone: it is opened from the one mailbox by who is signed in by the other.
    """
    person = get_self(db, actor)
    link = spend_link(db, token, JOIN_ADDRESS, now)
    if link.person_id not in person_ids(db, person.id):
        raise Forbidden("link.other", "Somebody else asked for this link. Sign in as who asked, then open it again.")
    found = find_by_email(db, link.address)
    if found is None:
        raise link_spent()
    hold_sittings(db, double_sittings(db, person.code, found.code))
    kept, gone = lock_pair(db, person.code, found.code)
    check_merge(
        is_same=kept.id == gone.id, is_merged=kept.merged_into_id is not None or gone.merged_into_id is not None,
        gone_runs_things=has_role(db, gone.id),
    )  # fmt: skip
    gone.email_verified_at = gone.email_verified_at or now
    join_entries(db, actor, kept, gone, "person.attach", now=now)
    return link.address
