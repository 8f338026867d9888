"""No audience is named by a client: names are made from ids of members and rows (R-3)."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAKERS = {"room_audience", "person_audience", "voted_audience"}
HEARD = {"hear", "broadcast", "listening", "admit"}
OWN = "webinar_app/web/sockets.py"
SENT = {"sent", "payload", "auth", "request"}
# A vote's poll code comes from the client: the writer has found that poll in the member's own room before it is heard.
PROVED = {("webinar_app/polls/sockets.py", "voted_audience(act.poll)")}


def _modules():
    for path in sorted(ROOT.glob("webinar_app/**/*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def _calls(tree, names):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            func = node.func
            name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
            if name in names:
                yield node


def _roots(node):
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def named_by_clients(modules):
    """Give where an audience's name is made of what a client sent, or written down by hand."""
    found = []
    for path, tree in modules:
        for call in _calls(tree, MAKERS):
            given = [*call.args, *(one.value for one in call.keywords)]
            if any(_roots(one) & (SENT | {"act"}) for one in given) and (path, ast.unparse(call)) not in PROVED:
                found.append((path, ast.unparse(call)))
        if path != OWN:
            for node in ast.walk(tree):
                is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
                if is_text and node.value.startswith(("room:", "person:", "voted:")) and _is_joined(tree, node):
                    found.append((path, node.value))
            found += [
                (path, ast.unparse(call)) for call in _calls(tree, HEARD)
                if call.args and any(_roots(one) & SENT for one in call.args[:2]) and _is_of_sockets(call)
            ]  # fmt: skip
    return found


def _is_of_sockets(call):
    func = call.func
    return isinstance(func, ast.Name) or (isinstance(func.value, ast.Name) and func.value.id == "sockets")


def _is_joined(tree, text):
    """Say whether a text begins a name that is put together here."""
    joined = (one for one in ast.walk(tree) if isinstance(one, ast.JoinedStr))
    return any(one.values and one.values[0] is text for one in joined)


# Scopes of idempotency keys and of locks have the same form; the hint of a new row is made of the row's own ids.
NO_AUDIENCES = {
    ("webinar_app/accounts/services/__init__.py", "person:"),
    ("webinar_app/accounts/services/links.py", "person:"),
    ("webinar_app/core/actor.py", "person:"),
    ("webinar_app/people/services/attaching.py", "person:"),
    ("webinar_app/retention/queries/erasing.py", "person:"),
    ("webinar_app/webinars/services/__init__.py", "room:"),
    ("webinar_app/webinars/services/rehearsing.py", "person:%:"),
}


def test_no_audience_is_named_by_what_a_client_sent():
    assert set(named_by_clients(_modules())) == NO_AUDIENCES


def test_every_name_is_made_of_ids_of_members_rows_or_keys_of_streams():
    arguments = {ast.unparse(call.args[0]) for path, tree in _modules() if path != OWN for call in _calls(tree, MAKERS)}

    assert arguments == {
        "*key", "act.poll", "code", "connection.member.webinar_id", "member.person_id", "member.webinar_id",
        "person_id", "poll.code", "poll.webinar_id", "webinar_id",
    }  # fmt: skip


def test_a_name_from_a_client_would_be_found():
    bad = """
def listen(connection, sent):
    hear(connection, room_audience(sent.room, "all"))
    sockets.broadcast(f"room:{sent.room}:staff", "x", {})
    sockets.hear(connection, sent.audience)
"""

    assert len(named_by_clients([("webinar_app/bad/sockets.py", ast.parse(bad))])) >= 4
