"""A real Chromium for the tests, started as the people it stands for would meet it: with its back/forward cache on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

# `.ci/browser.py` unpacks npm's Chromium here.
NPM_FOLDER = Path(__file__).parent.parent / ".venv" / "chromium"

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Playwright turns the cache off. Left off, a test of "the next person sees nothing" is green while a kiosk leaks.
NOT_FROM_PLAYWRIGHT = ("--disable-back-forward-cache",)


class NoBrowser(Exception):
    """There is no Chromium on this machine; the sentence says what to install."""


def find_chromium() -> Path:
    """Return the Chromium to test with: the one named by CHROMIUM, Debian's, or npm's. Raises NoBrowser."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not shutil.which(named):
            raise NoBrowser(f"CHROMIUM is {named!r}, and there is no program there. Correct it or unset it.")
        return Path(str(shutil.which(named)))
    for place in (Path("/usr/bin/chromium"), NPM_FOLDER / "chromium"):
        if os.access(place, os.X_OK):
            return place
    raise NoBrowser(
        "The tests need Chromium and found none. Run: apt-get install chromium (as root), "
        "or install npm and run make test again, or set CHROMIUM to a Chromium of yours."
    )


def environment(chromium: Path) -> dict[str, str | float | bool]:
    """Return the environment to start *chromium* in: npm's build finds its libraries and fonts beside it."""
    if chromium.parent != NPM_FOLDER:
        return {**os.environ}
    libraries = [str(NPM_FOLDER / "al2023" / "lib"), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(libraries), "FONTCONFIG_FILE": str(NPM_FOLDER / "fonts.conf")}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run. A run without one is an error, never a skip."""
    chromium = find_chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=FLAGS,
            ignore_default_args=NOT_FROM_PLAYWRIGHT,
            env=environment(chromium),
        )
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A person's own browser, with nothing in it yet."""
    fresh = browser.new_context()
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty page, with scripts on."""
    return context.new_page()


@pytest.fixture
def page_without_scripts(browser: Browser) -> Iterator[Page]:
    """An empty page in a browser that runs no scripts."""
    fresh = browser.new_context(java_script_enabled=False)
    yield fresh.new_page()
    fresh.close()


def settled(page: Page) -> None:
    """Wait until the browser has stopped loading. A page out of its back/forward cache tells no listener so."""
    for _ in range(250):
        with suppress(Error):  # It is just changing from one page to the next.
            if page.evaluate("document.readyState") == "complete":
                return
        page.wait_for_timeout(20)
    raise TimeoutError(page.url)
