"""The bundled fonts, one family name for each file, and the stack of families that a document needs.

Several subset files under one family name print wrong letters (reliability F17), so every file gets a family name of
its own. Nothing but these files is known to the layout engine: a character that none of them has prints as an empty box
and never in a font that happens to be installed.
"""

import html
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

_SUBSETS = ("latin", "latin-ext", "vietnamese", "greek", "greek-ext", "cyrillic", "cyrillic-ext")
_SCRIPTS = ("arabic", "hebrew", "devanagari", "thai")
# The cuts that documents use, each written as `var(--title)` in CSS. A cut is fixed when its file is unpacked: to leave
# the axes of a variable font open makes each document twice as slow.
_CUTS: dict[str, tuple[str, str, dict[str, float]]] = {
    "display": ("source-serif-4", "opsz-normal", {"opsz": 60, "wght": 460}),
    "title": ("source-serif-4", "opsz-normal", {"opsz": 36, "wght": 560}),
    "serif": ("source-serif-4", "opsz-normal", {"opsz": 14, "wght": 400}),
    "serif-strong": ("source-serif-4", "opsz-normal", {"opsz": 14, "wght": 600}),
    "italic": ("source-serif-4", "opsz-italic", {"opsz": 14, "wght": 400}),
    "sans": ("source-sans-3", "wght-normal", {"wght": 400}),
    "sans-strong": ("source-sans-3", "wght-normal", {"wght": 650}),
}
CUT_AHEAD = "cuts"
_USE = re.compile(r"var\(--([a-z-]+)\)")
_NAMED = {1: "family", 3: "unique", 4: "full", 6: "postscript", 16: "family", 21: "family", 25: "postscript"}


@dataclass(frozen=True)
class Face:
    """One cut of one font file, and the family name that it alone carries."""

    family: str
    path: Path
    axes: tuple[tuple[str, float], ...] = ()

    @cached_property
    def characters(self) -> frozenset[int]:
        """Give the code points that the file can draw."""
        with TTFont(self.path, lazy=True) as font:
            return frozenset(font.getBestCmap())

    def install(self, folder: Path) -> bool:
        """Unpack the file into `folder` under its family name; tell whether it was missing there."""
        target = folder / f"{self._name}.ttf"
        if target.exists():
            return False
        if self._ready.exists():
            shutil.copyfile(self._ready, target)
        else:
            self._unpack(target)
        return True

    def cut(self) -> None:
        """Unpack the file beside its source, once for all processes to come: that takes most of a second."""
        self._ready.parent.mkdir(exist_ok=True)
        part = self._ready.with_suffix(".part")
        self._unpack(part)
        part.replace(self._ready)

    @property
    def _name(self) -> str:
        return self.family.replace(" ", "-")

    @property
    def _ready(self) -> Path:
        axes = "".join(f"-{axis}{value:g}" for axis, value in self.axes)
        return self.path.parent / CUT_AHEAD / f"{self._name}{axes}.ttf"

    def _unpack(self, target: Path) -> None:
        with TTFont(self.path, recalcTimestamp=False) as font:
            if "fvar" in font:
                # Some fonts are hairlines by default.
                limits = {"wght": 400.0, **dict(self.axes)}
                wanted = {axis.axisTag: limits.get(axis.axisTag, axis.defaultValue) for axis in font["fvar"].axes}
                instantiateVariableFont(font, wanted, inplace=True)
            font.flavor = None
            _rename(font, self.family, self._name)
            font.save(target)


class Shelf:
    """All bundled fonts, in the order in which a document asks them for a character."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        noto = list(self._script_faces())
        self._cuts = {cut: [*self._subset_faces(cut), *noto] for cut in _CUTS}
        self._ideographs: dict[str, list[Face]] = {}

    def cut_ahead(self) -> None:
        """Unpack the letters of most documents, Latin ones, in every cut (set-up does this)."""
        for faces in self._cuts.values():
            for face in faces[:2]:
                face.cut()

    def stacks(self, document: str, sheet: str) -> dict[str, list[Face]]:
        """Give the faces that the text of an HTML document needs, for each cut that its style sheet names."""
        named = set(_USE.findall(sheet))
        characters = sorted({ord(character) for character in set(html.unescape(document)) if _is_drawn(character)})
        order = _ideograph_order(characters)
        return {cut: self._needed(faces, characters, order) for cut, faces in self._cuts.items() if cut in named}

    def _needed(self, faces: Sequence[Face], characters: Sequence[int], order: Sequence[str]) -> list[Face]:
        missing = set(characters)
        needed = list(_take(faces, missing))
        if any(_is_ideographic(character) for character in missing):
            for language in order:
                needed += _take(self._language_faces(language), missing)
        return needed or list(faces[:1])

    def _subset_faces(self, cut: str) -> Iterator[Face]:
        stem, kind, axes = _CUTS[cut]
        for subset in _SUBSETS:
            path = self._folder / f"{stem}-{subset}-{kind}.woff2"
            if path.exists():
                yield Face(f"{stem.replace('-', ' ').title()} {cut} {subset}", path, tuple(axes.items()))

    def _script_faces(self) -> Iterator[Face]:
        for script in _SCRIPTS:
            stem = f"noto-sans-{script}-{script}"
            for path in (self._folder / f"{stem}-wght-normal.woff2", self._folder / f"{stem}-400-normal.woff2"):
                if path.exists():
                    yield Face(f"Noto Sans {script.title()}", path)
                    break

    def _language_faces(self, language: str) -> list[Face]:
        if language not in self._ideographs:
            paths = sorted(self._folder.glob(f"noto-sans-{language}-[0-9]*-wght-normal.woff2"))
            self._ideographs[language] = [
                Face(f"Noto Sans {language.upper()} {path.stem.split('-')[3]}", path) for path in paths
            ]
        return self._ideographs[language]


def with_families(sheet: str, stacks: dict[str, list[Face]]) -> str:
    """Give CSS in which each `var(--sans)` and its like has become the stack of families that serves the document."""
    families = {cut: ",".join(f'"{face.family}"' for face in faces) for cut, faces in stacks.items()}
    return _USE.sub(lambda use: families.get(use[1], use[0]), sheet)


def fontconfig_file(fonts: Path, cache: Path) -> str:
    """Give a fontconfig file that knows one folder of fonts and none of the system's."""
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{html.escape(str(fonts))}</dir><cachedir>{html.escape(str(cache))}</cachedir></fontconfig>"
    )


def _take(faces: Iterable[Face], missing: set[int]) -> Iterator[Face]:
    for face in faces:
        if not missing:
            return
        if not missing.isdisjoint(face.characters):
            missing -= face.characters
            yield face


def _rename(font: TTFont, family: str, postscript: str) -> None:
    values = {"family": family, "full": family, "unique": postscript, "postscript": postscript}
    names = font["name"]
    names.names = [record for record in names.names if record.nameID not in _NAMED]
    for name_id in (1, 3, 4, 6):
        names.setName(values[_NAMED[name_id]], name_id, 3, 1, 0x409)


def _is_drawn(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _is_ideographic(character: int) -> bool:
    return 0x1100 <= character <= 0x11FF or 0x2E80 <= character <= 0xD7FF or character >= 0xF900 or character > 0xFFFF


def _ideograph_order(characters: Iterable[int]) -> tuple[str, ...]:
    """Say whose shapes come first: kana is Japanese, hangul is Korean, Han alone follows the set that it fits into."""
    letters = "".join(map(chr, characters))
    if any(0x3040 <= ord(letter) <= 0x30FF for letter in letters):
        return ("jp", "tc", "sc", "kr")
    if any(0xAC00 <= ord(letter) <= 0xD7A3 for letter in letters):
        return ("kr", "jp", "tc", "sc")
    han = "".join(letter for letter in letters if 0x3400 <= ord(letter) <= 0x9FFF)
    if _fits(han, "gb2312"):
        return ("sc", "tc", "jp", "kr")
    return ("tc", "sc", "jp", "kr") if _fits(han, "big5") else ("jp", "sc", "tc", "kr")


def _fits(letters: str, encoding: str) -> bool:
    try:
        letters.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
