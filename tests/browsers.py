"""Real browsers for tests: the machine's Chromium, people with contexts of their own, and a scratch installation."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Request, Response, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from stand import Stand  # noqa: E402  # a benchmark's module, found by the line above

from webinar_app import config  # noqa: E402
from webinar_app.infra.storage import storage  # noqa: E402

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
PATIENCE_MS = 20_000
TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content security policy: ${event.violatedDirective} refused ${event.blockedURI}`));"""
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 1000}}
STILL: dict[str, Any] = {"reduced_motion": "reduce", "timezone_id": "America/Los_Angeles"}
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
KEPT = ROOT / "test-results"


def chromium_path() -> str:
    """Give the machine's Chromium; without one the browser tests fail."""
    chosen = os.environ.get("WEBINAR_TEST_CHROMIUM")
    found = chosen if chosen and Path(chosen).exists() else next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, "No Chromium on this machine: install one, or name it in WEBINAR_TEST_CHROMIUM."
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run one headless Chromium."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def installation(**settings: Any) -> Iterator[Stand]:
    """Prepare a scratch installation and forget its settings in this process afterwards."""
    before = dict(os.environ)
    try:
        with Stand(**settings) as stand:
            yield stand
    finally:
        os.environ.clear()
        os.environ.update(before)
        for cached in (config.settings, config.links, storage):
            cached.cache_clear()


class Someone:
    """A person with a browser context of their own, and everything that went wrong in it."""

    def __init__(self, browser: Browser, name: str, stand: Stand, **options: Any) -> None:
        self.name, self.stand = name, stand
        self.troubles: list[str] = []
        self.context = browser.new_context(locale="en-US", base_url=stand.url, **options)
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_init_script(TELL_VIOLATIONS)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self._note(f"exception: {error.error}"))
        self.context.on("response", self._response)
        self.context.on("request", self._request)
        self.page = self.context.new_page()

    def _note(self, words: str) -> None:
        self.troubles.append(f"{self.name}: {words}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._note(f"console {message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self._note(f"{response.status} {response.url}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.stand.url, self.stand.url.replace("http", "ws", 1), "data:", "blob:")):
            self._note(f"asked another server: {request.url}")

    def keep(self, folder: Path) -> None:
        """Keep a picture and the page for whoever looks into a failure."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(self.context.pages):
            page.screenshot(path=folder / f"{self.name}-{number}.png")
            (folder / f"{self.name}-{number}.html").write_text(page.content(), encoding="utf-8")


def mark_page(someone: Someone) -> None:
    """Mark the page as it is, so that a reload would be seen."""
    someone.page.evaluate("() => { window.markedByTest = true; }")


def is_marked(someone: Someone) -> bool:
    """Say whether the page is still the one that was marked."""
    return bool(someone.page.evaluate("() => window.markedByTest === true"))


def keep_all(people: list[Someone], stand: Stand, name: str) -> None:
    """Keep pictures, pages and logs of a failed test under `test-results/`."""
    folder = KEPT / re.sub(r"\W+", "-", name)
    shutil.rmtree(folder, ignore_errors=True)
    for someone in people:
        someone.keep(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "troubles.txt").write_text("\n".join(one for someone in people for one in someone.troubles))
    for log in ("web.log", "worker.log"):
        (folder / log).write_text(stand.log(log), encoding="utf-8")
