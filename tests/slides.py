"""Decks for tests, drawn without a drawer."""

from webinar_app.core.actor import Actor, Member
from webinar_app.core.clock import utc_now
from webinar_app.core.uploads import FileKind
from webinar_app.handouts import services
from webinar_app.infra.db import write
from webinar_app.infra.storage import storage
from webinar_app.stage.services.decks import Drawn, add_deck, begin_deck, keep_slide, remove_deck


def actor(member: Member) -> Actor:
    """Give a member of staff as the actor of pages."""
    return Actor(person_id=member.person_id)


def add(member: Member, name: str = "Talk.pdf", data: bytes = b"%PDF-1.4") -> str:
    """Give the code of a deck whose pages are still to be drawn."""
    digest = storage().put(data)
    code: str = write(add_deck, actor(member), member.webinar_code, name, digest, now=utc_now())["deck"]
    return code


def draw(code: str, pages: int, data: bytes = b"a picture") -> None:
    """Draw all pages: slide n says "Slide n"."""
    write(begin_deck, code, pages, now=utc_now())
    picture = storage().put(data)
    for page in range(1, pages + 1):
        drawn = Drawn(page, picture, picture, 1600, 900, f"Slide {page}", ["https://a.example/x"])
        write(keep_slide, code, drawn, is_told=page == 2, now=utc_now())


def ready(member: Member, pages: int = 3, data: bytes = b"a picture") -> str:
    """Give the code of a deck that can stand on the stage."""
    code = add(member)
    draw(code, pages, data)
    return code


def remove(member: Member, code: str) -> None:
    """Remove a deck."""
    write(remove_deck, actor(member), member.webinar_code, code, now=utc_now())


def add_handout(member: Member, title: str = "Worksheet", minute: int | None = None, is_checked: bool = True) -> str:
    """Give the code of a handout, by default one that can be opened."""
    digest, told = storage().put(b"a file"), (title, "Sheet.pdf", FileKind.PDF)
    made = write(
        services.add_handout, actor(member), member.webinar_code, *told, digest, 6, minute=minute, now=utc_now()
    )
    code: str = made["handout"]
    if is_checked:
        write(services.keep_checked, code, digest, 6, now=utc_now())
    return code


def remove_handout(member: Member, code: str) -> None:
    """Remove a handout."""
    write(services.remove_handout, actor(member), member.webinar_code, code, now=utc_now())
