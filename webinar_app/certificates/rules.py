"""When a person has earned a certificate, what it is worth, what stands on it, and what it still says years later."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from webinar_app.attendance.rules import Summary, policy_of, ruler, verdict
from webinar_app.courses.rules import CompletionRule, is_completed
from webinar_app.providers.rules import RulePack

SNAPSHOT_VERSION = 1


class CertificateState(StrEnum):
    """What verification says of an issued certificate."""

    VALID = "valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class Completion(NamedTuple):
    """Whether everything is there, and a reason per item: what was done, or what is missing."""

    complete: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ItemEvidence:
    """What the ledger says of one required item.

    `place` is its position in the outline; `attended` the attendance behind a sitting; `score_percent` the best result
    of a post-test.
    """

    key: str
    title: str
    place: int
    is_completed: bool
    attended: Summary | None = None
    score_percent: int | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that a review looks at; `items` are the required ones, in any order."""

    items: Sequence[ItemEvidence]
    legal_name: str
    licence_number: str = ""
    is_paid: bool = True
    rule: CompletionRule = CompletionRule.ALL_UNITS


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """What the state of an issued certificate depends on; days in the provider's zone."""

    expires_on: date | None = None
    superseded_by: str = ""
    revoked_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Holder:
    """For whom a certificate is: the registration's own copy of name and licence."""

    legal_name: str
    licence_profession: str = ""
    licence_region: str = ""
    licence_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who issues a certificate and answers for it, as printed; `signature` is a PNG as a data URI, or empty."""

    name: str
    address: str = ""
    phone: str = ""
    number: str = ""
    approval_statement: str = ""
    signatory_name: str = ""
    signatory_title: str = ""
    signature: str = ""
    record_text: str = ""
    locale: str = "en-US"
    paper: str = "letter"


class Held(NamedTuple):
    """One day of an activity: the local day, and its wording with times and zone."""

    on: date
    text: str


class Teacher(NamedTuple):
    """A presenter as printed."""

    name: str
    postnominals: str = ""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What was completed, as printed; `format_wording` is one of the enumerated ones (R2)."""

    title: str
    subtitle: str = ""
    code: str = ""
    series: str = ""
    format_wording: str
    held: Sequence[Held] = ()
    place: str = "Online"
    minutes: int = 0
    objectives: Sequence[str] = ()
    presenters: Sequence[Teacher] = ()


class CreditLine(NamedTuple):
    """Credit of one type with the statement that is printed unaltered."""

    variant: str
    amount: Decimal
    unit: str
    type: str = ""
    statement: str = ""


def review(pack: RulePack, evidence: Evidence) -> Completion:
    """Decide whether a person has earned the variant that `pack` belongs to.

    An item counts when the ledger has it as completed and it also satisfies the pack: a sitting its attendance rules, a
    post-test its pass mark. The rule of the course says how many items must count; name, payment and, where the pack
    asks for it, a licence must be there. More evidence never undoes a completion, and its order does not matter.
    """
    items = sorted(evidence.items, key=lambda item: (item.place, item.key))
    lacks = {item.key: _lack(pack, item) for item in items}
    done = {key for key, lack in lacks.items() if not lack}
    absent = _absent(pack, evidence)
    is_done = is_completed(evidence.rule, lacks.keys(), done)
    reasons = [lacks[item.key] or _done_words(pack, item) for item in items]
    return Completion(is_done and not absent, (*reasons, *absent))


def missing(pack: RulePack, evidence: Evidence) -> tuple[str, ...]:
    """Say what is still missing, a sentence per item in the order of the outline; empty when nothing is."""
    items = sorted(evidence.items, key=lambda item: (item.place, item.key))
    lacks = (_lack(pack, item) for item in items)
    return (*(lack for lack in lacks if lack), *_absent(pack, evidence))


def credit_for(pack: RulePack, minutes: int | Decimal) -> Decimal:
    """Give the credit for credit-bearing minutes: exact, rounded down to the pack's step, never above its limit.

    On a 60-minute hour in quarter hours 75 minutes are `Decimal("1.25")`, on a 50-minute hour 1.50 (R13).
    """
    # Whole division of decimals is exact, where dividing and rounding down could round up at the last digit first.
    credit = Decimal(max(minutes, 0)) // (pack.hour_minutes * pack.credit_step) * pack.credit_step
    return credit if pack.most_credit is None else min(credit, pack.most_credit)


def expires_on(issued_on: date, years: int | None) -> date | None:
    """Give the last day of validity, the same day `years` later; None or 0 never expires.

    What is issued on 29 February ends on 28 February of a year that has no 29th.
    """
    if not years:
        return None
    try:
        return issued_on.replace(year=issued_on.year + years)
    except ValueError:
        return issued_on.replace(year=issued_on.year + years, day=28)


def state(facts: CertificateFacts, today: date) -> CertificateState:
    """Say what a certificate is worth today; being revoked outweighs being superseded, and that being expired.

    The day of expiry is still valid.
    """
    if facts.revoked_on is not None:
        return CertificateState.REVOKED
    if facts.superseded_by:
        return CertificateState.SUPERSEDED
    if facts.expires_on is not None and today > facts.expires_on:
        return CertificateState.EXPIRED
    return CertificateState.VALID


def snapshot(
    *,
    holder: Holder,
    issuer: Issuer,
    activity: Activity,
    credits: Sequence[CreditLine],
    number: str,
    issued_on: date,
    valid_years: int | None = None,
    attended: Summary | None = None,
) -> dict[str, Any]:
    """Give everything that is printed, as plain JSON: days as ISO texts, credit as an exact text (G4, R16).

    Without credit it is a certificate of training (G13). It is stored and never made again: a later change of name,
    course or statement changes no issued certificate.
    """
    last_day = expires_on(issued_on, valid_years)
    return {
        "version": SNAPSHOT_VERSION,
        "number": number,
        "issued_on": issued_on.isoformat(),
        "expires_on": last_day.isoformat() if last_day else None,
        "kind": "Certificate of completion" if credits else "Certificate of training",
        "completion_text": f"has completed the {activity.format_wording}",
        "holder": {**vars(holder), "licence": _licence_words(holder)},
        **_activity_part(activity, attended),
        **_issuer_part(issuer),
        "credits": [{**line._asdict(), "amount": _plain(line.amount)} for line in credits],
    }


def is_same(old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    """Say whether two snapshots certify the same, whatever their numbers and days of issue."""
    own = {"number", "issued_on", "expires_on"}
    return {key: old[key] for key in old.keys() - own} == {key: new[key] for key in new.keys() - own}


def masked_name(name: str) -> str:
    """Give the initials: `masked_name("Ada Lovelace") == "A. L."`, what verification shows to everyone (C-3)."""
    initials = (_initial(word) for word in unicodedata.normalize("NFC", name).split())
    return " ".join(f"{initial}." for initial in initials if initial)


def name_matches(name: str, typed: str) -> bool:
    """Say whether somebody typed the holder's family name, one to all of the last words of the printed name.

    Case, accents, hyphens, spaces and what follows a comma do not matter: "van der Berg", "BERG" and "Vander Berg" all
    fit "Anna van der Berg". A first name alone does not.
    """
    words = [_letters(word) for word in name.split(",")[0].split()]
    endings = {"".join(words[at:]) for at in range(len(words))}
    return bool(_letters(typed)) and _letters(typed) in endings


def _lack(pack: RulePack, item: ItemEvidence) -> str:
    """Say why an item does not count; empty when it does."""
    if item.attended is not None:
        attended = verdict(policy_of(pack), item.attended)
        if not attended.complete:
            return f"{item.title}: {'; '.join(reason.rstrip('.') for reason in attended.reasons)}."
    if item.score_percent is not None and item.score_percent < pack.pass_percent:
        return f"{item.title}: {item.score_percent} %; {pack.pass_percent} % are needed."
    return "" if item.is_completed else f"{item.title}: not completed."


def _done_words(pack: RulePack, item: ItemEvidence) -> str:
    if item.attended is not None:
        return f"{item.title}: {verdict(policy_of(pack), item.attended).reasons[0]}."
    if item.score_percent is not None:
        return f"{item.title}: {item.score_percent} %."
    return f"{item.title}: completed."


def _absent(pack: RulePack, evidence: Evidence) -> tuple[str, ...]:
    needs = (
        (not evidence.legal_name.strip(), "The name for the certificate is missing."),
        (not evidence.is_paid, "The fee has not been paid."),
        (pack.needs_licence and not evidence.licence_number.strip(), "A licence number is needed for this credit."),
    )
    return tuple(sentence for is_lacking, sentence in needs if is_lacking)


def _activity_part(activity: Activity, attended: Summary | None) -> dict[str, Any]:
    hours = f"{activity.minutes} minutes, {_plain(Decimal(activity.minutes) / 60)} hours of 60 minutes"
    return {
        "course": {key: getattr(activity, key) for key in ("title", "subtitle", "code", "series")},
        "format": activity.format_wording.capitalize(),
        "held": [{"on": day.on.isoformat(), "text": day.text} for day in activity.held],
        "place": activity.place,
        "minutes": activity.minutes,
        "hours_text": hours if activity.minutes else "",
        "objectives": list(activity.objectives),
        "presenters": [presenter._asdict() for presenter in activity.presenters],
        "attendance_text": _attendance_words(attended) if attended else "",
        "presence": [list(span) for span in ruler(attended)] if attended else [],
    }


def _issuer_part(issuer: Issuer) -> dict[str, Any]:
    signatory = {"name": issuer.signatory_name, "title": issuer.signatory_title, "image": issuer.signature}
    return {
        "provider": {key: getattr(issuer, key) for key in ("name", "address", "phone", "number")},
        "approval_statement": issuer.approval_statement,
        "signatory": signatory if issuer.signatory_name else None,
        "record_text": issuer.record_text,
        "locale": issuer.locale,
        "paper": issuer.paper,
    }


def _licence_words(holder: Holder) -> str:
    return ", ".join(filter(None, (holder.licence_profession, holder.licence_region, holder.licence_number)))


def _attendance_words(attended: Summary) -> str:
    words = f"{attended.credited_s // 60} of {attended.total_s // 60} minutes"
    if attended.checks_shown:
        words += f", {attended.checks_answered} of {attended.checks_shown} attention checks"
    return words


def _plain(number: Decimal) -> str:
    """Write a number with at most two decimals and without an exponent, rounded down."""
    text = f"{number.quantize(Decimal('0.01'), ROUND_FLOOR):f}"
    return text.rstrip("0").rstrip(".")


def _initial(word: str) -> str:
    return next((character.upper()[0] for character in word if character.isalpha()), "")


def _letters(text: str) -> str:
    """Give letters and digits only, without case and accents, so that what people type fits what is printed."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())
