"""What tests of people ask for: the statements the database was sent, and the cards of a programme just founded."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.programme import founding
from tests.factories import NOW, PLAN, Founded
from tests.laid_out import emptied, prepared
from tests.statements import sent_to


@pytest.fixture
def queries(session: Session) -> Iterator[list[str]]:
    """The statements sent over this test's own database session, as they happen."""
    with sent_to(session.get_bind()) as seen:
        yield seen


@pytest.fixture
def cards(session: Session, keys: KeyFolder) -> dict[str, str]:
    """The printed words of a programme that was founded as `init` does, by chosen name."""
    emptied(keys)
    founded = prepared("as init does", session, keys, lambda: _founded_for_real(session, keys))
    return {alias: card.passphrase for alias, card in founded.cards.items()}


def _founded_for_real(session: Session, keys: KeyFolder) -> Founded:
    with clock.stopped_at(NOW):
        founded = founding.found(session, keys, PLAN, NOW)
    session.commit()
    keys.end_founding()
    assert not founded.shares, "whoever founds it is given no share"
    return Founded(session, keys, {card.alias: card for card in founded.cards}, [])
