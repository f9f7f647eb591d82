"""The second person, who agrees to what the first one asked for."""

from __future__ import annotations

import re
from typing import Any

from tests.page import Page, PageClient


def waiting(device: PageClient, about: str = "") -> list[dict[str, Any]]:
    """Return the forms by which this person may agree to something, the oldest first; of what says *about* alone."""
    panels = re.split("(?=<h3)", device.get("/second-yes").text)
    forms = [form for panel in panels if about in panel for form in Page(panel).forms]
    return [form for form in forms if form["action"].endswith("/agree")]


def agree(device: PageClient, at: int = 0, about: str = "") -> Any:
    """Say the second yes to what waits for it."""
    form = waiting(device, about)[at]
    return device.post(form["action"], data=form["fields"])
