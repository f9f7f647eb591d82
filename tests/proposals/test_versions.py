"""Every version of a proposal's words can be read whole, and what changed stands beside what it was before."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals import service
from governance.proposals.models import ProposalVersion
from governance.proposals.rules import Kind, Power
from governance.proposals.service.changes import how_words_changed
from tests.board.factories import SMALL_BOARD, a_board, a_member
from tests.page import PageClient
from tests.proposals.factories import BEFORE, NO_KEYS, WHOLE, a_draft, frozen, in_talk

SignIn = Callable[..., PageClient]
SHORTER = replace(WHOLE, ask="Move drug checking to **Friday**.", could_go_wrong="", principles=(1,))
LAST = replace(SHORTER, title="Drug checking on Friday")

BESIDE = {"proposal_id", "version", "written_on", "reason"}  # What says of a version which one it is, and why.
COLUMNS = sorted(column.key for column in inspect(ProposalVersion).columns if column.key not in BESIDE)
NUMBERS: list[dict[str, int] | None] = [None, {}, {"least_yes": 4}, {"least_yes": 5}]
OF_ANOTHER_KIND = {"principles": [[], [1], [1, 6]], "charter_numbers": NUMBERS}

WORDS = st.builds(
    ProposalVersion,
    **{name: st.sampled_from(OF_ANOTHER_KIND.get(name, ["", "a", "b"])) for name in COLUMNS},
    written_on=st.just(BEFORE),
    reason=st.just("Why not."),
)


def says(words: ProposalVersion, name: str) -> Any:
    """What a column says; nothing where it is empty, whatever stands for that in it."""
    return getattr(words, name) or None


@given(st.lists(WORDS, max_size=4))
def test_each_version_is_whole_and_says_what_is_new_in_it(versions: list[ProposalVersion]) -> None:
    changes = how_words_changed(versions)
    assert len(changes) == len(versions)
    for at, (words, change) in enumerate(zip(versions, changes, strict=True)):
        before = versions[at + 1] if at + 1 < len(versions) else None
        differ = {name for name in COLUMNS if before is not None and says(words, name) != says(before, name)}
        assert {part.name for part in change.parts if part.is_new} == differ
        told = {part.name: part.now for part in change.parts if part.now}
        if at:
            assert told == {name: says(words, name) for name in COLUMNS if says(words, name)}
        else:
            assert set(told) <= differ, "all of the newest stands on the page already"
        for part in change.parts:
            assert not part.is_new or (before is not None and part.before == getattr(before, part.name))


@pytest.fixture
def proposal(session: Session, keys: KeyFolder) -> int:
    """The number of a proposal whose words changed twice in the talk."""
    writer = a_member(session, keys, "Cricket")
    made = in_talk(session, writer)
    for fields, reason in ((SHORTER, "It was long."), (LAST, "One Friday.")):
        service.revise(session, NO_KEYS, made, fields, reason, BEFORE, account_id=writer)
    session.commit()
    return made.number


def folds(page: str) -> list[str]:
    """The folds of the versions, the newest first."""
    told = page[page.index("How the words changed") :].partition("</ol>\n</section>")[0]
    return re.findall(r"<details>(.*?)</details>", told, re.DOTALL)


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_everybody_reads_every_version_whole_with_what_changed_beside_it(
    client: PageClient, sign_in: SignIn, proposal: int
) -> None:
    for page in (client.get(f"/proposals/{proposal}"), sign_in(Role.MEMBER).get(f"/board/proposals/{proposal}")):
        newest, second, first = folds(page.text)

        assert "One Friday." in newest
        assert "Title: Before Drug checking on Fridays Title: New Drug checking on Friday" in plain(newest)
        assert "People who come on Mondays" not in newest, "all of it stands above"

        assert "It was long." in second
        assert "<strong>Friday</strong>" in second, "as it was formatted"
        assert "What is asked: Before Move drug checking from Monday to Friday , 2 to 6." in plain(second)
        assert "What could go wrong: Before The line may be long. What could go wrong: New Empty." in plain(second)
        assert "Principles it serves: Before Less harm Our own power Principles it serves: New Less harm" in plain(
            second
        )
        assert "Who could this hurt People who come on Mondays." in plain(second), "what did not change is there too"

        assert "First words." in first
        for words in ("from Monday to", "Friday is when", "Which room.", "The line may be long.", "Our own power"):
            assert words in first
        assert "weigh" not in first, "there was nothing before"


def test_another_number_of_the_charter_is_another_version_of_the_words(
    session: Session, keys: KeyFolder, client: PageClient, sign_in: SignIn
) -> None:
    writer = a_board(session, keys, SMALL_BOARD)[0]
    change = replace(WHOLE, kind=Kind.CHARTER_CHANGE, power=Power.BOARD, charter_numbers=(("least_yes", 4),))
    made = in_talk(session, writer, change)
    another = replace(change, charter_numbers=(("least_yes", 5),))
    service.revise(session, NO_KEYS, made, another, "Four was too few.", BEFORE, account_id=writer)
    session.commit()
    for page in (client.get("/proposals/1"), sign_in(Role.MEMBER).get("/board/proposals/1")):
        newest, first = folds(page.text)
        assert "The words are the same as before." not in newest
        said = "What changes in our charter: {} Fewest yes votes: {}"
        assert said.format("Before", 4) in plain(newest)
        assert said.format("New", 5) in plain(newest)
        assert "What changes in our charter Fewest yes votes: 4" in plain(first)


def test_what_was_said_in_a_reason_alone_says_that_the_words_are_the_same(
    session: Session, keys: KeyFolder, client: PageClient
) -> None:
    proposal = frozen(session, a_member(session, keys, "Cricket"))
    service.back_to_discussion(session, proposal, "One more look.", BEFORE)
    session.commit()
    newest, first = folds(client.get("/proposals/1").text)
    assert "One more look." in newest
    assert "The words are the same as before." in newest
    assert "weigh" not in newest + first


def test_a_draft_is_nobody_elses_and_has_no_versions(session: Session, keys: KeyFolder, client: PageClient) -> None:
    """It is written over while it is one: what somebody threw away is not brought back."""
    writer = a_member(session, keys, "Cricket")
    draft = a_draft(session, writer, replace(WHOLE, ask="Something rash."))
    service.revise(session, NO_KEYS, draft, WHOLE, "", BEFORE, account_id=writer)
    session.commit()
    assert client.get("/proposals/1").status_code == 404
    service.start_discussion(session, keys, draft, BEFORE)
    session.commit()
    page = client.get("/proposals/1").text
    assert "Something rash." not in page
    assert "How the words changed" not in page
