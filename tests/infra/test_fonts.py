"""The bundled fonts: what set-up cut ahead is what a renderer would cut itself."""

from pathlib import Path

from webinar_app.infra.pdf.fonts import CUT_AHEAD, Face

FONTS = Path(__file__).parents[2] / "static" / "fonts"
SANS = Face("Source Sans 3 sans latin", FONTS / "source-sans-3-latin-wght-normal.woff2", (("wght", 400),))


def test_a_cut_made_ahead_is_taken_and_the_same(tmp_path):
    own = tmp_path / "fonts" / SANS.path.name
    own.parent.mkdir()
    own.write_bytes(SANS.path.read_bytes())
    alone = Face(SANS.family, own, SANS.axes)

    assert SANS.install(tmp_path)
    assert not SANS.install(tmp_path)
    assert alone.install(own.parent)
    alone.cut()

    files = [tmp_path / "Source-Sans-3-sans-latin.ttf", own.parent / "Source-Sans-3-sans-latin.ttf"]
    ahead = [folder / CUT_AHEAD / "Source-Sans-3-sans-latin-wght400.ttf" for folder in (FONTS, own.parent)]
    assert len({path.read_bytes() for path in files + ahead}) == 1
