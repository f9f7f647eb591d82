"""Take the README's pictures from the demo, in a real Chromium: `make screenshots`."""

from __future__ import annotations

import logging
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from governance import create_app
from governance import demo as the_demo
from tests.browser import FLAGS, WHOLE, environment, find_chromium
from tests.databases import migrate

HERE = Path(__file__).parent
PICTURES = (("wall", "/", 1280, 900), ("kiosk", "/kiosk", 1024, 768))


def main() -> None:
    """Load the demo into a temporary folder, serve it, and take each picture."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as home:
        settings = {"GOVERNANCE_MODE": "demo", "GOVERNANCE_HOME": home}
        app = create_app({**settings, "GOVERNANCE_SECRET": the_demo.secret_of_this_demo(Path(home))})
        the_demo.load_once(app, lambda app: migrate(app.config["SQLALCHEMY_DATABASE_URI"]))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        take(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


def take(url: str) -> None:
    """Open each page at its size and keep what is seen of it."""
    chromium = find_chromium(WHOLE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS, env=environment(chromium))
        for name, address, width, height in PICTURES:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(url + address)
            page.screenshot(path=HERE / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
