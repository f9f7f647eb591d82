"""The board's first page is a member's own: what they wrote and minded, where it stands and what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals import rules, service
from governance.proposals.rules import RemarkKind, Status, became_of_concern
from tests.board.factories import a_member
from tests.page import PageClient
from tests.proposals.factories import BEFORE, WHOLE, a_draft, frozen, in_talk

SignIn = Callable[..., PageClient]
MINE, MINDED = "My proposals", "Concerns I raised"


def lines(page: str, head: str) -> list[tuple[str, str]]:
    """The lines under a head of the first page: where each leads, and its words."""
    if f"<h2>{head}</h2>" not in page:
        return []
    section = page[page.index(f"<h2>{head}</h2>") :].partition("</section>")[0]
    found = re.findall(r'<a class="row-panel" href="([^"]*)"(.*?)</a>', section, re.DOTALL)
    return [(address, " ".join(re.sub(r"<[^>]+>", " ", f"<a{words}").split())) for address, words in found]


def test_what_i_wrote_stands_there_with_where_it_stands_and_nobody_elses(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    member = sign_in(Role.MEMBER)
    me, other = member.card.account_id, a_member(session, keys, "Cricket")
    frozen(session, me, replace(WHOLE, title="A bench outside"))
    in_talk(session, other, replace(WHOLE, title="Somebody else's"))
    taken_back = a_draft(session, me, replace(WHOLE, title="Taken back by me"))
    service.withdraw(session, taken_back, account_id=me)
    a_draft(session, me, replace(WHOLE, title="Only begun"))
    session.commit()

    found = lines(member.get("/board").text, MINE)

    assert [address for address, _ in found] == [f"/board/proposals/{number}" for number in (4, 1, 3)]
    section = member.get("/board").text.partition(f"<h2>{MINE}</h2>")[2].partition("</section>")[0]
    assert "Taken back by me" in section.partition("1 that is over")[2], "what is over lies in a fold"
    for (_, words), title, status in zip(
        found,
        ("Only begun", "A bench outside", "Taken back by me"),
        (Status.DRAFT, Status.FROZEN, Status.WITHDRAWN),
        strict=True,
    ):
        assert title in words
        assert rules.STATUS_WORDS[status] in words


def test_what_i_minded_stands_there_with_what_became_of_it(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    member = sign_in(Role.MEMBER)
    me, other = member.card.account_id, a_member(session, keys, "Cricket")
    proposal = in_talk(session, other)
    open_still = service.remark(session, proposal, me, "The line is long.", BEFORE, RemarkKind.CONCERN)
    met = service.remark(session, proposal, me, "Which room?", BEFORE, RemarkKind.CONCERN)
    service.remark(session, proposal, me, "I like Fridays.", BEFORE)
    service.remark(session, proposal, other, "Mine alone.", BEFORE, RemarkKind.CONCERN)
    service.settle_concern(session, proposal, met.id, me, runs_board=False)
    session.commit()

    found = lines(member.get("/board").text, MINDED)

    assert {address for address, _ in found} == {"/board/proposals/1#talk"}
    words = [words for _, words in found]
    assert len(words) == 2
    assert [open_still.text in words[0], rules.STILL_OPEN in words[0]] == [True, True]
    assert [met.text in words[1], rules.MET in words[1]] == [True, True]
    assert all(WHOLE.title in each for each in words)

    service.freeze(session, proposal)
    service.mark_in_ballot(session, proposal)
    service.mark_decided(session, proposal)
    session.commit()
    found = dict.fromkeys(words for _, words in lines(member.get("/board").text, MINDED))
    assert [rules.NOT_MET in words for words in found if open_still.text in words] == [True]
    assert [rules.MET in words for words in found if met.text in words] == [True]


@pytest.mark.parametrize("status", list(Status))
def test_each_state_says_what_became_of_a_concern(status: Status) -> None:
    assert became_of_concern(status, met=True) == rules.MET
    became = became_of_concern(status, met=False)
    assert became != rules.MET
    assert (became == rules.STILL_OPEN) is (status in rules.OPEN_TO_TALK)


def test_the_lists_are_short_and_lead_to_all_of_them(session: Session, sign_in: SignIn) -> None:
    member = sign_in(Role.MEMBER)
    for number in range(7):
        a_draft(session, member.card.account_id, replace(WHOLE, title=f"Bench {number}"))
    session.commit()
    page = member.get("/board").text
    assert len(lines(page, MINE)) == 5
    assert "that is over" not in page, "none of them is"
    assert "All proposals" in page


@pytest.mark.parametrize("role", [Role.BOARD_READER, Role.MEMBER, Role.TELLER])
def test_who_began_nothing_finds_no_empty_list(sign_in: SignIn, role: Role) -> None:
    page = sign_in(role).get("/board").text
    assert MINE not in page
    assert MINDED not in page
