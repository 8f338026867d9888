"""Countries by their two letters (ISO 3166-1), as the time zone database names them."""

from functools import cache
from importlib import resources


@cache
def countries() -> dict[str, str]:
    """Give the English name of every country by its code, in the order of the names."""
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return dict(sorted(((row[0], row[1]) for row in rows), key=lambda row: row[1].casefold()))
