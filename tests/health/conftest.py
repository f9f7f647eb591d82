"""What the tests of how it goes ask for."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from tests.factories import Founded, an_open_programme


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    """An open programme."""
    return an_open_programme(session, keys)
