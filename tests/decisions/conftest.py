"""What several tests of decisions begin with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from tests.decisions.room import Room, a_room


@pytest.fixture
def room(session: Session, keys: KeyFolder, sign_in: Callable[..., Any]) -> Room:
    """A board that votes about its own seats and roles."""
    return a_room(session, keys, sign_in)
