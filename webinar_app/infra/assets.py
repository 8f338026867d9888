"""Copies the browser's libraries and fonts from `node_modules` into git-ignored folders of `static`. Stdlib only."""

import filecmp
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

_SCRIPTS = {
    "socket.io-client": ("dist/socket.io.esm.min.js", "LICENSE"),
    "hls.js": ("dist/hls.min.mjs", "dist/hls.light.min.mjs", "dist/hls.worker.js", "LICENSE"),
}

# Patterns of files in each font package; each must match. Papers use all of them, pages those that fonts.css names.
_FONTS: dict[str, tuple[str, ...]] = {
    "@fontsource-variable/source-serif-4": ("source-serif-4-*-opsz-normal.woff2", "source-serif-4-*-opsz-italic.woff2"),
    "@fontsource-variable/source-sans-3": ("source-sans-3-*-wght-normal.woff2",),
    **{
        f"@fontsource-variable/noto-sans-{script}": (f"noto-sans-{script}-{script}-wght-normal.woff2",)
        for script in ("arabic", "hebrew", "devanagari", "thai")
    },
    **{
        f"@fontsource-variable/noto-sans-{language}": (f"noto-sans-{language}-[0-9]*-wght-normal.woff2",)
        for language in ("sc", "tc", "jp", "kr")
    },
}


# Which packages the pages' own sheet of wide scripts is made from: Chinese first, then what only Korean has.
_WIDE = ("kr", "sc")
_WIDE_LOCAL = 'local("Noto Sans CJK SC"), local("PingFang SC"), local("Microsoft YaHei")'


class AssetsMissing(RuntimeError):
    """The packages are not installed, or are not the ones that package-lock.json names."""


def wanted(root: Path) -> Iterator[tuple[Path, Path]]:
    """Yield every file to copy as (source, target); a file or pattern without a match raises AssetsMissing."""
    packages, static = root / "node_modules", root / "static"
    for package, files in _SCRIPTS.items():
        for name in files:
            yield _present(packages / package / name, root), static / "vendor" / package / Path(name).name
    for package, patterns in _FONTS.items():
        folder = packages / package / "files"
        for pattern in patterns:
            found = sorted(folder.glob(pattern)) or [_present(folder / pattern, root)]
            for source in found:
                yield source, static / "fonts" / source.name


def copy_assets(root: Path) -> list[Path]:
    """Bring `static/vendor` and `static/fonts` up to date, and return the files that were written."""
    written = []
    for source, target in list(wanted(root)):
        if target.is_file() and filecmp.cmp(source, target, shallow=False):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        written.append(target)
    sheet, text = root / "static" / "fonts" / "wide.css", _wide_sheet(root)
    if not sheet.is_file() or sheet.read_text(encoding="utf-8") != text:
        sheet.write_text(text, encoding="utf-8")
        written.append(sheet)
    return written


def _wide_sheet(root: Path) -> str:
    """Return the faces of Chinese and Korean letters, each loading its file when one of its letters is on the page."""
    faces = []
    for language in _WIDE:
        source = _present(root / "node_modules" / f"@fontsource-variable/noto-sans-{language}" / "index.css", root)
        for face in re.findall(r"@font-face \{.*?\}", source.read_text(encoding="utf-8"), re.DOTALL):
            found = re.search(rf"files/(noto-sans-{language}-[0-9]+-wght-normal\.woff2)", face)
            ranges = re.search(r"unicode-range: ?([^;}]+)", face)
            if found and ranges:
                faces.append(
                    f'@font-face{{font-family:"Noto Sans Web";font-weight:100 900;font-display:swap;'
                    f'src:{_WIDE_LOCAL},url("{found[1]}") format("woff2");unicode-range:{ranges[1].strip()}}}'
                )
    return "\n".join(faces) + "\n"


def _present(source: Path, root: Path) -> Path:
    if not source.is_file():
        raise AssetsMissing(f"{source.relative_to(root)} is missing. Run `npm ci` in {root} and try again.")
    return source
