"""A decision folds what few read. What is owed to everybody stands in sight, and so does what is out of the common."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.board.rules import Tie
from governance.decisions import service
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.ruling.sentences import Sentence, to_json
from tests.ballots.factories import AFTER
from tests.decisions.factories import TODAY, WHOLE, a_draft, held_to_no_vote
from tests.page import Page

SECRET = "The vote was secret."
FOLD = re.compile(r"<details.*?</details>", re.DOTALL)
OWED = (
    WHOLE.result, "The sum in words", "Enough members took part", "What was asked", "What was said against it",
    "What gets better", "We look again",
)  # fmt: skip


SAID = {"reason": "The van comes on Friday.", "chosen": "Soup"}


def words(html: str) -> str:
    return " ".join("".join(Page(html).text).split())


def published(session: Session, keys: KeyFolder, *told: str, ties: tuple[Tie, ...] = ()) -> None:
    """A record that was decided as *told*, beside what is told of each."""
    record, _ = a_draft(session, keys)
    record.how = [*record.how, *(to_json(Sentence(each, **SAID)) for each in told)]
    record.recusal_ties = list(ties)
    session.flush()
    service.complete(session, record, WHOLE)
    with held_to_no_vote():
        service.adopt(session, keys, record, TODAY)
    session.commit()


@pytest.mark.parametrize("told", sorted(service.UNCOMMON))
def test_what_is_owed_and_what_is_uncommon_is_in_sight(
    session: Session, keys: KeyFolder, client: Any, told: str
) -> None:
    published(session, keys, told, ties=(Tie.MONEY_OR_JOB,))
    with clock.stopped_at(AFTER):
        page = client.get("/decisions/2026-001").text
    in_sight = words(FOLD.sub("", page))
    for each in (*OWED, "Who stepped out", told.partition("{")[0]):
        assert each in in_sight
    assert SECRET not in in_sight, "the control: how it was decided is folded"
    assert SECRET in words(page)


def test_where_nobody_stepped_out_that_is_said_with_how_it_was_decided(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    published(session, keys)
    with clock.stopped_at(AFTER):
        page = client.get("/decisions/2026-001").text
    assert "Nobody said they have a tie to this." in words(page)
    assert "Who stepped out" not in words(page)


def test_a_draft_is_read_whole_before_it_goes_out(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    a_draft(session, keys)
    with clock.stopped_at(AFTER):
        page = sign_in(Role.MEMBER).get("/board/decisions/2026-001").text
    assert SECRET in words(FOLD.sub("", page))
