"""Looking into files: what comes out of good ones, and what bad ones cost (reliability W-15)."""

import subprocess
import sys
from pathlib import Path

import documents
import pytest
from PIL import Image

from webinar_app.infra.uploads import Drawer, DrawFailed

ROOT = Path(__file__).resolve().parents[2]


ASK = """
import resource, sys
from webinar_app.infra.uploads import Drawer, DrawFailed
try:
    with Drawer(sys.stdin.buffer.read()) as drawer:
        drawer.page(9 if drawer.count() == 9 else 1)
        print("none", end=" ")
except DrawFailed as failure:
    print(failure.reason, end=" ")
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def measured(data):
    """Give (reason, seconds of CPU, megabytes) of looking at a page, asked from a process that is small itself."""
    ran = subprocess.run([sys.executable, "-c", ASK], input=data, capture_output=True, check=True, cwd=ROOT)
    reason, seconds, megabytes = ran.stdout.decode().split()
    return reason, float(seconds), float(megabytes)


def test_pages_become_pictures_with_words_and_links():
    data = documents.pdf(
        "Hello\nworld", "Two", links=("https://a.example/x", "javascript:alert(1)", "https://a.example/x")
    )

    with Drawer(data) as drawer:
        pages, first, second = drawer.count(), drawer.page(1), drawer.page(2)

    assert pages == 2
    assert (first.width, first.height, first.text.split(), first.links) == (
        1600, 900, ["Hello", "world"], ["https://a.example/x"],
    )  # fmt: skip
    assert (second.text, second.links) == ("Two", [])
    assert {data[8:12] for data in (first.picture, first.thumb)} == {b"WEBP"}


def test_pictures_lose_what_is_hidden_in_them():
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    data = documents.picture("JPEG", exif=exif)

    with Drawer(data) as drawer:
        made = drawer.picture()

    assert b"where it was taken" in data
    assert b"where it was taken" not in made


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (documents.imaged_pdf(30_000), "cpu"),
        (documents.slow_pdf(200_000), "cpu"),
        (b"%PDF-1.4 and nothing else", "document"),
        (documents.pdf("One").replace(b"/Count 1", b"/Count 9"), "document"),
    ],
    ids=["picture", "paths", "nonsense", "no page"],
)
def test_bombs_are_refused_within_a_second(data, reason):
    told, seconds, megabytes = measured(data)

    assert told in (reason, "memory")
    assert seconds < 1.3  # a second, and the start of the processes
    assert megabytes < 256


def test_picture_that_lies_about_its_size_is_refused():
    with pytest.raises(DrawFailed) as failure, Drawer(documents.huge_png(30_000, 30_000)) as drawer:
        drawer.picture()

    assert failure.value.reason in ("pixels", "document")
