"""An older charter rules nothing where somebody took the newest one away: its row, and what its line says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from governance.board import service
from governance.board.models import CharterVersion
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.ruling.errors import RuleRefused
from tests.board.factories import DAY, SMALL_BOARD, a_board

pytestmark = pytest.mark.of_one_database


@pytest.fixture
def newest(session: Session, keys: KeyFolder) -> Any:
    """Which line has the second charter, in force since just now."""
    a_board(session, keys, SMALL_BOARD)
    service.adopt_charter(session, replace(service.charter(session), least_yes=4), DAY, "2026-001")
    session.commit()
    service.check_charter_as_published(session)
    last = max(number for number, facts in ledger.leaves(session, "decisions") if facts["kind"] == "charter")
    return (Leaf.log == "decisions") & (Leaf.number == last)


@pytest.mark.parametrize("spoiled", [{"body": "{}"}, {"body": "no line"}, {"hash": bytes(32)}])
def test_an_older_charter_does_not_pass_for_the_newest(session: Session, newest: Any, spoiled: dict[str, Any]) -> None:
    session.execute(update(Leaf).where(newest).values(spoiled))
    session.execute(delete(CharterVersion).where(CharterVersion.number == 2))
    session.commit()
    assert service.charter(session).least_yes != 4
    with pytest.raises(RuleRefused, match="changed a line of the ledger"):
        service.check_charter_as_published(session)


def test_nor_does_it_where_the_line_is_gone(session: Session, newest: Any) -> None:
    session.execute(delete(Leaf).where(newest))
    session.execute(delete(CharterVersion).where(CharterVersion.number == 2))
    session.commit()
    with pytest.raises(RuleRefused, match="changed a line of the ledger"):
        service.check_charter_as_published(session)
