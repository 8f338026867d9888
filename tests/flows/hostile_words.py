"""Hostile words, and what the answer to a form says: a sentence at the field, what stands in it, what is kept."""

import re
from contextlib import contextmanager
from html.parser import HTMLParser

from hostile_papers import CONTROLS
from sqlalchemy import event

from webinar_app.infra.db import read

ENDS = "Zq{0:02}\r\nX-E:1\rQ\n\x00\u2028Qz{0:02}"  # twenty characters, for the shortest field
LONG = f"Zq{'x' * 10_000}Qz"
ERRORS_AT = {"questions-0-shown_value": "questions-0-shown_on"}


class Controls(HTMLParser):
    """The text controls of a page with what stands in them, and the sentences at them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.told: dict[str, str] = {}
        self.data: dict[str, str] = {}
        self.boxes: dict[str, str] = {}
        self._select = ""
        self._into: list[str] | None = None
        self._at = self._name = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name, kind = given.get("name") or "", given.get("type") or "text"
        self._note(tag, kind, name, given)
        if tag == "input" and kind in ("text", "email", "search"):
            self.values.setdefault(name, []).append(given.get("value") or "")
        elif tag == "textarea":
            self._into = self.values.setdefault(name, [])
            self._into.append("")
            self._name, self.data[name] = name, ""
        elif (given.get("id") or "").endswith("-error"):
            self._at = given["id"].removesuffix("-error")

    def _note(self, tag, kind, name, given):
        """Keep what a browser would send."""
        value, is_box = given.get("value") or "", kind in ("checkbox", "radio")
        if tag == "select":
            self._select = name
        elif tag == "option":
            if "selected" in given or self._select not in self.data:
                self.data[self._select] = value
        elif tag == "input" and kind not in ("submit", "file") and (not is_box or "checked" in given):
            self.data[name] = value or ("y" if is_box else "")
        elif tag == "input" and kind == "checkbox":
            self.boxes[name] = value or "y"

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._into = None
        elif tag == "p":
            self._at = ""

    def handle_data(self, data):
        if self._into is not None:
            self._into[-1] += data
            self.data[self._name] = self._into[-1]
        elif self._at:
            self.told[self._at] = self.told.get(self._at, "") + data


@contextmanager
def written():
    """Collect the texts that are inserted or changed meanwhile."""
    told: list[str] = []

    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE")):
            told.extend(_texts(parameters))

    with read() as rows:
        engine = rows.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _texts(value):
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return _texts(value.obj) if hasattr(value, "obj") else []


def plain(text):
    return re.sub(r"\s+", " ", re.sub("[\x00\ud800-\udfff]", "", text)).strip()


def page_of(answer):
    """Give the controls of an answer, read once."""
    if not hasattr(answer, "controls"):
        answer.controls = Controls(answer.text.partition("<main")[2] if answer.mimetype == "text/html" else "")
    return answer.controls


def said(answer, name, value):
    """Say whether a sentence stands at the field, and whether what was typed still stands in it."""
    page = page_of(answer)
    is_named = bool(re.search(r"[A-Z][^.]{5,}\.", page.told.get(name, "") + page.told.get(ERRORS_AT.get(name, ""), "")))
    held = [*page.values.get(name, ()), page.data.get(name, "")]
    return is_named, plain(value) in map(plain, held)


def is_stored(told, value):
    """Say whether a text is among the stored ones, whole: its lines as they are, on one, or as names of addresses."""
    parts = re.split(r"[\r\n\x00\u2028]+", value)
    spread = "".join(re.sub("[^a-z0-9]+", "", one.lower()) for one in told)
    return all(re.sub("[^a-z0-9]+", "", part.lower()) in spread for part in parts)


def faults_of(answer, name, value, told):
    """Say what is wrong with the answer to a hostile text in one field; `told` is what was stored, None: nothing is."""
    is_named, is_kept = said(answer, name, value)
    if answer.status_code == 422:
        return [] if is_named and is_kept else [f"refused, named {is_named}, kept {is_kept}"]
    if answer.status_code >= 400:
        return [f"{answer.status_code}"]
    if is_kept or told is None:
        return []
    has_controls = any("Zq" in text and CONTROLS.search(text) for text in told)
    return ["stored with a control character"] * has_controls + ["taken, and not stored whole"] * (
        not is_stored(told, value)
    )
