"""What evaluations ask the features above them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnProgressAsked:
    """How far is this registrant on the way to the certificate?

    Each subscriber returns `{"missing": [sentence], "is_pending": bool, "credit": words, "certificate": None or
    {"number", "url", "download_url", "image_url" or None, "words"}}`. `is_pending` says that something is on its way by
    itself, so that it is worth asking again in a moment; `credit` names what is to be had ("1.25 contact hours");
    `certificate` is there once it can be downloaded, and its `words` say for whom, how much and until when.
    """

    registration_id: int
