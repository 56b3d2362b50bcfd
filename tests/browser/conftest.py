"""A browser, and pages of a sandbox in it: Debian's Chromium, driven by Playwright, which never downloads one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from shutil import which

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from sandbox.running import RunningSandbox
from tests.conftest import Serve

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000
"""How long a page may take on a busy machine."""

SCRIPTING = pytest.mark.parametrize(
    "scripting", [pytest.param(True, id="with JavaScript"), pytest.param(False, id="without JavaScript")]
)
"""What makes sense without JavaScript is tried without it too."""

Open = Callable[..., Page]
"""Opens a page of the first account; options are the browser's."""


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a browser with no past; where there is none, the test is skipped, but never in CI."""
    path = next(filter(None, map(which, NAMES)), None)
    if path is None:
        reason = f"no browser here: none of {', '.join(NAMES)} is installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    is_root = sys.platform == "linux" and os.geteuid() == 0
    flags = [*FLAGS, *(["--no-sandbox"] if is_root else [])]
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=flags) as browser:
        yield browser


@pytest.fixture
def url(sandbox: RunningSandbox, serve: Serve) -> str:
    """Return where the sandbox is served."""
    return serve(sandbox)


@pytest.fixture
def open_page(browser: Browser, url: str) -> Iterator[Open]:
    """Open pages, each in a window of its own; what a page complains of fails the test."""
    with windows(browser) as open_at:
        yield partial(open_at, url)


@contextmanager
def windows(browser: Browser) -> Iterator[Open]:
    """Open windows on pages of sandboxes, and note what the pages complain of."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    with ExitStack() as stack:

        def open_at(url: str, path: str = "", **options: object) -> Page:
            context: BrowserContext = stack.enter_context(browser.new_context(base_url=url, **options))
            context.set_default_timeout(PATIENCE_MS)
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            page = context.new_page()
            page.on("console", note)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(address(path))
            return page

        yield open_at
    assert complaints == []


def address(path: str) -> str:
    """Return the address of a page of the first account; ``/console…`` is any page."""
    return path if path.startswith("/console") else f"/console/accounts/widget{path}"
