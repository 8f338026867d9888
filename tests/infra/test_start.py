"""What a start refuses (reliability X-7), and the shape of the libraries that we change (P-5)."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import engineio.server
import engineio.socket
import eventlet.wsgi
import pytest
from eventlet.hubs.hub import BaseHub

from webinar_app.config import Settings, WrongSettings, load
from webinar_app.infra.runtime.engineio import Wire
from webinar_app.infra.runtime.selftest import WrongEnvironment, check_sqlite

ROOT = Path(__file__).resolve().parents[2]
GOOD = {"secret_key": "a" * 32, "public_url": "https://learn.example.org", "demo": False}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"secret_key": ""}, "WEBINAR_SECRET_KEY"),
        ({"secret_key": "change-me"}, "WEBINAR_SECRET_KEY"),
        ({"secret_key": "short"}, "WEBINAR_SECRET_KEY"),
        ({"public_url": ""}, "WEBINAR_PUBLIC_URL"),
        ({"public_url": "learn.example.org"}, "WEBINAR_PUBLIC_URL"),
        ({"demo": True}, "WEBINAR_DEMO"),
    ],
)
def test_wrong_settings_are_refused_in_one_line(changes, told):
    with pytest.raises(WrongSettings) as refused:
        load(**(GOOD | changes)).check_for_server()

    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_good_settings_pass():
    assert load(**GOOD).check_for_server() is None


def test_unreadable_setting_names_itself(monkeypatch):
    monkeypatch.setenv("WEBINAR_PORT", "many")

    with pytest.raises(WrongSettings, match="WEBINAR_PORT"):
        load()


@pytest.mark.parametrize("version", [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 50, 6), (3, 51, 2)])
def test_sqlite_that_damages_databases_is_refused(version):
    with pytest.raises(WrongEnvironment, match=r"SQLite \d"):
        check_sqlite(version)


@pytest.mark.parametrize("version", [(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 53, 4)])
def test_mended_sqlite_passes(version):
    assert check_sqlite(version) is None


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["-O"], "selftest.check(sqlite=True)", "without -O"),
        ([], "runtime._mode = 'eventlet'; selftest.check(sqlite=True)", "not patched"),
        ([], "runtime._mode = 'eventlet'; selftest.check(sqlite=False)", "PSYCOPG_WAIT_FUNC"),
    ],
)
def test_wrong_environment_ends_the_process_in_one_line(arguments, code, told):
    script = f"from webinar_app.infra import runtime; from webinar_app.infra.runtime import selftest; {code}"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_patched_process_passes_its_own_test():
    script = (
        "from webinar_app.infra import runtime; runtime.patch('eventlet'); "
        "from webinar_app.infra.runtime import selftest; selftest.check(sqlite=True); selftest.check(sqlite=False)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_engineio_still_has_the_shape_that_we_extend():
    connecting = inspect.getsource(engineio.server.Server._handle_connect)
    ours = {name for name in vars(Wire) if callable(vars(Wire)[name])} - {"__init__", "put", "cut", "_heard", "_ended"}

    assert "socket.Socket(self, sid)" in connecting
    assert re.findall(r"\bs\.(\w+)\(", connecting) == ["send", "schedule_ping", "handle_get_request", "poll"]
    assert {name: list(inspect.signature(getattr(Wire, name)).parameters) for name in ours} == {
        name: list(inspect.signature(getattr(engineio.socket.Socket, name)).parameters) for name in ours
    }


def test_eventlet_still_has_the_shape_that_we_extend():
    serving = inspect.getsource(eventlet.wsgi)

    assert "connections[client_addr] = connection = [client_addr, client_socket, STATE_IDLE]" in serving
    assert "if WSGI_LOCAL.already_handled:" in inspect.getsource(eventlet.wsgi.HttpProtocol.handle_one_response)
    assert list(inspect.signature(BaseHub.add).parameters) == ["self", "evtype", "fileno", "cb", "tb", "mark_as_closed"]


def test_no_setting_is_without_a_description():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
