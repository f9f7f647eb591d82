"""The second person, who agrees to what the first one asked for."""

from __future__ import annotations

from typing import Any

from tests.page import Page, PageClient


def waiting(device: PageClient) -> list[dict[str, Any]]:
    """Return the forms by which this person may agree to something, the oldest first."""
    return [form for form in Page(device.get("/second-yes").text).forms if form["action"].endswith("/agree")]


def agree(device: PageClient, at: int = 0) -> Any:
    """Say the second yes to what waits for it."""
    form = waiting(device)[at]
    return device.post(form["action"], data=form["fields"])
