import hashlib
import io
from datetime import timedelta

import pytest
from certificate_steps import finish, first_number
from factories import START, World

from webinar_app.accounts.services.signing import sign_in
from webinar_app.certificates.services import keep_paper, revoke
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import write
from webinar_app.infra.storage import storage

PDF = b"%PDF-1.7 a paper"
EVIL = '"><img src=x onerror=alert(1)>'


def enter(client, person_id, **limit):
    token = write(sign_in, person_id, "password", device="Firefox", now=utc_now(), **limit)
    with client.session_transaction() as held:
        held["sign_in"] = token


@pytest.fixture
def issued(world):
    """A sitting, its holder and the number of an issued certificate."""
    return issue(world, "Ada Lovelace")


def issue(world, name):
    webinar = world.live_webinar()
    member = world.attendee(webinar, name=name)
    finish(member, webinar["course"])
    number = first_number()
    mail = {"subject": "s", "text": "t", "html": "h"}
    write(keep_paper, number, storage().put(PDF), len(PDF), mail, PDF, now=START + timedelta(minutes=90))
    return webinar, member, number


def upload(client, data, number=""):
    sent = {"file": (io.BytesIO(data), "certificate.pdf"), "number": number}
    return client.post("/verify", data=sent, content_type="multipart/form-data")


def test_number_is_verified_without_the_name(client, issued):
    number = issued[2]

    page = client.get(f"/verify/{number}").text

    assert "<h2>Valid</h2>" in page
    assert "A. L." in page
    assert "Lovelace" not in page


def test_number_is_read_however_it_is_typed(client, issued):
    typed = issued[2].lower().replace("-", " ")

    assert client.get(f"/verify?number={typed}", follow_redirects=True).text.count("<h2>Valid</h2>") == 1


def test_family_name_shows_the_whole_name(client, issued):
    number = issued[2]

    wrong = client.post(f"/verify/{number}", data={"family_name": "Byron"}).text
    right = client.post(f"/verify/{number}", data={"family_name": "lovelace"}).text

    assert "This is not the family name" in wrong
    assert "Ada Lovelace" not in wrong
    assert "Ada Lovelace" in right


def test_own_file_is_recognised_and_a_changed_one_refused(client, issued):
    number = issued[2]
    changed = PDF[:-1] + b"!"

    same, other = upload(client, PDF), upload(client, changed, number)
    stray = upload(client, changed)

    assert ("the very file" in same.text, "Ada Lovelace" in same.text) == (True, True)
    assert ("This file has been changed" in other.text, "Ada Lovelace" in other.text) == (True, False)
    assert (stray.status_code, "Not a file of ours" in stray.text) == (404, True)


def test_unknown_number_and_empty_form_say_what_to_do(client, issued):
    unknown, empty = client.get("/verify/AAAA-BBBB-CCCC-DDDD"), client.post("/verify", data={})

    assert (unknown.status_code, "No such certificate" in unknown.text) == (404, True)
    assert (empty.status_code, "Type the number on the certificate" in empty.text) == (422, True)


def test_refused_number_says_that_the_file_must_be_chosen_again(client):
    with_file = client.post("/verify", data={"number": "x" * 50, "file": (io.BytesIO(PDF), "a.pdf")})
    without = client.post("/verify", data={"number": "x" * 50})

    assert "Everything else you typed is kept, but not the file: choose it again." in with_file.text
    assert "Everything else you typed is kept." in without.text


def test_revoked_certificate_says_so_and_why(client, world, issued):
    write(revoke, world.coordinator(), issued[2], "Issued to the wrong person.", now=utc_now())

    page = client.get(f"/verify/{issued[2]}").text

    assert ("<h2>Revoked</h2>" in page, "Issued to the wrong person." in page) == (True, True)


def test_holder_sees_and_downloads_the_stored_bytes(client, issued):
    _, member, number = issued
    enter(client, member.person_id, registration_id=member.registration_id)

    page, file = client.get(f"/certificates/{number}"), client.get(f"/certificates/{number}.pdf")

    assert "Download the PDF" in page.text
    assert hashlib.sha256(file.data).digest() == hashlib.sha256(PDF).digest()
    assert file.headers["Content-Disposition"] == f'attachment; filename="certificate-{number}.pdf"'
    assert file.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/certificates/{}", "/certificates/{}.pdf"])
def test_others_are_told_nothing(client, world, issued, path):
    enter(client, world.person("Mallory"))

    assert client.get(path.format(issued[2])).status_code == 404


def test_register_searches_filters_and_exports(client, world, issued):
    enter(client, world.person("Cora", Role.COORDINATOR))
    number = issued[2]

    shown = client.get("/manage/certificates?q=lovelace").text
    by_number = client.get(f"/manage/certificates?q={number[:9]}").text
    none = client.get("/manage/certificates?state=revoked").text
    file = client.get("/manage/certificates.csv").data.decode("utf-8-sig")

    assert (number in shown, number in by_number, number in none) == (True, True, False)
    assert "No certificate found" in none
    assert file.splitlines()[1].startswith(f"{number},valid,Ada Lovelace,")


def test_register_is_for_coordinators_of_the_provider(client, world, issued):
    enter(client, world.person("Nobody"))
    refused = client.get("/manage/certificates").status_code
    other = World()
    enter(client, other.person("Other", Role.COORDINATOR))

    assert (refused, issued[2] in client.get("/manage/certificates").text) == (403, False)


def test_evil_name_is_shown_as_text(client, world):
    _, _, number = issue(world, f"Ada {EVIL}")
    enter(client, world.person("Cora", Role.COORDINATOR))

    for path in (f"/certificates/{number}", "/manage/certificates"):
        page = client.get(path).text
        assert EVIL not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
