"""The second person, who agrees to what the first one asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.factories import Founded
from tests.page import Page, PageClient


@pytest.fixture
def enter(app: Flask, founded: Founded) -> Callable[[str], PageClient]:
    """Sign somebody of the founded programme in, by their alias, on a device of their own."""

    def enter(alias: str) -> PageClient:
        device, card = PageClient(app), founded.cards[alias]
        assert device.submit("/sign-in", alias=alias, passphrase=card.passphrase).status_code == 303
        return device

    return enter


def waiting(device: PageClient, about: str = "") -> list[dict[str, Any]]:
    """Return the forms by which this person may agree to something, the oldest first; of what says *about* alone."""
    panels = re.split("(?=<h3)", device.get("/second-yes").text)
    forms = [form for panel in panels if about in panel for form in Page(panel).forms]
    return [form for form in forms if form["action"].endswith("/agree")]


def agree(device: PageClient, at: int = 0, about: str = "") -> Any:
    """Say the second yes to what waits for it."""
    form = waiting(device, about)[at]
    return device.post(form["action"], data=form["fields"])
