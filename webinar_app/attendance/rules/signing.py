"""Signing in and out: what a person attests, in words of which every version is known (feature E7, R5)."""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.webinars.rules import WebinarState


class SignKind(StrEnum):
    """What is attested."""

    IN = "in"
    OUT = "out"


WORDS = {
    SignKind.IN: "I take part in this session myself, under my own name, and I answer the attention checks myself.",
    SignKind.OUT: "I took part in this session myself. What the record says of my time is true as far as I know.",
}


def statement(kind: SignKind, policies: Iterable[Mapping[str, Any]]) -> str:
    """Give the words in force: the provider's own policy with the key `sign_in` or `sign_out`, else the product's."""
    own = next((one for one in policies if one.get("key") == f"sign_{kind.value}"), None)
    told = " ".join(str(part) for part in (own or {}).get("paragraphs", ()))
    return told or WORDS[kind]


def version_of(words: str) -> str:
    """Give the mark of a statement: other words, another mark."""
    return hashlib.sha256(words.encode()).hexdigest()[:8].upper()


def check_signing(kind: SignKind, state: WebinarState, given: str, current: str) -> None:
    """Raise unless a statement can be signed now, in the words that are in force."""
    times = {
        SignKind.IN: (WebinarState.SCHEDULED, WebinarState.LIVE),
        SignKind.OUT: (WebinarState.LIVE, WebinarState.ENDED),
    }
    if state not in times[kind]:
        when = "while the session is open" if kind is SignKind.IN else "once the session has begun"
        raise Refused("sign.time", f"This can be signed {when}. Go back to the session's page.")
    if given != current:
        sentence = "The statement changed while this page was open. Reload the page, read it and sign it again."
        raise InvalidInput("sign.version", sentence, {"version": sentence})
