"""Signing in and out: tokens of browsers, counted tries."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete, select, update

from webinar_app.accounts.models import RevocationCause, SignIn, SignInTry
from webinar_app.accounts.queries import count_tries, is_staff
from webinar_app.accounts.rules import TRIES_PER_ACCOUNT, TRY_WINDOW, check_tries, ends_at
from webinar_app.accounts.services import revoke
from webinar_app.core.actor import Actor
from webinar_app.core.errors import NotFound
from webinar_app.core.text import one_line
from webinar_app.infra.db import Db, secret

DEVICE_LENGTH = 120


def digest(token: str) -> str:
    """Give what is stored of a token or address: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


@secret
def sign_in(
    db: Db,
    person_id: int,
    method: str,
    *,
    registration_id: int | None = None,
    device: str,
    now: datetime,
    replaces: int | None = None,
) -> str:
    """Sign a person in on one browser and return the token for its cookie; only the hash is kept.

    With `registration_id` the sign-in reaches that registration only. `replaces` ends the browser's sign-in before.
    """
    token = secrets.token_urlsafe(32)
    limited = registration_id is not None
    ends = ends_at(now, now, is_staff=is_staff(db, person_id) and not limited)
    db.add(
        SignIn(
            token_hash=digest(token), person_id=person_id, registration_id=registration_id, method=method,
            device=one_line(device)[:DEVICE_LENGTH], created_at=now, last_seen_at=now, expires_at=ends,
        )
    )  # fmt: skip
    if replaces is not None:
        db.execute(update(SignIn).where(SignIn.id == replaces, SignIn.revoked_at.is_(None)).values(revoked_at=now))
    return token


def touch(db: Db, sign_in_id: int, *, now: datetime) -> None:
    """Write down that a sign-in is in use, which moves its end."""
    row = db.get(SignIn, sign_in_id)
    if row is None or row.revoked_at is not None:
        return
    staff = is_staff(db, row.person_id) and row.registration_id is None
    row.last_seen_at, row.expires_at = now, ends_at(row.created_at, now, is_staff=staff)


def sign_out(db: Db, actor: Actor, *, now: datetime) -> None:
    """End the actor's sign-in on this browser; its open connections close."""
    if actor.person_id is None or actor.sign_in_id is None:
        return
    _end(db, actor.person_id, RevocationCause.SIGN_OUT, now, sign_in_id=actor.sign_in_id)


def end_device(db: Db, actor: Actor, sign_in_id: int, *, now: datetime) -> None:
    """End one of the actor's own sign-ins on another browser."""
    row = db.get(SignIn, sign_in_id)
    if row is None or row.person_id != actor.person_id:
        raise NotFound
    _end(db, row.person_id, RevocationCause.SIGN_OUT, now, sign_in_id=row.id)


def end_others(db: Db, actor: Actor, *, now: datetime) -> int:
    """End every sign-in of the actor but this one, and return how many there were."""
    assert actor.person_id is not None  # the route asks for a full sign-in
    return end_all(db, actor.person_id, RevocationCause.SIGN_OUT, now=now, keep=actor.sign_in_id)


def end_all(db: Db, person_id: int, cause: RevocationCause, *, now: datetime, keep: int | None = None) -> int:
    """End every sign-in of a person, except the one to keep, and return how many there were."""
    query = select(SignIn.id).where(SignIn.person_id == person_id, SignIn.revoked_at.is_(None), SignIn.expires_at > now)
    found = [sign_in_id for sign_in_id in db.scalars(query) if sign_in_id != keep]
    for sign_in_id in found:
        _end(db, person_id, cause, now, sign_in_id=sign_in_id)
    return len(found)


def end_registration(db: Db, person_id: int, registration_id: int, *, now: datetime) -> None:
    """End every sign-in by a registration's join links: it was cancelled, or its link renewed."""
    gone = SignIn.registration_id == registration_id
    db.execute(update(SignIn).where(gone, SignIn.revoked_at.is_(None)).values(revoked_at=now))
    revoke(db, person_id, RevocationCause.CANCELLED, now=now, registration_id=registration_id)


def count_try(db: Db, account: str, address: str, most: int = TRIES_PER_ACCOUNT, *, now: datetime) -> None:
    """Count a try before its outcome is known; raise TooManyTries when there were too many (W-21).

    `account` and `address` are what was typed and where it came from; their hashes are kept for a day.
    """
    subjects = digest(account), digest(address)
    since = now - TRY_WINDOW
    check_tries(count_tries(db, subjects[0], since), count_tries(db, subjects[1], since), most)
    db.add_all([SignInTry(subject=subject, at=now) for subject in subjects])


def forget_tries(db: Db, account: str, *, now: datetime) -> None:
    """Forget an account's tries after one that was right."""
    db.execute(delete(SignInTry).where(SignInTry.subject == digest(account)))


def _end(db: Db, person_id: int, cause: RevocationCause, now: datetime, *, sign_in_id: int) -> None:
    db.execute(update(SignIn).where(SignIn.id == sign_in_id, SignIn.revoked_at.is_(None)).values(revoked_at=now))
    revoke(db, person_id, cause, now=now, sign_in_id=sign_in_id)


def forget_old_tries(db: Db, *, now: datetime) -> None:
    """Forget the tries that were made before `now`."""
    db.execute(delete(SignInTry).where(SignInTry.at < now))


@secret
def sign_in_by_password(
    db: Db, person_id: int, email: str, *, device: str, replaces: int | None = None, now: datetime
) -> str:
    """Sign in who gave the right password, forget the tries before it, and return the browser's token."""
    forget_tries(db, email, now=now)
    return sign_in(db, person_id, "password", device=device, replaces=replaces, now=now)
