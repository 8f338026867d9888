"""Chat as a file for coordinators."""

import csv
import io

from page_words import let_in

from webinar_app.core.permissions import Role


def test_file_holds_every_message_with_who_could_read_it(world, doors, app):
    webinar = world.live_webinar()
    desk, ada = doors.enter(world.staff(webinar)), doors.enter(world.attendee(webinar, "Ada Lovelace"))
    hidden = ada.act("chat.post", text="=cmd()")["data"]["message"]
    desk.act("chat.hide", message=hidden)
    ada.act("chat.post", text="To you", to="staff")
    desk.act("chat.post", text="Welcome")
    client = let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))

    answer = client.get(f"/manage/webinars/{webinar['code']}/chat.csv")

    told = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    names = ("Written by", "Role", "To", "Message")
    assert [[one[name] for name in names] + [bool(one["Hidden"])] for one in told] == [
        ["Ada", "Attendee", "Everybody", "'=cmd()", True],
        ["Ada", "Attendee", "Hosts only", "To you", False],
        ["Mike", "Host", "Everybody", "Welcome", False],
    ]
