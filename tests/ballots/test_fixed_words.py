"""The paper shows the words that are voted on: short ones whole, long ones in a fold that needs no script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.calling.kinds import Settings
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.permissions.roles import Role
from governance.proposals import service as proposals
from tests.ballots.factories import CLOSES, NOW, OPENS, VOTING, Vote, a_vote
from tests.ballots.test_named import a_named_vote
from tests.ballots.test_pages import a_pass, go_on
from tests.proposals.factories import NO_KEYS, WHOLE, in_talk

SignIn = Callable[..., Any]
SHORT = "Move drug checking from Monday to <em>Friday</em>, 2 to 6."
END = "The last line says who pays."
LONG = replace(WHOLE, ask="\n\n".join(["Open the room on Fridays from 2 to 6, with two of us there."] * 6 + [END]))
FOLD = "<summary>Read the whole text</summary>"
ENDS = "If the board says yes, it takes the place of decision 2026-001."
FOOD = {"kind": "ranked", "settings": Settings(options=("Soup", "Tea", "Bread"))}


def on_screen(client: Any, vote: Vote) -> list[str]:
    """Return the screens that have the paper: sealed on the device, and by the server."""
    first = client.get("/vote/1")
    return [first.text, go_on(client, first, "pass", **{"pass": a_pass(vote)}).text]


@pytest.mark.parametrize("more", [{}, FOOD], ids=["yes or no", "in order"])
def test_short_words_stand_whole_on_the_paper_of_both_ways(
    session: Session, keys: KeyFolder, client: Any, more: Any
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys, **more)
        for page in on_screen(client, vote):
            assert page.count(SHORT) == 1, "with a script there is the fold beside the paper as well"
            assert FOLD not in page


@pytest.mark.parametrize("more", [{}, FOOD], ids=["yes or no", "in order"])
def test_long_words_lie_in_a_fold_that_needs_no_script(
    session: Session, keys: KeyFolder, client: Any, more: Any
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys, fields=LONG, **more)
        for page in on_screen(client, vote):
            assert page.count(FOLD) == 1
            folded = page.split(FOLD)[1].split("</details>")[0]
            assert END in folded


def test_on_the_printed_paper_long_words_stand_whole_too(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys, fields=LONG)
        page = sign_in(Role.FACILITATOR).get("/board/ballots/1/papers").text
        assert page.count(END) == page.count("data-fixed-words") > len(vote.members), "it stands on each sheet"
        assert FOLD not in page


def test_who_votes_by_name_reads_them_beside_the_boxes(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    with clock.stopped_at(VOTING):
        member = sign_in(Role.MEMBER)
        a_named_vote(session, keys, seats=[member.card.account_id])
        assert SHORT in member.get("/board/ballots/2/by-name").text


@pytest.mark.parametrize("more", [{}, FOOD], ids=["yes or no", "in order"])
def test_the_paper_says_which_decision_ends_with_a_yes(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn, more: Any
) -> None:
    """On every paper, outside the fold, and in the manifest: what was voted on without it ends no decision."""
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys, fields=replace(LONG, changes_record="2026-001"), **more)
        facilitator = sign_in(Role.FACILITATOR)
        pages = [*on_screen(client, vote), facilitator.get("/board/ballots/1/papers").text]
        talk = [client.get("/proposals/1").text, facilitator.get("/board/proposals/1").text]
    assert (vote.ballot.manifest or {})["replaces"] == "2026-001"
    for page in pages[:2]:
        assert ENDS not in page.split(FOLD)[1].split("</details>")[0], "it stands outside the fold"
    assert all(ENDS in page for page in pages + talk)


def test_of_a_vote_that_was_called_without_it_no_page_says_that_it_ends_one(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys, fields=replace(LONG, changes_record="2026-001"))
        fixed = {k: said for k, said in (vote.ballot.manifest or {}).items() if k != "replaces"}
        vote.ballot.manifest = fixed
        vote.ballot.manifest_leaf = ledger.append(session, "decisions", "manifest", fixed)
        session.commit()
        pages = [*on_screen(client, vote), client.get("/proposals/1").text]
    assert all(ENDS not in page for page in pages)


def test_a_vote_that_only_asks_ends_no_decision(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, fields=replace(LONG, changes_record="2026-001"), binding=False)
    assert "replaces" not in (vote.ballot.manifest or {})


def test_the_paper_keeps_the_words_that_were_fixed(session: Session, keys: KeyFolder) -> None:
    """While the talk goes on the words may change: a vote that asks is on those it was called with."""
    vote = a_vote(session, keys)
    talk = in_talk(session, vote.members[0])
    asks = service.call_vote(
        session, keys, talk, kind="sense_check", opens_at=OPENS, closes_at=CLOSES, now=NOW,
        tellers=[teller.account_id for teller in vote.tellers],
    )  # fmt: skip
    proposals.revise(
        session, NO_KEYS, talk, replace(WHOLE, ask="Move it to Sunday."), "People asked.", NOW.date(),
        account_id=vote.members[0],
    )  # fmt: skip
    assert "Sunday" in proposals.current(session, talk).ask
    assert service.fixed_words(session, asks).html.strip() == f"<p>{SHORT}</p>"
