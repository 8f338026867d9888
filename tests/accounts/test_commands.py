from click.testing import CliRunner

from webinar_app.accounts import commands
from webinar_app.accounts.commands import user
from webinar_app.accounts.queries import find_login, roles_of
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read
from webinar_app.infra.passwords import matches

PASSWORD = "correct horse battery staple"


def run(monkeypatch, *args, password=PASSWORD):
    monkeypatch.setattr(commands, "start", lambda url, thread: None)  # the test's own connection stays
    monkeypatch.setattr("getpass.getpass", lambda prompt: password)
    return CliRunner().invoke(user, ["create-admin", *args, "--name", "Root Admin"])


def test_admin_is_made_with_a_password(world, monkeypatch):
    told = run(monkeypatch, "Root@example.org", "--password")

    with read() as db:
        login = find_login(db, "root@example.org")
        roles = roles_of(db, login.person_id)
    assert (told.exit_code, told.output) == (0, "root@example.org is an admin of Alder Institute.\n")
    assert roles == (world.provider_id, frozenset({Role.ADMIN}))
    assert matches(login.password_hash, PASSWORD)


def test_first_organisation_must_be_named(database, monkeypatch):
    unnamed = run(monkeypatch, "root@example.org")
    named = run(monkeypatch, "root@example.org", "--organisation", "Birch School")

    assert (unnamed.exit_code, "--organisation" in unnamed.output) == (1, True)
    assert named.output == "root@example.org is an admin of Birch School.\n"


def test_wrong_input_is_one_clear_line(world, monkeypatch):
    answers = [run(monkeypatch, "nobody"), run(monkeypatch, "root@example.org", "--password", password="short")]

    assert [answer.exit_code for answer in answers] == [1, 1]
    assert answers[0].output == "Error: Write an e-mail address, such as name@example.org.\n"
    assert answers[1].output.startswith("Error: Use at least 12 characters.")
