"""The settings that lock a tablet down, and the guide that says what each is for, are of one mind."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent.parent
SETTINGS = json.loads((ROOT / "deploy/kiosk/chromium.json").read_text())
GUIDE = (ROOT / "docs/kiosk.md").read_text()


def explained() -> list[str]:
    """Return the names in the first column of the guide's table."""
    rows = re.findall(r"^\| (`.*`) \| .+ \|$", GUIDE, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_each_setting_is_explained_once() -> None:
    assert sorted(explained()) == sorted(SETTINGS)


def test_it_leaves_one_site_and_begins_there() -> None:
    assert SETTINGS["URLBlocklist"] == ["*"]
    pages = {SETTINGS["HomepageLocation"], *SETTINGS["RestoreOnStartupURLs"]}
    assert {urlsplit(page).path for page in pages} == {"/kiosk"}
    assert [urlsplit(page).hostname for page in pages] == SETTINGS["URLAllowlist"]
