"""The certificate as a document: from the frozen snapshot to the HTML that becomes its PDF.

The snapshot is plain JSON, and the page depends on it and on the address of its verification page alone: the same
snapshot gives the same page for ever. What a snapshot lacks leaves no gap on the page.
"""

import base64
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import segno

from webinar_app.certificates.rosette import band_path, rosette_path
from webinar_app.infra.templates import render

Facts = Mapping[str, Any]
_INK = "#12211f"
_PETROL = "#0b5754"
# Height of the band in hundredths of a millimetre, and what the page leaves above its foot in millimetres.
_PAPERS = {"letter": 26140, "a4": 27900}
_ROOM = {"letter": 251, "a4": 269}
_MONTHS = "January February March April May June July August September October November December".split()
_SIGNATURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]+={0,2}")
# Characters that turn the direction of the text around them: a name could use them to read as another one.
_TURNING = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])

# What each setting costs, for the estimate that chooses among them; the numbers follow static/css/certificate.css.
_DENSITIES: dict[str, Facts] = {
    "roomy": {
        "fixed": 121, "title_letters": 48, "row": 3.4, "line": 4.8, "letters": 70, "listed_letters": 76,
        "small_line": 4.3, "small_letters": 112,
    },
    "snug": {
        "fixed": 101, "title_letters": 52, "row": 2.6, "line": 4.5, "letters": 70, "listed_letters": 78,
        "small_line": 3.9, "small_letters": 108,
    },
    "tight": {
        "fixed": 94, "title_letters": 58, "row": 1.8, "line": 3.9, "letters": 80, "listed_letters": 88,
        "small_line": 3.4, "small_letters": 122,
    },
    "dense": {
        "fixed": 80, "title_letters": 66, "row": 1.2, "line": 3.7, "letters": 86, "listed_letters": 94,
        "small_line": 3.1, "small_letters": 134,
    },
}  # fmt: skip


def certificate_html(snapshot: Facts, *, verify_url: str) -> str:
    """Give the whole HTML document of a certificate; `verify_url` is what its QR code opens."""
    facts = _clean(snapshot)
    return render("certificates/certificate.html", page=_page(facts, verify_url))


def _page(facts: Facts, verify_url: str) -> dict[str, Any]:
    number, holder, course = facts["number"], facts["holder"], facts["course"]
    signatory, paper = facts.get("signatory") or None, "a4" if facts.get("paper") == "a4" else "letter"
    page = {
        "lang": facts.get("locale") or "en-US",
        "paper": paper,
        "number": number,
        "kind": facts.get("kind") or "Certificate of completion",
        "name": holder["legal_name"],
        "name_size": _name_size(holder["legal_name"]),
        "name_is_western": all(
            ord(letter) < 0x590 or 0x1E00 <= ord(letter) < 0x2100 for letter in holder["legal_name"]
        ),
        "licence": holder.get("licence"),
        "completion": facts.get("completion_text") or "has completed",
        "title": _titled(course),
        "subtitle": course.get("subtitle"),
        "provider": facts["provider"]["name"],
        "provider_line": _provider_line(facts["provider"]),
        "rows": _rows(facts),
        "statements": _statements(facts),
        "signatory": signatory,
        "signature": _signature(signatory or {}),
        "issued": _written(facts["issued_on"]),
        "expires": _written(facts["expires_on"]) if facts.get("expires_on") else None,
        "address": verify_url.split("://", 1)[-1],
        "band": _svg(f"0 0 1600 {_PAPERS[paper]}", band_path(number, _PAPERS[paper]), 20),
        "rosette": _svg("0 0 2000 2000", rosette_path(number), 5),
        "microtext": _microtext(facts),
        "qr": _code(verify_url),
    }
    return {**page, "density": _density(page)}


def _rows(facts: Facts) -> list[dict[str, Any]]:
    presenters = [
        ", ".join(filter(None, (who["name"], who.get("postnominals")))) for who in facts.get("presenters") or ()
    ]
    series = facts["course"].get("series")
    rows = [
        _row("Credit", [_credit(credit) for credit in facts.get("credits") or ()], strong=True),
        _row("Length", facts.get("hours_text")),
        _row("When", [held["text"] for held in facts.get("held") or ()]),
        _row("Where", facts.get("place")),
        _row("Format", facts.get("format")),
        _row("Series", series),
        _row("Attended", facts.get("attendance_text"), ruler=_ruler(facts)),
        _row("Presenter" if len(presenters) == 1 else "Presenters", "; ".join(presenters)),
        _row("Objectives", list(facts.get("objectives") or ()), listed=True),
    ]
    return [row for row in rows if row["text"] or row["lines"] or row["ruler"]]


def _row(
    label: str,
    content: str | list[Any] | None,
    *,
    strong: bool = False,
    listed: bool = False,
    ruler: dict[str, str] | None = None,
) -> dict[str, Any]:
    is_text = not isinstance(content, list)
    return {
        "label": label,
        "text": content if is_text else "",
        "lines": [] if is_text else content,
        "strong": strong,
        "listed": listed,
        "ruler": ruler,
    }


def _credit(credit: Facts) -> dict[str, str]:
    kind = credit.get("type")
    return {"amount": f"{credit['amount']} {credit['unit']}", "rest": f", {kind}" if kind else ""}


def _statements(facts: Facts) -> list[str]:
    statements = [credit.get("statement") for credit in facts.get("credits") or ()]
    # Two credits of one approval carry the same sentence; it is printed once.
    return list(dict.fromkeys(filter(None, [*statements, facts.get("approval_statement")])))


def _provider_line(provider: Facts) -> str:
    number = provider.get("number")
    parts = (provider.get("address"), provider.get("phone"), number and f"provider number {number}")
    return " · ".join(part for part in parts if part)


def _titled(course: Facts) -> str:
    title, code = course["title"], course.get("code")
    return f"{title} ({code})" if code and code not in title else str(title)


def _written(day: str) -> str:
    """Write a date as every page of the product does: 14 October 2025."""
    value = date.fromisoformat(day)
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def _ruler(facts: Facts) -> dict[str, str] | None:
    """Draw one bar a minute, tall where the minute counted, and say the same in words."""
    minutes, spans = facts.get("minutes") or 0, facts.get("presence") or ()
    if not minutes or not spans:
        return None
    counted = [any(start <= minute < end for start, end in spans) for minute in range(minutes)]
    bars = [f"M{at * 10 + 5} {0 if stayed else 20}L{at * 10 + 5} 26" for at, stayed in enumerate(counted)]
    marks = [f"M{at * 10 + 1} 30L{at * 10 + 1} 38" for at in range(0, minutes + 1, 15)]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {minutes * 10 + 2} 38" preserveAspectRatio="none"'
        f' stroke="{_INK}"><path stroke-width="8" d="{"".join(bars)}"/>'
        f'<path stroke-width="2" d="{"".join(marks)}"/></svg>'
    )
    words = f"Presence minute by minute: {sum(counted)} of {minutes} minutes"
    return {"image": _data_uri(svg), "alt": words + _gaps(counted)}


def _code(address: str) -> str:
    """Draw the QR code of an address, a line for each run of dark modules."""
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    runs = [
        f"M{run.start()} {at}.5L{run.end()} {at}.5" for at, row in enumerate(rows) for run in re.finditer(b"\x01+", row)
    ]
    return _data_uri(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(rows)} {len(rows)}" stroke="{_INK}"'
        f' shape-rendering="crispEdges"><path d="{"".join(runs)}"/></svg>'
    )


def _gaps(counted: Sequence[bool]) -> str:
    runs = [
        (match.start(), len(match[0]))
        for match in re.finditer("-+", "".join("x" if stayed else "-" for stayed in counted))
    ]
    if not runs:
        return ", without a gap"
    return ", not counted: " + ", ".join(f"{length} min from minute {start}" for start, length in runs[:6])


def _width(text: str) -> int:
    """Count a text in small Latin letters; an ideograph takes two, and so do the widest letters."""
    return sum(2 if letter in "WM@" or unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _lines(text: str, letters: int) -> int:
    return -(-_width(text) // letters) if text else 0


def _name_size(name: str) -> str:
    width = _width(name)
    return "grand" if width <= 24 else "large" if width <= 34 else "medium" if width <= 48 else "small"


def _density(page: Facts) -> str:
    """Choose the roomiest setting in which everything fits above the foot of one page."""
    for name, setting in _DENSITIES.items():
        if _height(page, setting) <= _ROOM[page["paper"]]:
            return name
    return "dense"


def _height(page: Facts, setting: Facts) -> float:
    """Estimate the height of a page in millimetres, a little too high."""
    height = setting["fixed"]
    height += 8.0 * _lines(page["title"], setting["title_letters"]) + 6 * _lines(page["subtitle"] or "", 70)
    height += {"grand": 15, "large": 12, "medium": 9, "small": 8 * max(2, _lines(page["name"], 40))}[page["name_size"]]
    height += 6 if page["licence"] else 0
    for row in page["rows"]:
        texts = [line if isinstance(line, str) else line["amount"] + line["rest"] for line in row["lines"]] or [
            row["text"]
        ]
        letters = setting["listed_letters"] if row["listed"] else setting["letters"]
        height += setting["row"] + setting["line"] * sum(_lines(text or "", letters) for text in texts)
        height += 6 if row["ruler"] else 0
    for statement in page["statements"]:
        height += 1 + setting["small_line"] * _lines(statement, setting["small_letters"])
    return float(height)


def _svg(box: str, path: str, stroke: int) -> str:
    return _data_uri(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" preserveAspectRatio="none" fill="none"'
        f' stroke="{_PETROL}" stroke-width="{stroke}"><path d="{path}"/></svg>'
    )


def _microtext(facts: Facts) -> str:
    """Draw the tile of the line of small print that a copier blurs: number, code and date, end to end."""
    code = facts["course"].get("code") or ""
    words = re.sub(r"[^A-Z0-9 -]", "", f"{facts['number']} {code} {facts['issued_on']}".upper())
    width = 5 * len(words)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 5} 12"><text y="9" font-size="8.6"'
        f' textLength="{width}" fill="{_PETROL}" style="font-family:Source Sans 3 sans latin">{words}</text></svg>'
    )
    return _data_uri(svg)


def _signature(signatory: Facts) -> str | None:
    image = signatory.get("image")
    return image if isinstance(image, str) and _SIGNATURE.fullmatch(image) else None


def _data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _clean(value: Any) -> Any:
    """Make every text one line of normalised Unicode without control characters or turned directions."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value).translate(_TURNING)
        return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text).split())
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value
