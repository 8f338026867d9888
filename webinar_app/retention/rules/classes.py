"""Every class of record: how long it is kept, counted from when, what a night does with it, and why (N6).

A class that nothing removes by itself says so. Each table stands in a class, which a test holds against the schema.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from webinar_app.people.rules.merging import UNDO_DAYS
from webinar_app.providers.rules import SAFE_DEFAULT

YEAR = 365
RECORD_YEARS = SAFE_DEFAULT.retention_years
TAX_YEARS = 10


class Class(StrEnum):
    """A kind of record with one period."""

    TALK = "talk"
    DEVICES = "devices"
    ANSWERS = "answers"
    KEPT_ANSWERS = "kept_answers"
    WAITING = "waiting"
    NEEDS = "needs"
    BLOCKS = "blocks"
    REPLIES = "replies"
    FEEDS = "feeds"
    LINKS = "links"
    MAILS = "mails"
    MAIL_LOG = "mail_log"
    NOTICES = "notices"
    IMPORTS = "imports"
    SUBSTITUTES = "substitutes"
    MERGES = "merges"
    ACTS = "acts"
    ORDERS = "orders"
    FILES = "files"
    RECORD = "record"
    UNNAMED = "unnamed"
    ACCOUNT = "account"
    OFFER = "offer"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class RecordClass:
    """One class; `days` None: nothing of it is removed by itself. `tables` names what it lives in."""

    kind: Class
    words: str
    days: int | None
    counted: str
    becomes: str
    reason: str
    source: str
    tables: tuple[str, ...]

    @property
    def period(self) -> str:
        """Give the period in words, such as `90 days after the session`."""
        if self.days is None:
            return self.counted
        if self.days % YEAR:
            number, unit = self.days, "day"
        else:
            number, unit = self.days // YEAR, "year"
        return f"{number} {unit}{'' if number == 1 else 's'} {self.counted}"


_STORAGE = "GDPR Art. 5(1)(e): no longer than is needed"
_AFTER = "after the session"
CLASSES = (
    RecordClass(
        Class.TALK, "What was said in a room: chat, questions, raised hands", YEAR, _AFTER, "deleted",
        "It helps while people still ask about the session, and earns nobody credit.", _STORAGE,
        ("chat_message", "chat_mute", "question", "question_vote", "raised_hand", "room_event"),
    ),
    RecordClass(
        Class.DEVICES, "Browsers beside presence, signatures and checks", 90, _AFTER, "emptied",
        "They tell two devices of one person apart. The facts of presence stay.", _STORAGE, (),
    ),
    RecordClass(
        Class.ANSWERS, "Answers on registration forms, and why somebody was turned down", YEAR,
        "after the session, or after registering where there is none", "deleted",
        "They serve the running of the session; so do the files that are sent with them.", _STORAGE,
        ("form_answer", "answer_file", "approval"),
    ),
    RecordClass(
        Class.KEPT_ANSWERS, "Answers that a person is offered again", 2 * YEAR, "after they were given last", "deleted",
        "Who has not registered for so long is asked afresh.", _STORAGE, ("kept_answer",),
    ),
    RecordClass(
        Class.WAITING, "Places on waiting lists, and their offers", 90, _AFTER, "deleted",
        "Long enough to answer who was passed over, and why.", _STORAGE, ("waiting_place",),
    ),
    RecordClass(
        Class.NEEDS, "What people need to take part", 30,
        "after the session; without one, after it was arranged or withdrawn", "deleted",
        "It may tell of somebody’s health, and is needed until the session only.",
        "GDPR Art. 9 and 5(1)(e)", ("accommodation_request",),
    ),
    RecordClass(
        Class.BLOCKS, "Contacts of agencies that had seats kept", YEAR, _AFTER, "emptied",
        "Somebody to ask about the seats. The figures stay.", _STORAGE, ("seat_block", "claim_link"),
    ),
    RecordClass(
        Class.REPLIES, "What calendar programs answered, and which version a feed showed", 90, _AFTER, "deleted",
        "It shows who has which time of a session, until that is over.", _STORAGE, ("invite_reply", "feed_sight"),
    ),
    RecordClass(
        Class.FEEDS, "Secret addresses of personal calendar feeds", 400, "after a program came for it last", "closed",
        "An address that nobody reads is a key that nobody misses.", "Own rule: nobody is let in by an old key",
        ("personal_calendar",),
    ),
    RecordClass(
        Class.LINKS, "Sign-ins with their devices, and mailed sign-in links", 90, "after their end", "deleted",
        "They show a person where they were signed in.", _STORAGE,
        ("sign_in", "email_link", "sign_in_try", "revocation"),
    ),
    RecordClass(
        Class.MAILS, "Words and files of mails", YEAR, "after they were written", "emptied",
        "They can be looked at and sent again. Mails with sign-in links are emptied after 30 days.", _STORAGE, (),
    ),
    RecordClass(
        Class.MAIL_LOG, "That a mail left: address, subject and state", RECORD_YEARS * YEAR, "after they were written",
        "deleted", "It shows that people were told of times, rules and certificates, as long as the record is kept.",
        "As the record of credit", ("mail",),
    ),
    RecordClass(
        Class.NOTICES, "Notices to a person", YEAR, "after they appeared", "emptied",
        "They repeat what stands elsewhere.", _STORAGE, ("notice",),
    ),
    RecordClass(
        Class.IMPORTS, "Files of lists of people, and rows that were left out", 7, "after they were sent", "deleted",
        "Long enough to mend the rows and send them again. The figures stay.", _STORAGE,
        ("people_import", "import_fault"),
    ),
    RecordClass(
        Class.SUBSTITUTES, "Addresses of people who were asked to come instead of somebody", 30,
        "after they were asked", "emptied",
        "Who comes is registered by then, and who does not is nobody’s business.", _STORAGE, ("substitution",),
    ),
    RecordClass(
        Class.MERGES, "What undoes a merge of two entries", UNDO_DAYS, "after the merge", "deleted",
        "A merge can be undone for so long. That it was made stands in the audit.", _STORAGE, ("person_merge",),
    ),
    RecordClass(
        Class.ACTS, "Answers to forms that were sent, and work that is done", 7, "after it was done", "deleted",
        "A form that is sent twice counts once.", _STORAGE, ("act", "job"),
    ),
    RecordClass(
        Class.ORDERS, "Orders, payments, invoices and receipts", TAX_YEARS * YEAR, "after the end of their year",
        "deleted", "The law asks to keep them. Ask your accountant whether yours asks for longer.",
        "Tax law; the longest that we know: § 147 AO, 10 years (UK VAT: 6, US: up to 7)",
        ("payment_order", "payment", "refund", "payment_document", "card_event"),
    ),
    RecordClass(
        Class.FILES, "Files that nothing names", 1, "after they came", "deleted",
        "An upload that was not finished, or whatever its row left behind.", "Own rule", (),
    ),
    RecordClass(
        Class.RECORD, "The record of credit: registrations, presence, checks, votes, completions, certificates", None,
        f"At least {RECORD_YEARS} years; nothing is removed by itself", "kept",
        "Bodies ask for it, and a certificate must be made again and checked years later.",
        "ACCME: 6 years, NASBA: 5 years; the longest rule of the provider wins",
        (
            "registration", "item_completion", "presence_event", "attendance_summary", "attendance_incident",
            "attendance_entry", "attendance_claim", "attendance_claim_file", "attendance_statement", "attestation",
            "attention_check", "check_response", "ballot", "poll_mark", "certificate", "seat_move", "seat_claim",
            "evaluation_done", "room_ban", "handout_download", "invite", "crew_invite",
        ),
    ),
    RecordClass(
        Class.UNNAMED, "Evaluations, and figures of polls", None, "Kept; nobody is named in them", "kept",
        "Bodies ask for summaries of evaluations.", "No personal data",
        (
            "evaluation_form", "evaluation_pending", "evaluation_response", "poll", "poll_option", "poll_count",
            "poll_text",
        ),
    ),
    RecordClass(
        Class.ACCOUNT, "People, their licences, roles and passwords", None, "Until the person is erased", "kept",
        "It lets people reach their certificates.", "GDPR Art. 6(1)(b)",
        ("person", "licence", "credential", "role_grant", "two_people"),
    ),
    RecordClass(
        Class.OFFER, "Courses, sessions and what was prepared for them", None, "Kept", "kept",
        "What was offered, by whom and when, is part of every record.", "Rules of bodies on advertisements and syllabi",
        (
            "admission_rule", "agenda_segment", "announcement", "caption_feed", "caption_line", "chat_room", "course",
            "course_draft", "course_presenter", "course_tax", "credit_offer", "deck", "discount_code", "form_question",
            "handout", "item", "mail_plan", "message", "number_series", "objective", "old_slug", "presenter",
            "price_tier", "provider", "refund_step", "room_stream", "series", "slide", "staff", "stage_source", "unit",
            "webinar",
        ),
    ),
    RecordClass(
        Class.AUDIT, "Who changed what: numbers of rows, never names", None, "Kept", "kept",
        "It proves the record.", "Rules of bodies, and GDPR Art. 5(2)",
        ("audit_entry", "legal_hold", "forgotten", "erasure"),
    ),
)  # fmt: skip
BY_KIND = {one.kind: one for one in CLASSES}
PRIVATE_MAIL_DAYS = 30


def before(kind: Class, now: datetime) -> datetime:
    """Give the moment before which a class is forgotten; raise KeyError for one of which nothing is removed."""
    days = BY_KIND[kind].days
    if days is None:
        raise KeyError(kind)
    if kind is Class.ORDERS:
        return datetime(now.astimezone(UTC).year - TAX_YEARS, 1, 1, tzinfo=UTC)
    return now - timedelta(days=days)
