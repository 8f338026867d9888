"""Small files for tests: PDFs written by hand, pictures, and files that were made to hurt."""

import io
import struct
import zlib

from PIL import Image


def pdf(*pages: str, links: tuple[str, ...] = (), box: str = "0 0 960 540", stream: bytes | None = None) -> bytes:
    """Give a PDF with a page for each text; `links` stand on the first page, `stream` replaces what is drawn."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    objects: list[bytes] = [b"", b"", font]  # catalog and tree of pages come last
    kids = []
    for number, words in enumerate(pages):
        lines = " ".join(f"({line}) Tj 0 -60 Td" for line in words.split("\n"))
        body = stream if stream is not None else f"BT /F 48 Tf 60 420 Td {lines} ET".encode()
        objects.append(b"<< /Length %d >> stream\n%s\nendstream" % (len(body), body))
        content = len(objects)
        notes = b""
        if number == 0 and links:
            made = [f"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI ({one}) >> >>" for one in links]
            notes = f"/Annots [{' '.join(made)}]".encode()
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents %d 0 R " % (box.encode(), content)
        objects.append(page + b"/Resources << /Font << /F 3 0 R >> >> " + notes + b" >>")
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return _written(objects)


def _written(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 36), **more: object) -> bytes:
    """Give a small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (12, 90, 84)).save(out, kind, **more)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """Give a PNG of a few bytes that claims to be this large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def slow_pdf(steps: int) -> bytes:
    """Give a PDF whose one page crosses itself this often, and is drawn for as long."""
    return pdf("", stream=b"0 0 m " + b"960 540 l 0 540 l 960 0 l 0 0 l " * steps + b" f*")


def imaged_pdf(edge: int) -> bytes:
    """Give a PDF with a square picture of this edge, packed into almost nothing."""
    packing = zlib.compressobj(9)
    packed = b"".join(packing.compress(b"\0" * (edge // 8)) for _ in range(edge)) + packing.flush()
    drawn = b"/Resources << /XObject << /I 5 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 960 540] /Contents 4 0 R %s >>" % drawn,
        b"<< /Length 28 >> stream\nq 960 0 0 540 0 0 cm /I Do Q\nendstream",
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 "
        b"/Filter /FlateDecode /Length %d >> stream\n%s\nendstream" % (edge, edge, len(packed), packed),
    ]
    return _written(objects)
