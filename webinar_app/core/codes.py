"""Codes that people type, read aloud and print: Crockford base32 without I, L, O and U."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code(length: int = 8) -> str:
    """Give a random code of `length` characters, five bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_number() -> str:
    """Give a certificate number of 80 random bits in four groups, `XXXX-XXXX-XXXX-XXXX` (reliability W-21)."""
    return grouped(new_code(16))


def grouped(code: str) -> str:
    """Print a code in groups of four with hyphens between them."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def normalise(typed: str) -> str:
    """Give what a person meant: capitals, no spaces or hyphens, `O` read as 0, `I` and `L` as 1."""
    kept = "".join(character for character in typed.upper() if character.isascii() and character.isalnum())
    return kept.translate(_LOOKALIKES)
