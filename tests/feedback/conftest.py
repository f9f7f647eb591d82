"""What most tests of giving feedback ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from tests.factories import NOW, Founded, an_open_programme
from tests.feedback.factories import Walk
from tests.page import PageClient


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    """An open programme."""
    return an_open_programme(session, keys)


@pytest.fixture
def phone(client: PageClient, founded: Founded) -> Walk:
    """Somebody who gives feedback on a phone of their own."""
    return Walk(client)


@pytest.fixture
def kiosk(client: PageClient, founded: Founded) -> Walk:
    """Somebody who gives feedback at a shared screen."""
    return Walk(client, "/kiosk")


@pytest.fixture
def at_noon() -> Iterator[None]:
    """The first day, at noon."""
    with clock.stopped_at(NOW):
        yield
