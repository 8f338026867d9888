"""The rules of an approving body as numbers, the safe default, and the texts a provider must keep in force."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from webinar_app.core.errors import InvalidInput


class DeliveryFormat(StrEnum):
    """The way of delivery that an approval names and a certificate prints (R2)."""

    LIVE_WEBINAR = "live_webinar"
    SELF_PACED = "self_paced"
    IN_PERSON = "in_person"


class PolicyKind(StrEnum):
    """What a policy of the provider is about; each has its own versions."""

    ATTENDANCE = "attendance"
    REFUNDS = "refunds"
    ACCOMMODATIONS = "accommodations"
    PROBLEMS = "problems"
    VIEWING = "viewing"
    GRIEVANCES = "grievances"
    PRIVACY = "privacy"


FORMAT_WORDS = {
    DeliveryFormat.LIVE_WEBINAR: "live interactive webinar",
    DeliveryFormat.SELF_PACED: "self-paced online course",
    DeliveryFormat.IN_PERSON: "in-person training",
}


@dataclass(frozen=True, kw_only=True)
class RulePack:
    """What one approving body asks for; the defaults are the safe ones of the continuing-education rules.

    `min_minutes`, where given, takes the place of `min_percent`. None in `latest_join_minutes`, `max_gap_s` or
    `checks_percent` means that the body has no such rule. `hour_minutes` is the length of a credit hour, `credit_step`
    the part of one to which credit is rounded down, `most_credit` its limit.
    """

    name: str = "Safe default"
    version: int = 1
    min_percent: int = 90
    min_minutes: int | None = None
    latest_join_minutes: int | None = 10
    max_gap_s: int | None = 300
    grace_bridge_s: int = 60
    server_gap_s: int = 120
    checks_per_hour: int = 3
    checks_percent: int | None = 75
    evaluation_days: int = 7
    pass_percent: int = 75
    hour_minutes: int = 60
    credit_step: Decimal = Decimal("0.25")
    most_credit: Decimal | None = None
    credit_unit: str = "contact hours"
    needs_licence: bool = False
    retention_years: int = 7

    def to_json(self) -> dict[str, object]:
        """Give the pack as plain JSON values, decimals as text; it is frozen like this when a sitting is published."""
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "RulePack":
        """Read `to_json` back; what an older pack does not name has its default.

        Raises InvalidInput with `fields` for unknown names and for values out of bounds.
        """
        known = {field.name for field in fields(cls)}
        trouble = {name: "There is no such rule." for name in data if name not in known}
        for name in known & data.keys():
            if not _is_possible(name, data[name]):
                trouble[name] = "This value is not possible."
        if trouble:
            raise InvalidInput("rule_pack.invalid", "This rule pack cannot be used.", trouble)
        decimals = {name: Decimal(str(data[name])) for name in _DECIMALS if data.get(name) is not None}
        return cls(**{**data, **decimals})  # type: ignore[arg-type]  # Each value was checked above.


SAFE_DEFAULT = RulePack()


@dataclass(frozen=True)
class Approval:
    """What one body has approved: ways of delivery, and the first and last day on which a sitting may count (R26)."""

    body: str
    provider_number: str
    formats: frozenset[DeliveryFormat]
    valid_from: date
    valid_to: date
    statement: str
    statement_version: int = 1


@dataclass(frozen=True)
class PolicyText:
    """One version of one policy, in force from a day on."""

    kind: PolicyKind
    version: int
    in_force_on: date
    text: str


def covers(approval: Approval, delivery: DeliveryFormat, on: date) -> bool:
    """Say whether an approval allows credit for this way of delivery on this local day, its last day included."""
    return delivery in approval.formats and approval.valid_from <= on <= approval.valid_to


def days_left(approval: Approval, today: date) -> int:
    """Count the days until an approval ends; negative when it has ended."""
    return (approval.valid_to - today).days


def policy_on(policies: Iterable[PolicyText], kind: PolicyKind, on: date) -> PolicyText | None:
    """Give the version of a policy that is in force on a day: the highest among those that have begun."""
    begun = [policy for policy in policies if policy.kind is kind and policy.in_force_on <= on]
    return max(begun, key=lambda policy: policy.version, default=None)


def longest_retention(packs: Iterable[RulePack]) -> int:
    """Give the years for which the record of a sitting is kept: the longest rule wins (R18)."""
    return max((pack.retention_years for pack in packs), default=SAFE_DEFAULT.retention_years)


_DECIMALS = ("credit_step", "most_credit")
_LIMITS = {
    "version": (1, 1_000_000),
    "min_percent": (1, 100),
    "min_minutes": (1, 1440),
    "latest_join_minutes": (0, 1440),
    "max_gap_s": (0, 86_400),
    "grace_bridge_s": (0, 3600),
    "server_gap_s": (0, 3600),
    "checks_per_hour": (0, 20),
    "checks_percent": (0, 100),
    "evaluation_days": (1, 366),
    "pass_percent": (0, 100),
    "hour_minutes": (1, 120),
    "retention_years": (1, 100),
}
_OPTIONAL = frozenset({"min_minutes", "latest_join_minutes", "max_gap_s", "checks_percent", "most_credit"})


def _is_possible(name: str, value: object) -> bool:
    if value is None:
        return name in _OPTIONAL
    if name in _LIMITS:
        low, high = _LIMITS[name]
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if name in _DECIMALS:
        return _is_credit(value)
    return isinstance(value, bool if name == "needs_licence" else str)


def _is_credit(value: object) -> bool:
    try:
        credit = Decimal(str(value))
    except InvalidOperation:
        return False
    return credit.is_finite() and 0 < credit <= 1000
