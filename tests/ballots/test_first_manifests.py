"""A vote that an early version counted has a page: its manifest says less, and that alone is no fault."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.models import Ballot
from governance.decisions import service as decisions
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.proposals import service as proposals
from governance.storage.leaves import CHANGED_SINCE
from tests.ballots.factories import AFTER
from tests.ballots.test_box_told import words as words_on
from tests.ballots.test_result import a_public_vote
from tests.decisions.factories import TODAY, WHOLE, a_draft

# What the manifest of each version had, the first ones first.
FIRST = (
    "election", "ballot", "proposal", "version", "question", "options", "rule", "charter", "second_check", "only_lived",
    "opens", "closes", "roll_size", "roll_root", "voters", "cards", "issuers", "counting_key", "disclosure",
)  # fmt: skip
FORMS = {"first": FIRST, "with key holders": (*FIRST, "key_holders", "verifier"), "no issuers": FIRST[:-3]}


def counted_by_an_early_version(session: Session, keys: KeyFolder, names: tuple[str, ...]) -> Ballot:
    """A vote that everyone may see, counted, whose line and row have no more than these *names*."""
    a_public_vote(session, keys)
    return as_an_early_version(session, session.query(Ballot).one(), names)


def as_an_early_version(session: Session, ballot: Ballot, names: tuple[str, ...]) -> Ballot:
    names = (*names, "counting_key", "disclosure")
    ballot.manifest = {name: said for name, said in (ballot.manifest or {}).items() if name in names}
    ballot.manifest_leaf = ledger.append(session, "decisions", "manifest", ballot.manifest)
    session.commit()
    return ballot


@pytest.mark.parametrize("form", sorted(FORMS))
def test_its_page_and_the_wall_stand_and_nothing_is_doubtful(
    session: Session, keys: KeyFolder, client: Any, form: str
) -> None:
    ballot = counted_by_an_early_version(session, keys, FORMS[form])
    with clock.stopped_at(AFTER):
        page = client.get("/ballots/1")
        assert page.status_code == 200
        assert CHANGED_SINCE not in words_on(page)
        assert proposals.WORDS_CHANGED not in words_on(page)
        assert client.get("/ballots/1/wall-list").status_code == 200
    assert service.shown(session, ballot).doubt == ""


@pytest.mark.on_both
def test_a_record_of_it_is_adopted(session: Session, keys: KeyFolder) -> None:
    record, _ = a_draft(session, keys)
    as_an_early_version(session, session.query(Ballot).one(), FIRST)
    decisions.complete(session, record, WHOLE)
    decisions.adopt(session, keys, record, TODAY)
    assert record.published


@pytest.mark.on_both
@pytest.mark.parametrize("form", sorted(FORMS))
def test_what_its_line_does_say_comes_back(session: Session, keys: KeyFolder, client: Any, form: str) -> None:
    asked = counted_by_an_early_version(session, keys, FORMS[form]).question
    session.execute(update(Ballot).values(question="Forged."))
    session.commit()
    with clock.stopped_at(AFTER):
        page = words_on(client.get("/ballots/1"))
    assert CHANGED_SINCE in page
    assert asked in page
    assert "Forged." not in page
