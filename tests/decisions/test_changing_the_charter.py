"""A charter changes by its own vote: only the public record of a yes to such a proposal leads to a new version."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from governance.decisions import service
from governance.keys.keyfolder import KeyFolder
from governance.proposals.rules import Kind, Power
from tests.decisions.factories import TODAY, a_draft
from tests.decisions.factories import WHOLE as RECORD
from tests.proposals.factories import WHOLE

CHANGE = replace(WHOLE, kind=Kind.CHARTER_CHANGE, power=Power.BOARD)
ALL, FEW = ("yes",) * 5, ("yes", "no", "no", "no", "no")


@pytest.mark.parametrize(
    ("choices", "fields", "counts"), [(ALL, CHANGE, True), (FEW, CHANGE, False), (ALL, WHOLE, False)]
)
def test_only_a_yes_to_a_change_of_the_charter_changes_it(
    session: Session, keys: KeyFolder, choices: tuple[str, ...], fields: object, counts: bool
) -> None:
    kind = "two_thirds" if fields is CHANGE else "majority"
    record, _ = a_draft(session, keys, choices, kind=kind, fields=fields)
    assert service.decided(session, Kind.CHARTER_CHANGE) == [], "a draft changes nothing yet"
    service.complete(session, record, RECORD)
    service.adopt(session, keys, record, TODAY)
    assert (record in service.decided(session, Kind.CHARTER_CHANGE)) is counts
