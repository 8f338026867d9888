"""The slides of the demonstration's live session: a small PDF, written here so that none lies in the repository."""

from collections.abc import Sequence
from datetime import datetime

from webinar_app.core.actor import Actor
from webinar_app.core.uploads import FileKind
from webinar_app.handouts.services import add_handout
from webinar_app.infra.db import Db, read, write
from webinar_app.infra.storage import storage
from webinar_app.stage.queries import list_decks
from webinar_app.stage.services.decks import add_deck
from webinar_app.webinars.queries import get_by_code

WIDTH, HEIGHT = 960, 540
FOOT = "ATP3 \u00b7 Dr. Michael McGee"
TALK: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Building and maintaining\na therapeutic alliance", (("75 minutes", "with polls and questions"),)),
    (
        "What an alliance\nis made of",
        (
            ("Trust", "Safe enough to be honest"),
            ("Empathy", "Felt, and then said aloud"),
            ("Collaboration", "Goals set by both of you"),
        ),
    ),
    (
        "Listening\nthat is heard",
        (
            ("Reflect", "Say back what was meant"),
            ("Ask", "One open question at a time"),
            ("Wait", "Silence does half the work"),
        ),
    ),
    (
        "When a court\nhas sent somebody",
        (
            ("Say", "What you report, and to whom"),
            ("Separate", "Your task from the order"),
            ("Share", "A goal of their own"),
        ),
    ),
    (
        "When discord\nshows",
        (("Notice", "Early, and without blame"), ("Name it", "As yours to mend"), ("Repair", "Ask what would help")),
    ),
    (
        "Measuring\nthe alliance",
        (
            ("Short", "Four items, every session"),
            ("Open", "Read the answers together"),
            ("Used", "Change something because of it"),
        ),
    ),
)


def ensure_talk(code: str, person_id: int, *, now: datetime) -> None:
    """Send the talk's slides and a handout to a sitting as its presenter would, unless there are slides already."""
    with read() as db:
        if has_slides(db, code):
            return
    data = talk_pdf()
    digest, presenter = storage().put(data), Actor(person_id=person_id)
    write(add_deck, presenter, code, "Therapeutic alliance.pdf", digest, now=now)
    told = ("Slides to take home", "Therapeutic alliance.pdf", FileKind.PDF, digest, len(data))
    write(add_handout, presenter, code, *told, minute=None, now=now)


def has_slides(db: Db, code: str) -> bool:
    """Say whether a sitting has slides."""
    return bool(list_decks(db, get_by_code(db, code).id))


def talk_pdf() -> bytes:
    """Give the slides as a PDF 1.4 with the fonts that every reader has."""
    bodies = [_page(number, title, points) for number, (title, points) in enumerate(TALK, start=1)]
    first = 5  # catalogue, pages and two fonts come before
    kids = " ".join(f"{first + 2 * place} 0 R" for place in range(len(bodies)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en-US) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(bodies)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for place, body in enumerate(bodies):
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {first + 2 * place + 1} 0 R "
        objects.append((page + "/Resources << /Font << /T 3 0 R /H 4 0 R >> >> >>").encode())
        objects.append(b"<< /Length %d >> stream\n%s\nendstream" % (len(body), body))
    return _file(objects)


def _page(number: int, title: str, points: Sequence[tuple[str, str]]) -> bytes:
    lines = [_words(64, 430 - 62 * at, "T", 54, line) for at, line in enumerate(title.split("\n"))]
    for at, (head, more) in enumerate(points):
        left = 64 + at * 284
        lines.append(f"0.04 0.34 0.33 RG 3 w {left} 190 m {left + 244} 190 l S")
        lines += [_words(left, 152, "T", 28, head), _words(left, 122, "H", 19, more)]
    lines += ["0.35 g", _words(64, 44, "H", 15, FOOT), _words(880, 44, "H", 15, str(number))]
    return "\n".join(["0.07 0.13 0.12 rg", *lines]).encode("cp1252")


def _words(left: int, base: int, font: str, size: int, words: str) -> str:
    plain = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {left} {base} Td ({plain}) Tj ET"


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
