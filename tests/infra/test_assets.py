from pathlib import Path

import pytest

from webinar_app.infra.assets import AssetsMissing, copy_assets, wanted

NAMES = (
    "socket.io-client/dist/socket.io.esm.min.js",
    "socket.io-client/LICENSE",
    "hls.js/dist/hls.min.mjs",
    "hls.js/dist/hls.light.min.mjs",
    "hls.js/dist/hls.worker.js",
    "hls.js/LICENSE",
    "@fontsource-variable/source-serif-4/files/source-serif-4-latin-opsz-normal.woff2",
    "@fontsource-variable/source-serif-4/files/source-serif-4-latin-opsz-italic.woff2",
    "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
    *(
        f"@fontsource-variable/noto-sans-{script}/files/noto-sans-{script}-{script}-wght-normal.woff2"
        for script in ("arabic", "hebrew", "devanagari", "thai")
    ),
    *(
        f"@fontsource-variable/noto-sans-{language}/files/noto-sans-{language}-4-wght-normal.woff2"
        for language in ("sc", "tc", "jp", "kr")
    ),
)


def install(root: Path) -> None:
    for name in NAMES:
        source = root / "node_modules" / name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(name)
    for language in ("sc", "kr"):
        package = f"noto-sans-{language}"
        (root / f"node_modules/@fontsource-variable/{package}/index.css").write_text(
            f"@font-face {{ src: url(./files/{package}-4-wght-normal.woff2); unicode-range: U+4E00-4E0F; }}\n"
            f"@font-face {{ src: url(./files/{package}-latin-wght-normal.woff2); unicode-range: U+0000-00FF; }}\n"
        )


def test_copy_assets_writes_every_file_once(tmp_path: Path) -> None:
    install(tmp_path)

    first, second = copy_assets(tmp_path), copy_assets(tmp_path)

    sheet = tmp_path / "static/fonts/wide.css"
    assert first == [*(target for _, target in wanted(tmp_path)), sheet]
    assert len(first) == len(NAMES) + 1
    assert second == []
    assert (tmp_path / "static/fonts/source-sans-3-latin-wght-normal.woff2").is_file()
    assert (tmp_path / "static/vendor/socket.io-client/socket.io.esm.min.js").is_file()


def test_copy_assets_replaces_what_differs(tmp_path: Path) -> None:
    install(tmp_path)
    target = copy_assets(tmp_path)[0]
    wanted_text = target.read_text()
    target.write_text("an older version")

    written = copy_assets(tmp_path)

    assert written == [target]
    assert target.read_text() == wanted_text


def test_copy_assets_without_packages_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="npm ci"):
        copy_assets(tmp_path)

    assert not (tmp_path / "static").exists()


def test_copy_assets_makes_a_sheet_of_wide_letters_only(tmp_path: Path) -> None:
    install(tmp_path)
    copy_assets(tmp_path)

    sheet = (tmp_path / "static/fonts/wide.css").read_text()

    assert sheet.count("@font-face") == 2
    assert 'url("noto-sans-sc-4-wght-normal.woff2")' in sheet
    assert "latin" not in sheet
