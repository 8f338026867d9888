"""What happened to certificates."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A certificate is its holder's: the paper is made."""

    number: str
