"""Bring a fresh clone to where it can run: environment, locked packages, browser libraries, system libraries.

Uses the standard library only, because nothing else is installed yet. Whatever is already in place is left alone, so
that a second run takes a fraction of a second.
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "setup-stamps.json"
MINIMUM_PYTHON = (3, 11)
MINIMUM_NODE = 20
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
COPY_ASSETS = (
    "import sys; from pathlib import Path; from webinar_app.infra.assets import copy_assets; "
    "copy_assets(Path(sys.argv[1]))"
)
CUT_FONTS = (
    "import sys; from pathlib import Path; from webinar_app.infra.pdf.fonts import Shelf; "
    "Shelf(Path(sys.argv[1])).cut_ahead()"
)


class Problem(Exception):
    """Something a person must put right; the message is one clear line."""


def say(line: str) -> None:
    """Print one line of progress at once."""
    print(f"  {line}", flush=True)


def run(
    command: list[str],
    what: str,
    on_line: Callable[[str], None] | None = None,
    env: dict[str, str] | None = None,
    cwd: Path = ROOT,
) -> None:
    """Run a command and hand its lines to `on_line`; when it fails, show its last lines and raise `Problem`."""
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip())
            if on_line:
                on_line(lines[-1])
    if process.returncode:
        print("\n".join(lines[-25:]), file=sys.stderr)
        raise Problem(f"{what} failed; the lines above say why.")


def digest(*paths: Path) -> str:
    """Give one hash over the contents of files."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def read_stamps() -> dict[str, str]:
    """Give what earlier runs have finished."""
    try:
        return dict(json.loads(STAMPS.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def write_stamps(stamps: dict[str, str]) -> None:
    """Keep what is finished, so that the next run may leave it out."""
    STAMPS.write_text(json.dumps(stamps, indent=2) + "\n", "utf-8")


@contextmanager
def only_one() -> Iterator[None]:
    """Let a second set-up of the same clone wait for the first."""
    with (ROOT / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """Create `.venv` unless a usable one is there."""
    if PYTHON.exists() and (VENV / "pyvenv.cfg").exists():
        return
    say("Creating .venv …")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    try:
        run(command, "Creating .venv")
    except Problem:
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        install_packages([version], "Python's venv module")
        run(command, "Creating .venv")


def install_python_packages(stamps: dict[str, str], dev: bool) -> None:
    """Install the lock file's packages by hash when the lock has changed; the dev lock holds the other one too.

    Nothing is resolved, because a lock is whole: where a package asks for another one with an extra, pip would look at
    that one's newest release before it looks at the lock, and refuse it. `pip check` says afterwards that all is there.
    """
    locks = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
    wanted = {name: digest(lock) for name, lock in locks.items()}
    name = "dev" if dev else "run"
    if stamps.get(name) == wanted[name] and (not dev or stamps.get("run") == wanted["run"]):
        return
    total = sum(" \\" in line and "==" in line for line in locks[name].read_text("utf-8").splitlines())
    say(f"Installing {total} Python packages from {locks[name].name}; the first time this takes about a minute.")
    seen = 0

    def show(line: str) -> None:
        nonlocal seen
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            seen += 1
            if seen % 20 == 0:
                say(f"{seen} of {total} found")
        elif line.startswith("Installing collected packages"):
            say("All found; unpacking …")

    began = time.monotonic()
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    run([*pip, "--no-deps", "--require-hashes", "-r", str(locks[name])], "Installing Python packages", show)
    run([str(PYTHON), "-m", "pip", "check", "--disable-pip-version-check"], "Checking the installed Python packages")
    for old in ("run", "dev"):
        stamps.pop(old, None)
    stamps.update(wanted if dev else {"run": wanted["run"]})
    write_stamps(stamps)
    say(f"Python packages are in place ({time.monotonic() - began:.0f} s).")


def install_browser_packages(stamps: dict[str, str]) -> None:
    """Install the browser libraries and fonts from the package lock when it has changed."""
    wanted = digest(ROOT / "package.json", ROOT / "package-lock.json")
    if stamps.get("npm") == wanted and (ROOT / "node_modules").is_dir():
        return
    check_node()
    say("Installing browser libraries and fonts with npm …")
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm ci")
    stamps["npm"] = wanted
    stamps.pop("assets", None)
    write_stamps(stamps)


def check_node() -> None:
    """Raise `Problem` unless Node and npm are here and new enough."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise Problem(f"Node.js {MINIMUM_NODE} or newer with npm is needed; install it and run this again.")
    typed = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if int(typed.lstrip("v").split(".")[0] or 0) < MINIMUM_NODE:
        raise Problem(f"Node.js {MINIMUM_NODE} or newer is needed; this is {typed}.")


def copy_assets(stamps: dict[str, str]) -> None:
    """Copy browser libraries and fonts into `static/` when they, or the copying code, have changed."""
    code = ROOT / "webinar_app" / "infra" / "assets.py"
    wanted = digest(ROOT / "package-lock.json", code)
    there = all((ROOT / "static" / folder).is_dir() for folder in ("vendor", "fonts"))
    if stamps.get("assets") == wanted and there:
        return
    say("Copying browser libraries and fonts into static/ …")
    run([str(PYTHON), "-c", COPY_ASSETS, str(ROOT)], "Copying browser libraries")
    stamps["assets"] = wanted
    write_stamps(stamps)


def cut_fonts(stamps: dict[str, str]) -> None:
    """Unpack the fonts of papers when they, their packages or the cutting code have changed; no server waits for it."""
    code = ROOT / "webinar_app" / "infra" / "pdf" / "fonts.py"
    wanted = digest(ROOT / "package-lock.json", ROOT / "requirements.lock", code)
    folder = ROOT / "static" / "fonts"
    if stamps.get("fonts") == wanted and (folder / "cuts").is_dir():
        return
    say("Cutting the fonts of certificates …")
    run([str(PYTHON), "-c", CUT_FONTS, str(folder)], "Cutting fonts")
    stamps["fonts"] = wanted
    write_stamps(stamps)


def loads(*libraries: str) -> bool:
    """Say whether shared libraries can be loaded here."""
    for library in libraries:
        try:
            ctypes.CDLL(library)
        except OSError:
            short = library.split(".so")[0].removeprefix("lib")
            if sys.platform.startswith("linux") or not ctypes.util.find_library(short):
                return False
    return True


def check_system(dev: bool) -> None:
    """Install missing system packages where that is possible, or raise `Problem` with the exact command."""
    if not loads("libpango-1.0.so.0", "libpangoft2-1.0.so.0"):
        install_packages(["libpango-1.0-0", "libpangoft2-1.0-0"], "Pango, which draws the certificates,")
        if not loads("libpango-1.0.so.0", "libpangoft2-1.0.so.0"):
            raise Problem("Pango is installed and still cannot be loaded; see `ldconfig -p | grep pango`.")
    if dev:
        missing = {
            "chromium": not find_browser(),
            "poppler-utils": not shutil.which("pdftotext"),
            "libical3": not loads("libical.so.3"),
        }
        names = [name for name, is_missing in missing.items() if is_missing]
        if names:
            install_packages(names, "What the tests need")


def find_browser() -> str | None:
    """Give the path of a Chromium for the browser tests, or None."""
    chosen = os.environ.get("WEBINAR_TEST_CHROMIUM")
    return chosen if chosen and Path(chosen).exists() else next(filter(None, map(shutil.which, BROWSERS)), None)


def install_packages(names: list[str], what: str) -> None:
    """Install Debian packages where this is root on Debian; elsewhere raise `Problem` with the exact command."""
    command = ["apt-get", "install", "-y", *names]
    if not shutil.which("apt-get"):
        raise Problem(f"{what} is missing. On Debian: {' '.join(command)}")
    if os.geteuid() != 0:
        raise Problem(f"{what} is missing. Run this, then start again: sudo {' '.join(command)}")
    say(f"{what} is missing; running: {' '.join(command)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        run(command, " ".join(command), env=quiet)
    except Problem:
        say("The list of packages may be old; running: apt-get update")
        run(["apt-get", "update"], "apt-get update", env=quiet)
        run(command, " ".join(command), env=quiet)


def forget_demo() -> None:
    """Delete the demonstration's data; refuse while it runs, and refuse a folder that is no demonstration."""
    folder = Path(os.environ.get("WEBINAR_INSTANCE") or ROOT / "instance")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / "demo.json").exists():
        raise Problem(f"{folder} has no demo.json and may hold real data; it was left as it is.")
    lock = folder / "server.lock"
    if lock.exists():
        with lock.open("r+") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Problem("The demonstration is still running; stop it with Ctrl-C first.") from None
    shutil.rmtree(folder)
    say(f"Deleted the demonstration's data in {folder.name}/.")


def build_benchmarks() -> None:
    """Build the packages that benchmarks compare against, each in its own folder; this may take minutes."""
    folders = sorted(path.parent for path in (ROOT / "benchmarks").glob("*/package-lock.json"))
    if not folders:
        say("No benchmark needs a build.")
    for folder in folders:
        say(f"Building {folder.relative_to(ROOT)}; this may take two minutes …")
        run(["npm", "ci", "--no-audit", "--no-fund"], f"npm ci in {folder.name}", cwd=folder)


def set_up(wanted: argparse.Namespace) -> None:
    """Do what is asked for and still undone, in an order in which each step finds what it needs."""
    if wanted.forget_demo:
        forget_demo()
    make_environment()
    stamps = read_stamps()
    install_python_packages(stamps, wanted.dev)
    install_browser_packages(stamps)
    copy_assets(stamps)
    cut_fonts(stamps)
    check_system(wanted.dev)
    if wanted.bench:
        build_benchmarks()


def main() -> int:
    """Read the command line, set up, and give the exit status."""
    parser = argparse.ArgumentParser(description="Install what Rostrum needs.")
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--bench", action="store_true", help="also build what benchmarks compare against")
    parser.add_argument("--forget-demo", action="store_true", help="delete the demonstration's data first")
    wanted = parser.parse_args()
    if sys.version_info < MINIMUM_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        advice = f"Rostrum needs Python 3.11 or newer; {sys.executable} is {found}. Try: make PYTHON=python3.11"
        print(advice, file=sys.stderr)
        return 1
    try:
        with only_one():
            set_up(wanted)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the next run goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
