"""What happens to mail and others react to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailBounced:
    """A mail did not reach its recipient and is not tried again."""

    code: str
    kind: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class WordsAsked:
    """Does a course or sitting have own words for this mail to a registrant?

    A subscriber returns `{subject, text, values}` for `emails.own_words_mail`, or None. `number`: of a certificate.
    """

    kind: str
    registration_id: int
    number: str = ""
