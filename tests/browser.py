"""A real Chromium for the tests, in two builds of one engine.

Debian's headless shell has no windows around its pages and takes half the time for each. It has no back/forward cache
either: what asks what the next person sees, or what Back brings, takes the whole browser, with that cache on.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from tests.deploy.certificate import certificate, mark_of

# `.ci/browser.py` unpacks npm's Chromium here.
NPM_FOLDER = Path(__file__).parent.parent / ".venv" / "chromium"
WHOLE, SHELL = "chromium", "chromium-headless-shell"  # Debian's packages, and their programs.

# Chromium heeds the last list of this kind alone, so what Playwright turns off is named again (tests/test_browser.py).
OFF_FOR_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints",
    "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch", "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)  # fmt: skip
# The whole browser draws the list under its address bar as two pages of its own, in a process of their own, for every
# window it opens: a third of what a new person's browser costs. No test looks at that bar.
OFF_AROUND_THE_PAGE = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=" + ",".join((*OFF_FOR_PLAYWRIGHT, *OFF_AROUND_THE_PAGE)),
    # Pages that follow each other share a process, as they would on an old tablet: each new one costs a tenth second.
    "--renderer-process-limit=1",
)
# Playwright turns the cache off. Left off, a test of "the next person sees nothing" is green while a kiosk leaks.
NOT_FROM_PLAYWRIGHT = ("--disable-back-forward-cache",)


class NoBrowser(Exception):
    """There is no Chromium on this machine; the sentence says what to install."""


def find_chromium(*programs: str) -> Path:
    """Return the Chromium to test with: the one named by CHROMIUM, the first of Debian's *programs* that is here, or
    npm's. Raises NoBrowser.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        if not shutil.which(named):
            raise NoBrowser(f"CHROMIUM is {named!r}, and there is no program there. Correct it or unset it.")
        return Path(str(shutil.which(named)))
    for place in (*(Path("/usr/bin", program) for program in programs), NPM_FOLDER / "chromium"):
        if os.access(place, os.X_OK):
            return place
    raise NoBrowser(
        f"The tests need Chromium and found none. Run: apt-get install {' '.join((SHELL, WHOLE))} (as root), "
        "or install npm and run make test again, or set CHROMIUM to a Chromium of yours."
    )


def environment(chromium: Path) -> dict[str, str | float | bool]:
    """Return the environment to start *chromium* in: npm's build finds its libraries and fonts beside it."""
    if chromium.parent != NPM_FOLDER:
        return {**os.environ}
    libraries = [str(NPM_FOLDER / "al2023" / "lib"), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(libraries), "FONTCONFIG_FILE": str(NPM_FOLDER / "fonts.conf")}


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives every browser of the run."""
    with sync_playwright() as playwright:
        yield playwright


def started(playwright: Playwright, *programs: str, flags: Sequence[str] = FLAGS) -> Browser:
    """Start the first of *programs* that is here. A run without one is an error, never a skip."""
    chromium = find_chromium(*programs)
    return playwright.chromium.launch(
        executable_path=chromium, args=flags, ignore_default_args=NOT_FROM_PLAYWRIGHT, env=environment(chromium)
    )


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with started(playwright, SHELL, WHOLE) as chromium:
        yield chromium


@pytest.fixture(scope="session")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The certificate for `localhost`, and its key, that `browser_that_keeps_pages` takes for a true one."""
    return certificate(tmp_path_factory.mktemp("trusted"))


@pytest.fixture(scope="session")
def browser_that_keeps_pages(playwright: Playwright, trusted: tuple[Path, Path]) -> Iterator[Browser]:
    """One with its back/forward cache on, in which a page that was left can stand again as it was.

    It trusts the tests' own certificate for `localhost`, as it would one of a known authority.
    """
    trusts = f"--ignore-certificate-errors-spki-list={mark_of(trusted[0])}"
    with started(playwright, WHOLE, flags=[*FLAGS, trusts]) as chromium:
        yield chromium


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
