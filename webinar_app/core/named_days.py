"""Days that a text names, such as those of a session that is held on another date now."""

import re
from collections.abc import Iterable
from datetime import date

from webinar_app.core.typed_times import MONTHS


def named_days(text: str, days: Iterable[date]) -> list[str]:
    """Give the words by which a text names one of these days or years, each once, in the order of the text.

    `named_days("Live on Oct. 14th, in spring 2025", [date(2025, 10, 14)]) == ["Oct. 14th", "2025"]`. A number that only
    looks like a year, such as a price, is named too: who reads it decides.
    """
    found = re.finditer("|".join(_patterns(days)) or r"(?!)", text, re.IGNORECASE)
    return list(dict.fromkeys(one.group() for one in found))


def _patterns(days: Iterable[date]) -> list[str]:
    wanted = sorted(set(days))
    texts = []
    for on in wanted:
        month = MONTHS[on.month - 1]
        name = month if len(month) < 5 else f"{month[:3]}(?:{month[3:]}|t?\\.?)"
        day = f"{on.day}(?:st|nd|rd|th)?"
        texts += [rf"\b{name} {day}\b", rf"\b{day} (?:of )?{name}(?!\w)", rf"\b{on.isoformat()}\b"]
    return texts + [rf"\b{year}\b" for year in sorted({on.year for on in wanted})]
