"""Promise 8, on a vote that closes themes: which they are is fixed with its words, before anybody votes.

Who owns the database lets the proposal name another theme, or gives the theme another title: there is no paper, the
page says so, no theme closes by it, and the audit names it. With the themes out of the line, all of it goes unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from governance import clock
from governance.decisions import service as decisions
from governance.feedback import service as feedback
from governance.feedback.models import Theme
from governance.feedback.rules import Lane
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.programme import accounting
from governance.proposals import service as proposals
from governance.proposals.models import Proposal, ProposalTheme
from governance.proposals.rules import Kind, Power
from governance.proposals.service import words_line
from tests.ballots.factories import NOW, VOTING, a_vote
from tests.ballots.test_box_told import words
from tests.decisions.factories import TODAY, YES, a_draft
from tests.decisions.factories import WHOLE as RECORD
from tests.proposals.factories import WHOLE

NAMED, OTHER = 1, 2


def another_theme(session: Session) -> None:
    session.execute(update(ProposalTheme).values(theme_id=OTHER))


def one_more_theme(session: Session) -> None:
    proposal_id = session.query(Proposal).one().id
    session.execute(insert(ProposalTheme).values(proposal_id=proposal_id, theme_id=OTHER))


def another_title(session: Session) -> None:
    session.execute(update(Theme).where(Theme.id == NAMED).values(title="Heat"))


FORGERIES: list[Callable[[Session], None]] = [another_theme, one_more_theme, another_title]


@pytest.fixture
def closing(session: Session) -> Any:
    for title in ("Rain", "Police across the street"):
        feedback.start_theme(session, title, "", Lane.SUGGESTION, NOW.date())
    session.commit()
    return replace(WHOLE, kind=Kind.CLOSING_THEMES, power=Power.BOARD, themes=(NAMED,))


@pytest.fixture
def without_the_themes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an older version wrote the line of the words."""
    whole = words_line.line_of

    def line_of(*given: Any) -> dict[str, Any]:
        return {name: said for name, said in whole(*given).items() if name != words_line.CLOSES}

    monkeypatch.setattr(words_line, "line_of", line_of)


def changed(session: Session, forge: Callable[[Session], None]) -> None:
    forge(session)
    session.commit()
    session.expire_all()


def named_by_audit(session: Session, keys: KeyFolder) -> bool:
    return any("Version 1 of proposal 1" in each for each in accounting.differences(session, keys, TODAY))


def has_paper(client: Any) -> bool:
    with clock.stopped_at(VOTING):
        return bool(client.get("/vote/1").status_code == 200)


def closed_by(session: Session, theme: int) -> list[str]:
    listed = [each.id for each in decisions.themes_to_close(session)]
    found = [record.number for record in decisions.decided(session, Kind.CLOSING_THEMES, theme)]
    assert (theme in listed) == bool(found)
    return found


def test_the_line_of_the_words_names_the_themes(session: Session, keys: KeyFolder, client: Any, closing: Any) -> None:
    a_vote(session, keys, fields=closing)
    lines = [facts for _, facts in ledger.leaves(session, "decisions") if facts["kind"] == "words"]
    assert [len(line["closes"]) for line in lines] == [64]
    assert has_paper(client)
    assert not named_by_audit(session, keys)


@pytest.mark.parametrize("forge", FORGERIES)
def test_with_another_theme_there_is_no_paper(
    session: Session, keys: KeyFolder, client: Any, closing: Any, forge: Callable[[Session], None]
) -> None:
    a_vote(session, keys, fields=closing)
    changed(session, forge)
    assert not has_paper(client)
    assert proposals.WORDS_CHANGED in words(client.get("/proposals/1"))
    assert named_by_audit(session, keys)


def adopted(session: Session, keys: KeyFolder, fields: Any) -> str:
    """Return the number of the record by which the board says yes to it."""
    record, _ = a_draft(session, keys, YES, fields=fields)
    decisions.complete(session, record, replace(RECORD, result="The board has voted on it."))
    decisions.adopt(session, keys, record, TODAY)
    session.commit()
    return str(record.number)


@pytest.mark.of_one_database
@pytest.mark.parametrize("forge", FORGERIES)
def test_by_a_record_no_other_theme_closes(
    session: Session, keys: KeyFolder, closing: Any, forge: Callable[[Session], None]
) -> None:
    number = adopted(session, keys, closing)
    assert closed_by(session, NAMED) == [number]
    changed(session, forge)
    assert closed_by(session, NAMED) == closed_by(session, OTHER) == []
    assert named_by_audit(session, keys)


@pytest.mark.of_one_database
def test_a_vote_on_something_else_closes_none(session: Session, keys: KeyFolder, closing: Any) -> None:
    adopted(session, keys, replace(closing, kind=Kind.ORDINARY, power=Power.SHARED))
    changed(session, lambda session: session.execute(update(Proposal).values(kind=Kind.CLOSING_THEMES)))
    assert closed_by(session, NAMED) == []


@pytest.mark.of_one_database
@pytest.mark.parametrize("forge", FORGERIES)
def test_without_the_themes_in_the_line_nobody_sees_it(
    session: Session, keys: KeyFolder, client: Any, closing: Any, forge: Callable[[Session], None],
    without_the_themes: None,
) -> None:  # fmt: skip
    """The control: the same attack on a vote whose line says nothing of its themes."""
    a_vote(session, keys, fields=closing)
    changed(session, forge)
    assert has_paper(client)
    assert proposals.WORDS_CHANGED not in words(client.get("/proposals/1"))
    assert not named_by_audit(session, keys)
