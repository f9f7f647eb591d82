"""What a participant's first page weighs, and how soon it can be used: `make bench ARGS=weight`.

Each page is opened by a new browser that has nothing of ours yet, over a line of 400 kbit/s with 100 ms there and back,
on a processor slowed four times; and once more the first page of an enrolled kiosk, which has its cookie and no more.
It can be used once it is painted in its own style and its scripts have run; its letters come a moment later, and the
system's stand there until then. Bytes are those on the line, headers and all.
It ends with status 1 where a page weighs more than `MOST`, or can be used later than after `SOON` seconds.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, StorageState, sync_playwright

from governance import clock
from governance.places import service
from governance.storage import database
from tests.browser import SHELL, WHOLE, started
from tests.server import Installation, free_port

PAGES = ("/kiosk", "/say", "/vote", "/help-now")
LINE = {"offline": False, "latency": 100, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
SLOWED = 4
ROUNDS = 5
MOST = 60_000  # Bytes.
SOON = 1.0  # Seconds.
USABLE = """() => Math.max(performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd)"""


def main() -> None:
    """Serve a programme, open each page, print. Ends with status 1 where one is too heavy or too slow."""
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        here = Installation(Path(home), free_port(), workers=1)
        here.found()
        code = a_screen()
        here.close()
        here.start()
        browser = started(playwright, SHELL, WHOLE)
        try:
            first_visit(browser, here.address + PAGES[0])  # So that the server is warm.
            over = [line for page in PAGES for line in too_much(page, *measured(browser, here.address + page))]
            cookie = enrolled(browser, here.address, code)
            over += too_much("the kiosk's page", *measured(browser, here.address + PAGES[0], cookie))
        finally:
            browser.close()
            here.stop()
    if over:
        sys.exit("\n".join(over))


def a_screen() -> str:
    """Add a kiosk, and return the code that enrols it."""
    with database.transaction() as session:
        return service.enrol_kiosk(session, service.places(session)[0], "by the door", clock.today())[1]


def enrolled(browser: Browser, address: str, code: str) -> StorageState:
    """Return the cookie of a kiosk that was enrolled with *code*."""
    page = browser.new_context().new_page()
    page.goto(address + "/kiosk/enrol")
    page.fill("input[name=code]", code)
    page.locator("main form button").press("Enter")
    page.wait_for_url("**/kiosk")
    kept = page.context.storage_state()
    page.context.close()
    return kept


def measured(browser: Browser, url: str, cookie: StorageState | None = None) -> tuple[dict[str, int], float]:
    """Open *url* several times, print, and return the bytes of each file and the middle of the seconds."""
    visits = [first_visit(browser, url, cookie) for _ in range(ROUNDS)]
    sizes, seconds = visits[0][0], sorted(seconds for _, seconds in visits)[ROUNDS // 2]
    told(urlsplit(url).path + (" of an enrolled kiosk" if cookie else ""), sizes, seconds)
    return sizes, seconds


def too_much(page: str, sizes: dict[str, int], seconds: float) -> list[str]:
    """Return a line for each thing that a page may not be: too heavy, or too slow."""
    heavy = [f"{page} weighs {sum(sizes.values()):,} bytes; at most {MOST:,}."] if sum(sizes.values()) >= MOST else []
    return heavy + ([f"{page} can be used after {seconds:.2f} s; at most {SOON} s."] if seconds >= SOON else [])


def first_visit(browser: Browser, url: str, cookie: StorageState | None = None) -> tuple[dict[str, int], float]:
    """Open *url* with nothing kept but *cookie*. Returns the bytes of each file, and after how long it can be used."""
    context = browser.new_context(viewport={"width": 1024, "height": 768}, storage_state=cookie)
    page = context.new_page()
    tap = context.new_cdp_session(page)
    tap.send("Network.enable")
    tap.send("Network.emulateNetworkConditions", LINE)
    tap.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    tap.on("Network.requestWillBeSent", lambda told: names.update({told["requestId"]: told["request"]["url"]}))
    tap.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: int(told["encodedDataLength"])}))
    page.goto(url, wait_until="networkidle")
    usable = page.evaluate(USABLE) / 1000
    context.close()
    return {urlsplit(names[each]).path: size for each, size in sizes.items()}, usable


def told(page: str, sizes: dict[str, int], seconds: float) -> None:
    """Print one page: its files, their sum, and the middle of its times."""
    print(f"{page}: {sum(sizes.values()):,} bytes, usable after {seconds:.2f} s")
    for name, size in sizes.items():
        print(f"  {size:>7,}  {name}")


if __name__ == "__main__":
    main()
