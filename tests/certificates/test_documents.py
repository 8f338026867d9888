import base64
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page
import pytest

from webinar_app.certificates.documents import certificate_html
from webinar_app.certificates.rosette import rosette_path
from webinar_app.infra.pdf import Renderer

URL = "https://rostrum.example/verify/7K4M-Q2X9-ATP3-0ZTR"
STATEMENT = (
    "Alder Institute for Treatment and Justice is approved by the Sample Board of Counselor Education, provider number "
    "4471, to offer continuing education. The institute is responsible for this program and its content. "
)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def snapshot(**changes: Any) -> dict[str, Any]:
    return {
        "number": "7K4M-Q2X9-ATP3-0ZTR",
        "holder": {"legal_name": "Corinne Abernathy", "licence": "Licensed counselor, New York, LPC-0048213"},
        "course": {
            "title": "Building a Therapeutic Alliance", "subtitle": "A practical day", "code": "ATP3",
            "series": "Part 3",
        },
        "format": "Live interactive webinar",
        "held": [{"text": "Tuesday 14 October 2025, 12:00 p.m. to 1:15 p.m. ET"}],
        "place": "Online, live and interactive",
        "minutes": 75,
        "hours_text": "75 minutes, 60-minute hour",
        "credits": [
            {"amount": "1.25", "unit": "contact hours", "type": "counseling", "statement": "Counted by the minute."},
        ],
        "objectives": ["Define the components of an alliance", "Use validated tools"],
        "presenters": [{"name": "Dr. Michael McGee", "postnominals": "M.D."}],
        "provider": {
            "name": "Alder Institute", "address": "200 Example Street, Alder", "phone": "(212) 555-0142",
            "number": "4471",
        },
        "approval_statement": STATEMENT,
        "signatory": {"name": "Ruth Eskandari, Ph.D.", "title": "Director of continuing education"},
        "completion_text": "has completed the live interactive webinar",
        "attendance_text": "73 of 75 minutes, 4 of 4 attention checks",
        "presence": [[0, 14], [16, 75]],
        "issued_on": "2025-10-14",
        "expires_on": "2026-10-14",
        "paper": "letter",
        "locale": "en-US",
        **changes,
    }  # fmt: skip


LEAST = {
    "number": "7K4M-Q2X9-ATP3-0ZTR", "holder": {"legal_name": "Ana Ruiz"}, "course": {"title": "Listening"},
    "provider": {"name": "Alder"}, "issued_on": "2025-10-14",
}  # fmt: skip


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_certificate_html_prints_every_field_on_one_accessible_page(renderer: Renderer) -> None:
    pdf = renderer.render(certificate_html(snapshot(), verify_url=URL))

    report = page.validate_pdf_bytes(pdf, profile="ua1")
    text = text_of(pdf)
    expected = [
        "Corinne Abernathy", "Licensed counselor, New York, LPC-0048213", "Building a Therapeutic Alliance (ATP3)",
        "A practical day", "Part 3", "Live interactive webinar", "Tuesday 14 October 2025, 12:00 p.m. to 1:15 p.m. ET",
        "Online, live and interactive", "75 minutes, 60-minute hour", "1.25 contact hours, counseling",
        "Counted by the minute.", "1. Define the components of an alliance", "2. Use validated tools",
        "Dr. Michael McGee, M.D.", "200 Example Street, Alder · (212) 555-0142 · provider number 4471",
        STATEMENT.strip(),
        "Ruth Eskandari, Ph.D.", "Director of continuing education", "has completed the live interactive webinar",
        "73 of 75 minutes, 4 of 4 attention checks", "Issued 14 October 2025", "Valid until 14 October 2026",
        "7K4M-Q2X9-ATP3-0ZTR",
    ]  # fmt: skip
    assert [failure.rule_id for failure in report.failures] == []
    assert report.document.page_count == 1
    assert [part for part in expected if part not in text] == []


def test_certificate_html_has_title_language_and_words_for_each_picture(renderer: Renderer) -> None:
    html = certificate_html(snapshot(), verify_url=URL)

    info = subprocess.run(
        ["pdfinfo", "-"], input=renderer.render(html), capture_output=True, check=True
    ).stdout.decode()
    assert '<html lang="en-US">' in html
    assert re.findall(r'<img[^>]* alt="([^"]*)"', html) == [
        "Presence minute by minute: 73 of 75 minutes, not counted: 2 min from minute 14",
        "Rosette drawn from the certificate number",
        "QR code of the verification page, rostrum.example/verify/7K4M-Q2X9-ATP3-0ZTR",
    ]
    assert "Certificate 7K4M-Q2X9-ATP3-0ZTR, Corinne Abernathy" in info
    assert "Tagged:          yes" in info


def test_certificate_html_of_the_least_snapshot_leaves_no_gap(renderer: Renderer) -> None:
    html = certificate_html(LEAST, verify_url=URL)

    pdf = renderer.render(html)
    assert page.validate_pdf_bytes(pdf, profile="ua1").is_compliant
    assert text_of(pdf) == (
        "Alder Certificate of completion Ana Ruiz has completed Listening Certificate number 7K4M-Q2X9-ATP3-0ZTR "
        "Issued 14 October 2025 Check it at rostrum.example/verify/7K4M-Q2X9- ATP3-0ZTR. The rosette is drawn from the "
        "number and must match the one shown there."
    )
    assert not re.findall(r"<(?:p|td|th|li|b)(?: [^>]*)?>\s*</", html)


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize(
    "name", ["Maximiliane-Charlotte von Hohenstaufen-Wittgenstein-Ludwigsb", "W" * 60, "M. " * 20, "王" * 30]
)
def test_certificate_html_fits_the_worst_case_on_one_page(renderer: Renderer, paper: str, name: str) -> None:
    worst = snapshot(
        paper=paper,
        holder={"legal_name": name, "licence": "Licensed clinical social worker, Pennsylvania, LCSW-00482139"},
        course={
            "title": ("Advanced Treatment Provider Session 3: " + "Building and Maintaining " * 4)[:98],
            "code": "ATP3",
        },
        objectives=[
            "Define the components of a therapeutic alliance and explain its measured impact on outcomes, again"
        ]
        * 6,
        presenters=[{"name": "Dr. Michael McGee-Worthington", "postnominals": "M.D., F.A.P.A."}] * 3,
        approval_statement=STATEMENT * 2,
    )

    pdf = renderer.render(certificate_html(worst, verify_url=URL))
    assert page.validate_pdf_bytes(pdf, profile="ua1").document.page_count == 1
    assert text_of(pdf).count("4471, to offer") == 2


def test_certificate_html_shows_markup_and_line_ends_as_text(renderer: Renderer) -> None:
    attack = '"><img src=x onerror=alert(1)>'
    hostile = snapshot(
        holder={"legal_name": attack, "licence": "A\r\nSubject: B\x00\u202eC"},
        objectives=["</li><script>alert(2)</script>", "{{ 7 * 7 }}"],
        course={"title": "'); background: url(file:///etc/passwd)", "code": "<b>"},
    )

    html = certificate_html(hostile, verify_url=URL)
    text = text_of(renderer.render(html))
    expected = [
        attack,
        "A Subject: B C",
        "</li><script>alert(2)</script>",
        "{{ 7 * 7 }}",
        "'); background: url(file:///etc/passwd)",
    ]
    assert [part for part in expected if part not in text] == []
    assert "<script" not in html
    assert html.count("<img") == 3


def test_certificate_html_carries_the_rosette_of_the_verification_page() -> None:
    html = certificate_html(snapshot(), verify_url=URL)

    source = re.search(r'class="seal" src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert source is not None
    assert rosette_path("7K4M-Q2X9-ATP3-0ZTR").encode() in base64.b64decode(source[1])


def test_certificate_html_takes_a_signature_only_as_a_png_of_its_own() -> None:
    def signed(image: str) -> str:
        return certificate_html(snapshot(signatory={"name": "R", "title": "D", "image": image}), verify_url=URL)

    assert 'src="data:image/png;base64,iVBORw0KGgo="' in signed("data:image/png;base64,iVBORw0KGgo=")
    assert "example.org" not in signed("https://example.org/r.png")
    assert "/etc/passwd" not in signed("file:///etc/passwd")


def test_certificate_css_is_on_the_list_of_bundled_files() -> None:
    html = certificate_html(snapshot(), verify_url=URL)

    assert re.findall(r'<link rel="stylesheet" href="asset:([^"]+)">', html) == ["css/certificate.css"]
    assert Path("static/css/certificate.css").is_file()
