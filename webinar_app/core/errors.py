"""Refusals that people read: a stable code for programs, a sentence for the person."""

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """Say why an act is refused.

    `code` is stable (`poll.closed`); `message` is a whole sentence that says what to do; `fields` maps a form field to
    its sentence, for input that can be corrected in place. `fresh` holds, as plain values, what the act met instead of
    what its sender had seen.
    """

    status = 409
    fresh: dict[str, Any] | None = None

    def __init__(self, code: str, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotFound(DomainError):
    """What was asked for does not exist, or the actor may not know that it does."""

    status = 404

    def __init__(
        self,
        code: str = "not_found",
        message: str = "This page does not exist, or it is not yours to see.",
    ) -> None:
        super().__init__(code, message)


class Forbidden(DomainError):
    """The actor is known and may not do this."""

    status = 403

    def __init__(
        self,
        code: str = "forbidden",
        message: str = "You do not have the right to do this. Ask a coordinator if you should.",
    ) -> None:
        super().__init__(code, message)


class Refused(DomainError):
    """The act is understood and not possible now."""


class InvalidInput(DomainError):
    """The input cannot be used as it is; `fields` says where and why."""

    status = 422


class Busy(DomainError):
    """Too much is waiting; nothing was done."""

    status = 503

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__("busy", "The server is busy. Try again in a moment; nothing was lost.")
        self.retry_after = retry_after


class TryAgain(DomainError):
    """The outcome is not known, or the transaction was lost; the same key makes another try safe."""

    status = 503
    retry_after = 1

    def __init__(self, code: str = "try_again") -> None:
        super().__init__(code, "We could not confirm that this was saved. Send it again; it will count once.")
