"""Line ends, controls and endless names in every text field of every form (reliability W-11, W-12).

Each field alone: refused with a sentence at the field while what was typed stays, or stored whole and clean. Then all
fields of a form at once: no mail that follows has a line too many, and neither has a calendar file.
"""

import importlib
import io
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager

import databases
import pytest
from documents import pdf
from flask_wtf import FlaskForm
from form_cases import AFTER, BEFORE, OPEN
from hostile_papers import check_papers
from hostile_words import ENDS, LONG, Controls, faults_of, page_of, said, written
from house import NOWHERE, build, prepare, run_all_jobs
from sqlalchemy import delete, select
from wtforms import HiddenField, PasswordField, StringField
from wtforms.form import BaseForm

import webinar_app
from webinar_app.attendance.models import AttendanceClaim, AttendanceEntry
from webinar_app.evaluations.models import EvaluationPending
from webinar_app.evaluations.queries import find_form, items_of
from webinar_app.evaluations.services.answering import PURPOSE
from webinar_app.infra.db import read, write
from webinar_app.infra.sealing import unseal
from webinar_app.mailing.models import Mail
from webinar_app.payments.models import Document
from webinar_app.polls.models import Poll

WORDS = "Plain words for people"
STRICTEST = pytest.mark.parametrize("database_url", databases.KINDS[-1:], indirect=True)  # it takes no NUL in a text
LOOKED_UP = ("accounts.sign_in", "registrations.resend")  # compared, and not kept
# What this house does not let happen: no such code, wrong password, nothing due. Reasons: test_hostile_reasons.
REFUSED = (
    "accounts.password_sign_in", "certificates.check", "certificates.verify_upload", "payments.code",
    "people.own_substitute", "people.move", "payments.keep", "registrations.add_course", "registrations.reject",
    "registrations.withdraw", "retention.erase", "webinars.move",
)  # fmt: skip
UNSENT = {"discount": "It stands on the form of what costs something, and is compared with the codes there are."}
IN_BOTH = {"delivery": "hybrid", "capacity_room": "10"}
RIGHT = {
    "campaigns.message": {"professions": None, "agencies": None},
    "retention.hold": {"subject": "person", "name": "attendee@house.example"},
    "polls.new": {"low": "", "high": ""}, "polls.edit": {"low": "", "high": ""}, "courses.new": IN_BOTH,
    "webinars.edit": IN_BOTH, "webinars.new_sitting": IN_BOTH, "webinars.new_series": IN_BOTH,
    "people.blocks": {"release_on": "23 November 2026"}, "people.arrange": {"owner": "", "due_on": "1 March 2027"},
    "registrations.admission": {"opens": "1 May 2026"},
}  # fmt: skip
OF_A_CLAIM = ("attendance.answer", "attendance.reverse")
# What only a session that was held has a form for.
LATER = {
    "AnswerForm.answer", "ClaimForm.note", "NameForm.legal_name", "ReverseForm.reason", "RevokeForm.reason",
    "TimeForm.evidence", "TimeForm.reason",
}  # fmt: skip
_sent = iter(range(10**6))


def text_fields(form_class):
    """Give the names of a form's own text fields."""
    made = {name: getattr(form_class, name) for name in dir(form_class) if not name.startswith("_")}
    kinds = {name: getattr(field, "field_class", None) for name, field in made.items()}
    return {
        name for name, kind in kinds.items()
        if isinstance(kind, type)
        and issubclass(kind, StringField)
        and not issubclass(kind, HiddenField | PasswordField)
    }  # fmt: skip


def form_classes(base=FlaskForm):
    """Give every class of forms of the product, rows included."""
    for found in pkgutil.walk_packages(webinar_app.__path__, "webinar_app."):
        if found.name.rpartition(".")[2] in ("forms", "questions", "admission", "course", "schedule"):
            importlib.import_module(found.name)
    return {one for one in _below(base) if one.__module__.startswith("webinar_app.")}


def _below(base) -> Iterator[type]:
    for one in base.__subclasses__():
        yield one
        yield from _below(one)


@contextmanager
def undone():
    """Undo whatever is written meanwhile."""
    with read() as rows:
        connection = rows.connection()
    point = connection.begin_nested()
    try:
        yield
    finally:
        point.rollback()


class Seen:
    """Which fields came with hostile words, and which were asked for."""

    def __init__(self, monkeypatch):
        self.fields: set[int] = set()
        self.asked: set[str] = set()
        process = BaseForm.process

        def noting(form, formdata=None, *args, **more):
            process(form, formdata, *args, **more)
            for field in form:
                if isinstance(field, StringField) and not isinstance(field, HiddenField | PasswordField):
                    self.asked.add(field.name)
                    if any("Zq" in str(one) for one in field.raw_data or ()):
                        self.fields.add(id(getattr(type(form), field.short_name)))

        monkeypatch.setattr(BaseForm, "process", noting)

    def left_out(self):
        """Give the text fields of every form of the product to which nothing hostile was sent."""
        return {
            f"{one.__qualname__}.{name}" for one in form_classes() for name in text_fields(one)
            if id(getattr(one, name)) not in self.fields and name not in UNSENT
        }  # fmt: skip


@pytest.fixture
def seen(monkeypatch):
    return Seen(monkeypatch)


class Sending:
    """One form, as somebody sends it."""

    def __init__(self, house, endpoint, role, valid):
        self.house, self.endpoint, self.role = house, endpoint, role
        self.path = house.path(endpoint, "POST")
        self.found, self.papers, self.sealed = [], [], []
        shown = house.client(role).get(self.path)
        page = page_of(shown) if shown.status_code == 200 else Controls("")
        self.shown = {name for name in page.values if name}
        typed = page.data if endpoint == "courses.edit" else {name: page.data[name] for name in self.shown}
        if endpoint == "evaluations.form":
            typed = {}  # another form stands on its page
        hidden = {name: page.data[name] for name in ("policy_version", "item_id") if name in page.data}
        every = page.data | page.boxes
        boxes = {name: every[name] for name in ("sessions", "codes") if name in every}
        made = typed | (valid if endpoint != "courses.edit" else {}) | RIGHT.get(endpoint, {}) | hidden | boxes
        self.valid = {name: value for name, value in made.items() if value is not None and not name.startswith("_")}
        if endpoint == "handouts.upload":
            self.valid["file"] = (io.BytesIO(pdf("One")), "Sheet.pdf")

    def send(self, changed):
        """Send it with these fields changed."""
        files = {name: (io.BytesIO(pdf("One")), "Sheet.pdf") for name in self.valid if name == "file"}
        data = self.valid | changed | files | {"_key": f"hostile-{next(_sent):08}"}
        answer = self.house.client(self.role).post(self.path, data=data)
        with read() as db:
            self.sealed = [str(unseal(PURPOSE, one)) for one in db.scalars(select(EvaluationPending.sealed))]
        return answer

    def wrong(self, name, words):
        """Keep what is wrong."""
        self.found.append(f"{self.endpoint} {name}: {words}")

    def check(self, seen):
        """Send every text field hostile."""
        seen.asked.clear()
        with undone():
            first = self.send({})
        asked = seen.asked or self.shown  # an evaluation has no class: its questions are data
        names = sorted(name for name in asked if name in self.valid and (not self.shown or name in self.shown))
        if not names:
            return
        if self.endpoint in REFUSED:
            with undone():
                answer = self.send({name: ENDS.format(at) for at, name in enumerate(names)})
            assert 400 <= answer.status_code < 500, self.endpoint
            return
        if first.status_code not in (200, 302, 303):
            self.wrong("", f"{first.status_code} to what is right: {page_of(first).told}")
            return
        self.endless(names)
        self.ends({name: ENDS.format(at) for at, name in enumerate(names)})

    def endless(self, names):
        """Send ten thousand characters: all at once, then alone what was not refused."""
        with undone():
            together = self.send(dict.fromkeys(names, LONG))
        for name in names:
            if together.status_code == 422 and said(together, name, LONG) == (True, True):
                continue
            with undone(), written() as told:
                answer = self.send({name: LONG})
            self.judge(name, LONG, answer, told)

    def ends(self, changed):
        """Send line ends and controls in everything that takes them; keep the mails and files that follow."""
        while changed:
            with undone(), written() as told:
                answer = self.send(changed)
                if answer.status_code in (200, 302, 303):
                    for name, value in changed.items():
                        self.judge(name, value, answer, told)
                    if answer.status_code != 200:
                        self.papers += self.follow()
                    return
            refused = {name for name, value in changed.items() if said(answer, name, value)[0]}
            for name in refused:
                self.judge(name, changed[name], answer, told)
            if not refused:
                self.wrong(", ".join(changed), f"{answer.status_code}, and no field is named")
                return
            changed = {name: value for name, value in changed.items() if name not in refused}

    def judge(self, name, value, answer, told):
        """Note what is wrong with the answer to a hostile text in one field."""
        told = None if self.endpoint in LOOKED_UP else [*told, *self.sealed]
        for fault in faults_of(answer, name, value, told):
            self.wrong(name, fault)

    def follow(self):
        """Do what waits, and give the mails and the calendar file."""
        run_all_jobs()
        calendar = self.house.client("guest").get(f"/webinars/{self.house.names['webinar']}/calendar.ics")
        with read() as db:
            mails = [(to, body) for to, body in db.execute(select(Mail.to_address, Mail.body))]
        return [*mails, *([("", calendar.data)] if calendar.status_code == 200 else [])]


def check_forms(house, cases, seen):
    """Send every form; give what is wrong, and the mails and calendar files that followed."""
    found, papers = [], {}
    for endpoint, (role, valid) in cases.items():
        sending = Sending(house, endpoint, role, valid)
        sending.check(seen)
        found += sending.found
        papers |= {body: to for to, body in sending.papers}
    return found, papers


def forget_papers(db):
    """Let another invoice be asked for."""
    db.execute(delete(Document))


@STRICTEST
def test_each_field_before_the_session(world, app, seen):
    house = prepare(world, app, WORDS)
    run_all_jobs()
    house.names |= {"number": NOWHERE["number"]}
    with read() as db:
        house.names["poll"] = db.scalars(select(Poll.code)).first()
    write(forget_papers)

    found, papers = check_forms(house, BEFORE, seen)

    assert found == []
    assert seen.left_out() == LATER
    check_papers(papers)


@STRICTEST
def test_each_field_while_the_evaluation_is_open(world, app, doors, seen):
    house = build(world, app, doors, WORDS, is_done=False)
    with read() as db:
        items = items_of(find_form(db, house.names["webinar_id"]))
    chosen = {"likert": "5", "single": "1", "yes_no": "no", "rating": "5", "multiple": "0"}
    answers = {item.key: chosen.get(item.kind.value, "Fine") for item in items}

    found, _ = check_forms(house, OPEN | {"evaluations.form": ("attendee", answers)}, seen)

    assert found == []
    assert "NameForm.legal_name" not in seen.left_out()


@STRICTEST
def test_each_field_after_the_session(world, app, doors, seen):
    house = build(world, app, doors, WORDS)
    found, papers = check_forms(house, {name: case for name, case in AFTER.items() if name not in OF_A_CLAIM}, seen)
    claim, entry = (AFTER[name][1] for name in ("attendance.own", "attendance.add_time"))
    house.post("attendee", house.path("attendance.own", "POST"), **claim)
    house.post("coordinator", house.path("attendance.add_time", "POST"), **entry)
    with read() as db:
        house.names["claim"] = db.scalars(select(AttendanceClaim.code)).one()
        house.names["entry"] = db.scalars(
            select(AttendanceEntry.code).where(AttendanceEntry.reason == entry["reason"])
        ).one()
    more, others = check_forms(house, {name: AFTER[name] for name in OF_A_CLAIM}, seen)

    assert found + more == []
    assert seen.left_out() & LATER == {"NameForm.legal_name"}
    check_papers(papers | others)
