"""A file that a form asks for: judged by its bytes, kept when the form is refused, fetched by coordinators alone."""

import io
import re
from dataclasses import replace

import databases
import documents
import pytest
from factories import NOW
from page_words import let_in, words, words_of
from posted import run_jobs
from sqlalchemy import select

from webinar_app.audit.models import AuditEntry
from webinar_app.core.errors import NotFound
from webinar_app.core.permissions import Role
from webinar_app.core.uploads import FileKind
from webinar_app.infra.db import read, write
from webinar_app.people.services.moving import move_to_date
from webinar_app.registrations.models import AnswerFile, FormAnswer, Registration
from webinar_app.registrations.routes import files
from webinar_app.registrations.rules.questions import FieldKind, Question
from webinar_app.registrations.services.files import CHECK_FILE, fetch_answer_file
from webinar_app.registrations.services.forms import set_questions
from webinar_app.web.uploads import Received, keep_token

pytestmark = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
ASK = Question(code="AAAAAAAA", kind=FieldKind.YES_NO, prompt="Do you have a letter?", is_required=True)
LETTER = Question(
    code="BBBBBBBB", kind=FieldKind.FILE, prompt="The letter", shown_on="AAAAAAAA", shown_value="yes", is_required=True
)
EMPLOYER = Question(code="CCCCCCCC", kind=FieldKind.TEXT, prompt="Employer", is_required=True)
_keys = iter(range(10**6))


@pytest.fixture
def place(soon, world):
    """A session that asks for a letter."""
    webinar = soon()
    write(set_questions, world.coordinator(), webinar["course"]["slug"], [ASK, LETTER, EMPLOYER], now=NOW)
    return webinar


@pytest.fixture
def desk(world, app):
    return let_in(app.test_client(), world.person("Cora Coordinator", Role.COORDINATOR))


def typed(page, file=None, **more):
    """Give what the form holds, filled in, with what it keeps."""
    kept = dict(re.findall(r'name="(policy_version|q_\w{8}-kept)"[^>]* value="([^"]+)"', page))
    kept |= dict(re.findall(r'<input type="hidden" name="(q_\w{8}-kept)" value="([^"]+)"', page))
    names = {"email": "ada@example.org", "legal_name": "Ada Lovelace", "policy": "y", "q_AAAAAAAA": "yes"}
    names |= kept | {"q_CCCCCCCC": "Alder", "_key": f"key-of-file-{next(_keys):06d}"} | more
    return names | ({"q_BBBBBBBB": (io.BytesIO(file[0]), file[1])} if file else {})


def send(client, place, page=None, **more):
    path = f"/webinars/{place['code']}/register"
    return client.post(path, data=typed(page or client.get(path).text, **more), content_type="multipart/form-data")


def stored():
    with read() as db:
        files = [(row.name, row.kind.value, row.state.value) for row in db.scalars(select(AnswerFile))]
        answers = db.scalars(select(FormAnswer.value).order_by(FormAnswer.question_id)).all()
        return files, answers


def code_of():
    with read() as db:
        return db.scalars(select(Registration.code).order_by(Registration.id.desc())).first()


def test_file_is_kept_while_the_form_is_refused_and_fetched_by_the_office_alone(place, desk, app, world):
    guest, sent = app.test_client(), documents.picture("PNG") + b"hidden words at the end"
    page = guest.get(f"/webinars/{place['code']}/register").text
    refused = send(guest, place, file=(sent, "My letter.png"), email="nobody", q_CCCCCCCC="")
    again = send(guest, place, page=refused.text, email="nobody")
    made = send(guest, place, page=again.text)
    code = code_of()
    early = desk.get(f"/files/registrations/{code}/BBBBBBBB").status_code
    run_jobs(CHECK_FILE)
    person = desk.get(f"/manage/registrations/{code}").text
    taken = desk.get(f"/files/registrations/{code}/BBBBBBBB")
    presenter = let_in(app.test_client(), world.person("Pia Presenter", Role.PRESENTER))
    others = [one.get(f"/files/registrations/{code}/BBBBBBBB").status_code for one in (presenter, guest)]

    assert 'enctype="multipart/form-data"' in page
    assert (refused.status_code, again.status_code, made.status_code, early) == (422, 422, 303, 404)
    for answer in (refused, again):
        assert "Kept: My letter.png. Choose another file to replace it." in words_of(answer.text)
        assert "choose it again" not in answer.text
    assert stored() == ([("My letter.png", "png", "ready")], ["yes", "My letter.png", "Alder"])
    assert "The letter: My letter.png" in words_of(person)
    assert (taken.status_code, b"hidden words" in taken.data) == (200, False)
    assert taken.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert taken.headers["Cache-Control"] == "no-store"
    assert others == [403, 302]
    with read() as db:
        noted = db.scalars(select(AuditEntry).where(AuditEntry.act == "registration.file")).all()
    assert [one.details for one in noted] == [{"question": "BBBBBBBB"}]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"MZ program", "This is not a PDF, a PNG picture or a JPEG picture."), (b"", "This file is empty."),
        (b"%PDF-" + b"x" * 3000, "This file is larger than"),
    ],
)  # fmt: skip
def test_wrong_file_is_said_at_its_field_with_the_rest(place, app, monkeypatch, data, said):
    monkeypatch.setattr(files, "MOST_FILE_BYTES", 3000)
    answer = send(app.test_client(), place, file=(data, "letter.pdf"), email="nobody")

    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert "2 answers need a look" in words_of(answer.text)
    assert "Kept:" not in answer.text
    assert stored() == ([], [])


def test_needed_file_is_asked_for_only_where_it_is_shown_and_can_be_dropped(place, app):
    missing = send(app.test_client(), place)
    kept = send(app.test_client(), place, file=(documents.pdf("One"), "One.pdf"), email="nobody")
    dropped = send(app.test_client(), place, page=kept.text, **{"q_BBBBBBBB-drop": "y"})
    none = send(app.test_client(), place, page=kept.text, q_AAAAAAAA="no")

    assert [one.status_code for one in (missing, kept, dropped, none)] == [422, 422, 422, 303]
    for answer in (missing, dropped):
        assert "The letter: Choose a file." in words_of(answer.text)
    assert stored() == ([], ["no", "Alder"])


def test_what_a_form_says_it_kept_is_believed_only_where_we_signed_it_for_this_field(place, app, monkeypatch):
    with app.test_request_context():
        other, own = (keep_token(name, Received("x.pdf", FileKind.PDF, "0" * 64, 1)) for name in ("q_Z", "q_BBBBBBBB"))
    client = app.test_client()
    answers = [send(client, place, **{"q_BBBBBBBB-kept": token}).status_code for token in (other, "forged", "")]
    with monkeypatch.context() as later:
        later.setattr("webinar_app.web.uploads.KEPT_SECONDS", -1)
        answers.append(send(client, place, **{"q_BBBBBBBB-kept": own}).status_code)
    answers.append(send(client, place, **{"q_BBBBBBBB-kept": own}).status_code)

    assert answers == [422] * 4 + [303]


def test_many_files_of_a_network_are_refused_with_a_sentence(place, app, monkeypatch):
    monkeypatch.setattr(files._limiter, "hit", lambda *_: False)
    answer = send(app.test_client(), place, file=(documents.pdf("One"), "One.pdf"))

    assert answer.status_code == 422
    assert "Too many files came from your network." in words_of(answer.text)


def test_broken_file_is_told_to_the_office_and_to_its_sender(place, app, world, desk):
    ada = let_in(app.test_client(), world.person("Ada Lovelace", email="ada@example.org"))
    sent = send(ada, place, file=(b"%PDF-1.4 broken", "Sheet.pdf"))
    run_jobs(CHECK_FILE)

    assert sent.status_code == 303
    assert "The letter: This file cannot be read." in words(desk, f"/manage/registrations/{code_of()}")
    assert "The letter: Sheet.pdf This file cannot be read." in words(ada, f"/webinars/{place['code']}/registered")


def test_coordinator_of_another_organisation_finds_no_file(place, app, world):
    send(app.test_client(), place, file=(documents.pdf("One"), "One.pdf"))
    run_jobs(CHECK_FILE)
    other = replace(world.coordinator(), provider_id=world.provider_id + 1)

    with pytest.raises(NotFound):
        write(fetch_answer_file, other, code_of(), "BBBBBBBB", now=NOW)


def test_file_goes_along_to_another_date(place, app, world):
    send(app.test_client(), place, file=(documents.pdf("One"), "One.pdf"))
    run_jobs(CHECK_FILE)
    later = world.webinar(place["course"], starts_at=NOW.replace(year=2027))
    write(move_to_date, world.coordinator(), code_of(), later["code"], "On leave that week", now=NOW)

    assert stored()[0] == [("One.pdf", "pdf", "ready")] * 2


def test_staff_answer_the_same_questions_if_they_can(place, desk):
    path = f"/manage/webinars/{place['code']}/people/add"
    page = desk.get(path).text
    people = {"email": "bea@example.org", "legal_name": "Bea Bright", "_key": "adds Bea by hand"}
    wrong = desk.post(path, data=people | {"q_BBBBBBBB": (io.BytesIO(b"MZ"), "x.pdf"), "q_AAAAAAAA": "yes"})
    made = desk.post(path, data=people | {"q_CCCCCCCC": "Alder", "_key": "adds Bea again"})
    also = desk.post(
        path,
        data=people | {
            "email": "cy@example.org", "_key": "adds Cy by hand", "q_AAAAAAAA": "yes",
            "q_BBBBBBBB": (io.BytesIO(documents.pdf("One")), "Cy.pdf"),
        },
    )  # fmt: skip

    assert "Employer optional" in words_of(page)
    assert [one.status_code for one in (wrong, made, also)] == [422, 303, 303]
    assert stored() == ([("Cy.pdf", "pdf", "checking")], ["yes", "Cy.pdf", "Alder"])
    assert "Employer: Alder" in words(desk, f"/manage/webinars/{place['code']}/people")
