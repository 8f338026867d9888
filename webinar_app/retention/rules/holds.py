"""Legal holds: on what, and why; and why one is lifted."""

from enum import StrEnum

from webinar_app.core.errors import InvalidInput
from webinar_app.core.text import one_line

REASON_SHORTEST, REASON_LONGEST = 5, 300


class Subject(StrEnum):
    """What a hold keeps everything of."""

    WEBINAR = "webinar"
    COURSE = "course"
    PERSON = "person"


SUBJECT_WORDS = {
    Subject.WEBINAR: "A session", Subject.COURSE: "A course with all its sessions",
    Subject.PERSON: "A person, with every session they took part in",
}  # fmt: skip
NAME_WORDS = {
    Subject.WEBINAR: "the session’s code", Subject.COURSE: "the course’s address",
    Subject.PERSON: "the person’s e-mail address or code",
}  # fmt: skip


def check_reason(text: str) -> str:
    """Give a reason on one line; raise InvalidInput when it is shorter or longer than it may be."""
    told = one_line(text)
    if not REASON_SHORTEST <= len(told) <= REASON_LONGEST:
        sentence = f"Say why in {REASON_SHORTEST} to {REASON_LONGEST} characters."
        raise InvalidInput("hold.reason", sentence, {"reason": sentence})
    return told
