"""What was changed between a page and the lock on its vote: nothing is sealed to another key than the vote's own."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import service
from governance.ballots.as_fixed import NOT_AS_CALLED
from governance.ballots.models import Ballot, Box
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import VOTING, a_vote


@pytest.mark.of_one_database
@pytest.mark.parametrize("is_swapped", [False, True])
def test_nothing_is_sealed_to_a_key_that_was_put_in_after_the_page_was_made(
    session: Session, keys: KeyFolder, is_swapped: bool
) -> None:
    vote = a_vote(session, keys)
    service.sign_for(session, vote.ballot, vote.members[0], VOTING)
    session.commit()
    service.check_as_fixed(session, vote.ballot)  # As the page does.
    if is_swapped:
        other = {**(vote.ballot.manifest or {}), "counting_key": sealing.new_pair().public.hex()}
        session.execute(update(Ballot).values(manifest=other).execution_options(synchronize_session=False))
        session.commit()
        with pytest.raises(RuleRefused, match=NOT_AS_CALLED):
            service.drop(session, keys, vote.ballot, vote.cards[0], {"choice": "yes"}, VOTING)
    else:
        service.drop(session, keys, vote.ballot, vote.cards[0], {"choice": "yes"}, VOTING)
    assert session.scalar(select(func.count()).select_from(Box)) == (0 if is_swapped else 1)
