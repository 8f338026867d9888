"""Addresses that leave the product (mail, PDF, ICS), and tokens that are derived, not stored."""

import hashlib
import hmac
from collections.abc import Sequence


class Links:
    """Full addresses under the public URL. A test resolves each against the URL map."""

    def __init__(self, public_url: str, keys: Sequence[bytes]) -> None:
        self.base = public_url.rstrip("/")
        self.keys = tuple(keys)

    def course(self, slug: str) -> str:
        """Give the public page of a course."""
        return f"{self.base}/courses/{slug}"

    def register(self, webinar_code: str) -> str:
        """Give the page at which one registers for a sitting."""
        return f"{self.base}/webinars/{webinar_code}/register"

    def join(self, registration_code: str, version: int) -> str:
        """Give the personal join link of a registration."""
        return f"{self.base}/join/{join_token(self.keys[0], registration_code, version)}"

    def room(self, webinar_code: str) -> str:
        """Give the room of a sitting; it asks for a sign-in."""
        return f"{self.base}/room/{webinar_code}"

    def desk(self, webinar_code: str) -> str:
        """Give the desk of a sitting, where presenters and hosts meet before it; it asks for a sign-in."""
        return f"{self.base}/room/{webinar_code}/present"

    def short(self, webinar_code: str) -> str:
        """Give the address of a sitting that is short enough to be typed from a screen."""
        return f"{self.base}/j/{webinar_code}"

    def captions(self, webinar_code: str, version: int) -> str:
        """Give the address to which somebody outside sends captions."""
        return f"{self.base}/captions/{captions_token(self.keys[0], webinar_code, version)}"

    def calendar_file(self, webinar_code: str) -> str:
        """Give the calendar file of a sitting, without anything personal."""
        return f"{self.base}/webinars/{webinar_code}/calendar.ics"

    def all_feed(self) -> str:
        """Give the calendar of every announced session, to subscribe to."""
        return f"{self.base}/calendar.ics"

    def course_feed(self, slug: str) -> str:
        """Give the calendar of a course's sessions, to subscribe to."""
        return f"{self.base}/courses/{slug}/calendar.ics"

    def series_feed(self, slug: str) -> str:
        """Give the calendar of the sessions of a series, to subscribe to."""
        return f"{self.base}/series/{slug}/calendar.ics"

    def feed(self, person_code: str, version: int) -> str:
        """Give the calendar of a person's own sessions, to subscribe to; who has the address can read it."""
        return f"{self.base}/calendars/{feed_token(self.keys[0], person_code, version)}.ics"

    def evaluation(self, webinar_code: str) -> str:
        """Give the evaluation of a sitting."""
        return f"{self.base}/evaluations/{webinar_code}"

    def my_learning(self) -> str:
        """Give the page with everything of the signed-in person."""
        return f"{self.base}/my"

    def verification(self, number: str) -> str:
        """Give the public page that verifies a certificate."""
        return f"{self.base}/verify/{number}"

    def certificate(self, number: str) -> str:
        """Give the holder's page of a certificate."""
        return f"{self.base}/certificates/{number}"

    def payment(self, registration_code: str) -> str:
        """Give the page on which somebody pays for their own registration."""
        return f"{self.base}/registrations/{registration_code}/payment"

    def payment_document(self, code: str) -> str:
        """Give the file of an invoice or a receipt; it asks for a sign-in."""
        return f"{self.base}/papers/{code}.pdf"

    def sign_in(self, token: str) -> str:
        """Give a one-time sign-in link."""
        return f"{self.base}/sign-in/link/{token}"

    def new_email(self, token: str) -> str:
        """Give the link that proves a new e-mail address."""
        return f"{self.base}/account/email/{token}"

    def join_address(self, token: str) -> str:
        """Give the link that proves another address of somebody, under which places were registered."""
        return f"{self.base}/account/other-address/{token}"

    def claim(self, token: str) -> str:
        """Give the link by which somebody takes a seat that is kept for their agency."""
        return f"{self.base}/claim/{token}"

    def substitute(self, substitution_code: str) -> str:
        """Give the page at which somebody accepts the seat of who asked them to come instead."""
        return f"{self.base}/substitutes/{substitute_token(self.keys[0], substitution_code)}"

    def demo_sign_in(self, name: str) -> str:
        """Give the one-click sign-in link of a demo person; it works on loopback in demo mode only."""
        return f"{self.base}/demo/sign-in/{demo_token(self.keys[0], name)}"


def webcal(address: str) -> str:
    """Give an address with the scheme by which calendar programs open a subscription instead of a file."""
    return f"webcal://{address.partition('://')[2]}"


def demo_token(key: bytes, name: str) -> str:
    """Derive the token of a demo sign-in link: the name, and 128 bits of HMAC-SHA256."""
    return f"{name}-{_mac(key, 'demo', name, 0)}"


def read_demo_token(keys: Sequence[bytes], token: str) -> str | None:
    """Give the name of a genuine demo token, or None."""
    name, _, mac = token.rpartition("-")
    for key in keys:
        if hmac.compare_digest(mac.encode(), _mac(key, "demo", name, 0).encode()):
            return name
    return None


def join_token(key: bytes, registration_code: str, version: int) -> str:
    """Derive the token of a join link: code, version and 128 bits of HMAC-SHA256, safe in a path."""
    return f"{registration_code}-{version}-{_mac(key, 'join', registration_code, version)}"


def read_join_token(keys: Sequence[bytes], token: str) -> tuple[str, int] | None:
    """Give (registration code, version) of a genuine token under any of the keys, or None."""
    return _read(keys, "join", token)


def feed_token(key: bytes, person_code: str, version: int) -> str:
    """Derive the token of a person's calendar feed: code, version and 128 bits of HMAC-SHA256, safe in a path."""
    return f"{person_code}-{version}-{_mac(key, 'feed', person_code, version)}"


def read_feed_token(keys: Sequence[bytes], token: str) -> tuple[str, int] | None:
    """Give (person's code, version) of a genuine token of a calendar feed under any of the keys, or None."""
    return _read(keys, "feed", token)


def substitute_token(key: bytes, substitution_code: str) -> str:
    """Derive the token of a seat that somebody is asked to take: code and 128 bits of HMAC-SHA256, safe in a path."""
    return f"{substitution_code}-1-{_mac(key, 'substitute', substitution_code, 1)}"


def read_substitute_token(keys: Sequence[bytes], token: str) -> str | None:
    """Give the code in a genuine token of such a seat under any of the keys, or None."""
    found = _read(keys, "substitute", token)
    return found[0] if found else None


def captions_token(key: bytes, webinar_code: str, version: int) -> str:
    """Derive the token of a sitting's caption feed: code, version and 128 bits of HMAC-SHA256, safe in a path."""
    return f"{webinar_code}-{version}-{_mac(key, 'captions', webinar_code, version)}"


def read_captions_token(keys: Sequence[bytes], token: str) -> tuple[str, int] | None:
    """Give (sitting's code, version) of a genuine token of a caption feed under any of the keys, or None."""
    return _read(keys, "captions", token)


def _read(keys: Sequence[bytes], kind: str, token: str) -> tuple[str, int] | None:
    code, _, rest = token.partition("-")
    version, _, mac = rest.partition("-")
    if not code or not version.isascii() or not version.isdigit() or len(version) > 6:
        return None
    for key in keys:
        if hmac.compare_digest(mac.encode(), _mac(key, kind, code, int(version)).encode()):
            return code, int(version)
    return None


def _mac(key: bytes, kind: str, code: str, version: int) -> str:
    return hmac.new(key, f"{kind}:{code}:{version}".encode(), hashlib.sha256).hexdigest()[:32]


def ticket_token(key: bytes, payload: str) -> str:
    """Sign a short-lived ticket: the payload itself and 128 bits of HMAC-SHA256."""
    return f"{payload}.{_mac(key, 'ticket', payload, 0)}"


def read_ticket_token(keys: Sequence[bytes], token: str) -> str | None:
    """Give the payload of a genuine ticket, or None."""
    payload, _, mac = token.rpartition(".")
    for key in keys:
        if hmac.compare_digest(mac.encode(), _mac(key, "ticket", payload, 0).encode()):
            return payload
    return None
