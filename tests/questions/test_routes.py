"""Questions as a file for coordinators."""

import csv
import io

from page_words import let_in
from sqlalchemy import select

from webinar_app.audit.models import AuditEntry
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read


def lines(answer):
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_file_holds_every_question_with_what_became_of_it(world, doors, app):
    webinar = world.live_webinar()
    desk, ada = doors.enter(world.staff(webinar)), doors.enter(world.attendee(webinar, "Ada Lovelace"))
    texts = ("=1+1", "Why?", "How?")
    first, second, third = [
        ada.act("question.ask", text=text, anonymous=text == "Why?")["data"]["question"] for text in texts
    ]
    desk.act("question.tag", question=first, objective=2)
    desk.act("question.answer", question=first, how="private", text="@So")
    desk.act("question.merge", question=third, into=second)
    client = let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))

    answer = client.get(f"/manage/webinars/{webinar['code']}/questions.csv")

    told = {one["Code"]: one for one in lines(answer)}
    names = ("Asked by", "State", "Question", "Objective", "Answer", "Merged into")
    assert [[told[code][name] for name in names] for code in (first, second, third)] == [
        ["Ada", "Answered to the asker alone", "'=1+1", "2. Objective 2", "'@So", ""],
        ["Without a name", "Not published", "Why?", "", "", ""],
        ["Ada", "Merged", "How?", "", "", second],
    ]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="questions-{webinar["code"]}.csv"'
    with read() as db:
        assert "questions.exported" in db.scalars(select(AuditEntry.act)).all()
