"""What happens to mail and others react to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailBounced:
    """A mail did not reach its recipient and is not tried again."""

    code: str
    kind: str
    person_id: int | None
