"""What may be uploaded."""

import documents
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput
from webinar_app.core.uploads import MOST_BYTES, NAME_LIMIT, FileKind, check_upload, file_name, kind_of, pixels_of

ANY = tuple(FileKind)


def refused(data, allowed=ANY):
    with pytest.raises(InvalidInput) as refusal:
        check_upload(data, allowed)
    return refusal.value.code, list(refusal.value.fields)


def test_files_are_known_by_their_content():
    files = (documents.pdf("One"), documents.picture(), documents.picture("JPEG"), b"<svg xmlns='x'/>", b"MZ", b"")

    assert [kind_of(data) for data in files] == [FileKind.PDF, FileKind.PNG, FileKind.JPEG, None, None, None]


@pytest.mark.parametrize(
    ("data", "allowed", "code"),
    [
        (b"", ANY, "file.empty"),
        (b"%PDF-" + bytes(MOST_BYTES), ANY, "file.large"),
        (b"<svg/>", ANY, "file.kind"),
        (documents.picture(), (FileKind.PDF,), "file.kind"),
        (documents.huge_png(40_000, 40_000), ANY, "file.pixels"),
        (documents.huge_png(0, 9), ANY, "file.broken"),
        (b"\x89PNG\r\n\x1a\n", ANY, "file.broken"),
        (b"\xff\xd8\xff\xe0", ANY, "file.broken"),
        (b"\xff\xd8\xff\xff\xd0\xff\xe0\x00\x00\x00\x00\x00\x00\x00", ANY, "file.broken"),
    ],
)
def test_others_are_refused_beside_the_field(data, allowed, code):
    assert refused(data, allowed) == (code, ["file"])


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pixels_are_read_from_the_head(kind):
    data = documents.picture(kind, (640, 360))

    assert pixels_of(data) == 640 * 360
    assert check_upload(data, ANY) is FileKind(kind.lower())
    assert pixels_of(b"%PDF-1.4") is None


@given(st.binary(max_size=200))
def test_no_bytes_break_the_look_at_a_picture(body):
    for start in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"):
        found = pixels_of(start + body)

        assert found is None or found >= 0


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Talk.PDF", "Talk.pdf"), ("C:\\a\\Ten measures.docx", "Ten measures.docx.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\r\nX: y.pdf", "a X y.pdf"), ("", "file.pdf"), ("...", "file.pdf"), ("Größe “neu”.pdf", "Größe “neu”.pdf"),
    ],
)  # fmt: skip
def test_names_are_one_line_with_their_ending(typed, name):
    assert file_name(typed, FileKind.PDF) == name


@given(st.text(), st.sampled_from(ANY))
def test_names_stay_names(typed, kind):
    made = file_name(typed, kind)

    assert 5 <= len(made) <= NAME_LIMIT
    assert not set(made) & set('\r\n\x00/\\"')
    assert file_name(made, kind) == made
