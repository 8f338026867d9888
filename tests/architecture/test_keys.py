"""Every key of the room and the desk means one act, and every key that a button names is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES, SCRIPTS = ROOT / "templates", ROOT / "static" / "js"
PAGES = {"desk": ("live/desk.html", "live/desk.js"), "room": ("live/room.html", "live/room.js")}
INCLUDED = re.compile(r"""\{% (?:include|extends|from) "([^"]+)\"""")
IMPORTED = re.compile(r"""^import [^;]*?from "(\.[^"]+)";""", re.MULTILINE)
REGISTERED = re.compile(r"""\bregister\(\s*(?:"([^"]+)"|(\w+|\[))""")
DATA_KEY = re.compile(r"""(?:data-key="|"data-key": ")([^"{]+)\"""")
SHOWN = re.compile(r"""<kbd class="key"[^>]*>([^<{]+)</kbd>""")
SIGNS = {"→": "ArrowRight", "←": "ArrowLeft", "Esc": "Escape"}


def closure(start: Path, pattern: re.Pattern[str], base: Path | None) -> set[Path]:
    """Give a file and everything that it takes in."""
    seen, waiting = set(), [start]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            names = pattern.findall(path.read_text(encoding="utf-8"))
            waiting += [((base or path.parent) / name).resolve() for name in names]
    return seen


def texts(paths: set[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(paths))


def keys_of(page: str) -> list[str]:
    template, script = PAGES[page]
    markup = texts(closure(TEMPLATES / template, INCLUDED, TEMPLATES))
    # The library's own `register` names no key.
    scripts = closure(SCRIPTS / script, IMPORTED, None) - {SCRIPTS / "lib" / "keys.js"}
    found = REGISTERED.findall(texts(scripts))
    assert [name for _, name in found if name] == [], "a key is registered by its own literal, or this test is blind"
    return [key for key, _ in found] + DATA_KEY.findall(markup) + ["?"]


@pytest.mark.parametrize("page", PAGES)
def test_no_two_acts_share_a_key(page):
    keys = Counter(key.lower() if len(key) == 1 else key for key in keys_of(page))

    assert len(keys) > 5
    assert {key: count for key, count in keys.items() if count > 1} == {}


@pytest.mark.parametrize("page", PAGES)
def test_every_key_on_a_button_is_registered(page):
    markup = texts(closure(TEMPLATES / PAGES[page][0], INCLUDED, TEMPLATES))
    shown = {SIGNS.get(key, key if len(key) > 1 else key.lower()) for key in SHOWN.findall(markup)}

    assert shown - set(keys_of(page)) - {"Escape"} == set()  # what is open closes by itself
