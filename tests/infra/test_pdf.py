import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import page
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from webinar_app.infra.pdf import Renderer, RenderFailed

FONTS = Path(__file__).parents[2] / "static" / "fonts"
CANARY = "canary-9f31c07a"
NAMES = {
    "Żółć Ångström": "source-sans-3-latin-ext-wght-normal",
    "Ωμέγα": "source-sans-3-greek-wght-normal",
    "Иванов": "source-sans-3-cyrillic-wght-normal",
    "محمد": "noto-sans-arabic-arabic-wght-normal",
    "שרה": "noto-sans-hebrew-hebrew-wght-normal",
    "आरती": "noto-sans-devanagari-devanagari-wght-normal",
    "สมชาย": "noto-sans-thai-thai-wght-normal",
    "김민수": "noto-sans-kr-*-wght-normal",
    "王小明": "noto-sans-sc-*-wght-normal",
    "山田さくら": "noto-sans-jp-*-wght-normal",
}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def document(body: str, title: str = "A document") -> str:
    return (
        f'<!doctype html><html lang="en"><title>{title}</title><link rel="stylesheet" href="asset:css/certificate.css">'
        f"<body>{body}</body></html>"
    )


def poppler(program: str, pdf: bytes, *options: str) -> bytes:
    return subprocess.run([program, *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def picture(pdf: bytes) -> Image.Image:
    png = subprocess.run(
        ["pdftoppm", "-r", "288", "-gray", "-singlefile", "-"], input=pdf, capture_output=True, check=True
    )
    return Image.open(io.BytesIO(png.stdout))


def ink(image: Image.Image) -> Image.Image:
    box = ImageChops.invert(image).getbbox()
    assert box is not None
    return image.crop(box).resize((320, 96), Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Say which share of the ink of two pictures is not common to both."""
    first, second = ink(one), ink(other)
    apart = sum(value * count for value, count in enumerate(ImageChops.difference(first, second).histogram()))
    total = sum((255 - value) * count for each in (first, second) for value, count in enumerate(each.histogram()))
    return apart / total


def reference(name: str, pattern: str) -> Image.Image:
    """Draw a name by another program, straight from the font file."""
    paths = [path for path in FONTS.glob(f"{pattern}.woff2") if has_all(path, name)] or sorted(
        FONTS.glob(f"{pattern}.woff2")
    )
    font = ImageFont.truetype(io.BytesIO(paths[0].read_bytes()), 96, layout_engine=ImageFont.Layout.RAQM)
    font.set_variation_by_axes([400])
    image = Image.new("L", (1600, 320), 255)
    ImageDraw.Draw(image).text((80, 60), name, font=font, fill=0)
    return image


def has_all(path: Path, name: str) -> bool:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return {ord(letter) for letter in name} - {32} <= font.getBestCmap().keys()


def test_render_gives_a_tagged_document_with_title_and_language(renderer: Renderer) -> None:
    pdf = renderer.render(document("<h1>Heading</h1><p>Words</p>", title="Names &amp; dates"))

    report = page.validate_pdf_bytes(pdf, profile="ua1")
    info = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert [failure.rule_id for failure in report.failures] == []
    assert "Names & dates" in info
    assert b"/Lang (en)" in b"".join(map(unpacked, re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)))


def test_render_gives_the_same_bytes_for_the_same_document(renderer: Renderer) -> None:
    html = document("<p>Once</p>")

    assert renderer.render(html) == renderer.render(html)


def test_names_in_all_scripts_use_bundled_fonts_only(renderer: Renderer) -> None:
    pdf = renderer.render(document("".join(f"<p>{name}</p>" for name in NAMES)))

    listed = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    families = {re.sub(r"^[A-Z]{6}\+", "", line.split()[0]) for line in listed.splitlines()[2:]}
    assert {re.match(r"Source-Sans-3|Noto-Sans-[A-Z]+[a-z]*", family)[0] for family in families} == {
        "Source-Sans-3", "Noto-Sans-Arabic", "Noto-Sans-Hebrew", "Noto-Sans-Devanagari", "Noto-Sans-Thai",
        "Noto-Sans-JP", "Noto-Sans-KR",
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name, pattern in NAMES.items() if "*" not in pattern and "Ż" not in name])
def test_a_name_looks_as_another_program_draws_it(renderer: Renderer, name: str) -> None:
    pdf = renderer.render(document(f'<p style="font-size: 48pt">{name}</p>'))

    drawn = picture(pdf)
    assert difference(drawn, reference(name, NAMES[name])) < 0.2


@pytest.mark.parametrize("name", list(NAMES))
def test_a_name_looks_the_same_alone_and_among_all_others(renderer: Renderer, name: str) -> None:
    def drawn(others: str) -> Image.Image:
        style = "position: absolute; left: 0; top: 0; font-size: 48pt"
        pages = f'<div style="page-break-after: always"><p style="{style}">{name}</p></div><p>{others}</p>'
        return picture(renderer.render(document(pages)))

    assert difference(drawn("x"), drawn(" ".join(NAMES))) < (0.6 if name == "王小明" else 0.02)


@pytest.mark.parametrize(
    "body",
    [
        '<link rel="attachment" href="file://{path}">',
        '<a rel="attachment" href="file://{path}">a</a>',
        '<img alt="a" src="file://{path}">',
        '<object data="file://{path}">a</object>',
        '<p style="background: url(file://{path})">a</p>',
        '<style>@import url("file://{path}"); @font-face {{ font-family: x; src: url(file://{path}) }}</style>',
        '<link rel="stylesheet" href="asset:css/../../../{path}"><link rel="attachment" href="asset:{path}">',
        "<img alt=\"a\" src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='file://{path}'/></svg>\">",
        '<base href="file:///"><link rel="attachment" href="{path}"><embed src="{path}">',
    ],
)
def test_a_document_cannot_read_files(renderer: Renderer, tmp_path: Path, body: str) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{CANARY}</text></svg>')

    pdf = renderer.render(document(f"<p>shown</p>{body.format(path=secret)}"))
    assert "shown" in poppler("pdftotext", pdf).decode()
    assert CANARY not in poppler("pdftotext", pdf).decode()
    assert b"/EmbeddedFile" not in pdf
    assert b"/Filespec" not in pdf


def test_a_document_cannot_reach_the_network(renderer: Renderer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        for tag in ('<img alt="a" src="{}">', '<link rel="attachment" href="{}">', '<link rel="stylesheet" href="{}">'):
            renderer.render(document(tag.format(f"http://127.0.0.1:{port}/x")))

        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "bomb",
    [
        '<div style="display:flex">' * 60 + "x",
        "<table>" + ("<tr>" + "<td colspan=1000>x" * 60 + "</tr>") * 60 + "</table>",
        "<b>x</b>" * 900_000,
    ],
    ids=["flex", "colspan", "size"],
)
def test_a_bomb_is_ended_and_the_next_document_is_made(renderer: Renderer, bomb: str) -> None:
    began = time.monotonic()

    with pytest.raises(RenderFailed) as failed:
        renderer.render(document(bomb), timeout=4)
    ended = time.monotonic()
    after = renderer.render(document("<p>Next</p>"))

    assert failed.value.reason in {"timeout", "cpu", "memory", "killed"}
    assert ended - began < 8
    assert "Next" in poppler("pdftotext", after).decode()
    assert time.monotonic() - ended < 1.5


def test_a_document_that_takes_too_long_names_the_reason(renderer: Renderer) -> None:
    with pytest.raises(RenderFailed) as failed:
        renderer.render(document('<div style="display:flex">' * 60), timeout=0.5)

    assert failed.value.reason == "timeout"


def test_a_renderer_that_died_is_started_again() -> None:
    renderer = Renderer()
    first = renderer.render(document("<p>One</p>"))
    pid = renderer.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    second = renderer.render(document("<p>One</p>"))
    folder = Path(f"/proc/{renderer.pid}/environ").read_bytes()
    renderer.close()

    assert second == first
    assert renderer.pid is None
    assert not Path(re.search(rb"TMPDIR=([^\0]+)", folder)[1].decode()).exists()


def test_confine_refuses_files_sockets_and_programs(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(CANARY)
    program = f"""
import ctypes, os, socket, subprocess, sys, threading
from webinar_app.infra.pdf import limits
libc = ctypes.CDLL(None)
limits.confine((sys.prefix, sys.base_prefix))
def refused(act):
    try:
        act()
    except (PermissionError, OSError):
        return True
    return False
print([refused(act) for act in (
    lambda: open({str(secret)!r}).read(), lambda: open({str(tmp_path / "new")!r}, "w"), lambda: socket.socket(),
    lambda: __import__("_socket").socket(), lambda: subprocess.run(["true"]), os.fork, lambda: os.system("true"),
    lambda: os.remove({str(secret)!r}),
    lambda: os.write(os.open({str(tmp_path / "raw")!r}, os.O_CREAT | os.O_WRONLY), b"x"),
)])
# What Python's hook does not see: C code that forks, opens sockets or starts programs. Threads stay possible.
print([libc.fork(), libc.vfork(), libc.socket(2, 1, 0), libc.execve(b"/bin/true", None, None)])
thread = threading.Thread(target=lambda: print("thread"))
thread.start()
thread.join()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == [str([True] * 9), str([-1] * 4), "thread"]
    assert secret.read_text() == CANARY


def test_shortcut_of_paths_draws_what_the_engine_draws(renderer: Renderer) -> None:
    def drawn(path: str) -> Image.Image:
        svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2000 2000' fill='none' stroke='black'>"
        svg += f"<path d='{path}'/></svg>"
        return picture(renderer.render(document(f'<img alt="a" style="width:100mm" src="data:image/svg+xml,{svg}">')))

    quick = "M100 100C300 100 300 900 900 900L1900 1900z" + "".join(f"M{at} 5.5L9 {at}L70.25 -3" for at in range(60))

    # A decimal exponent is what the shortcut does not know.
    assert ImageChops.difference(drawn(quick), drawn(quick.replace("M100 ", "M1e2 "))).getbbox() is None
