"""What must never be forgotten: permissions, documentation, one place for eventlet, no unfinished work."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from webinar_app.config import Settings
from webinar_app.web import security, sockets

ROOT = Path(__file__).resolve().parents[2]
PYTHON = list(ROOT.glob("webinar_app/**/*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_import_ladder_holds():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_every_endpoint_declares_who_may_use_it(the_app):
    open_ones = [
        rule.endpoint for rule in the_app.url_map.iter_rules() if not security.access_of(the_app, rule.endpoint)
    ]

    assert open_ones == []


def test_every_live_event_declares_a_permission_and_a_payload(the_app):
    from webinar_app.app import SOCKETS, _optional

    for feature in SOCKETS:
        _optional(f"webinar_app.{feature}.sockets")

    assert sockets.events
    assert [e.name for e in sockets.events.values() if not e.requires or e.payload is sockets.Payload] == []


def test_every_setting_is_documented():
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    assert [name for name in Settings.model_fields if f"WEBINAR_{name.upper()}" not in told] == []


def test_every_command_is_documented():
    from webinar_app.cli import main

    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    missing = [name for name, command in main.commands.items() if not command.hidden and f"webinar {name}" not in told]
    assert missing == []


def test_only_the_runtime_names_eventlet():
    named = [str(path.relative_to(ROOT)) for path in PYTHON if {"eventlet", "gevent"} & imports(path)]

    assert [name for name in named if not name.startswith("webinar_app/infra/runtime/")] == []


def test_no_page_holds_inline_script_or_style():
    pages = [
        path for path in ROOT.glob("templates/**/*.html") if not path.is_relative_to(ROOT / "templates" / "emails")
    ]
    inline = re.compile(r"<style\b|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I)
    allowed = {"certificate.html"}  # a PDF, which stands alone

    assert [str(p) for p in pages if p.name not in allowed and inline.search(p.read_text(encoding="utf-8"))] == []


def test_nothing_is_left_unfinished():
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    paths = [*PYTHON, *ROOT.glob("static/js/**/*.js"), *ROOT.glob("templates/**/*.html")]

    assert [str(path) for path in paths if unfinished.search(path.read_text(encoding="utf-8"))] == []


def test_buttons_are_named_by_the_words_that_stand_on_them():
    """Who speaks to a computer says what they see (WCAG 2.5.3)."""
    button = re.compile(r'button\("([^"]+)"(?:(?!button\().)*?"aria-label": "([^"]*)"')
    named = [pair for path in ROOT.glob("templates/**/*.html") for pair in button.findall(path.read_text("utf-8"))]

    assert len(named) > 20
    assert [(seen, said) for seen, said in named if not said.startswith(seen)] == []
