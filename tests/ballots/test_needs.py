"""What needs me now, of votes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.needs import Fixed, Mine, WaitingVote, needs, to_run, to_vote_in
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.ballots.factories import AFTER, NOW, VOTING, a_vote
from tests.page import Page, PageClient

FIRST, LAST = "Mar 4, 9:00 AM", "Mar 10, 9:15 AM"


def test_boxes_come_before_votes_and_a_vote_says_when() -> None:
    soon, now = Mine(2, "Water?", False, FIRST, LAST), Mine(3, "Bread?", True, FIRST, LAST)
    found = needs([WaitingVote(1, "Hours?")], [soon, now])
    assert [(each.title, each.word, each.state, each.at) for each in found] == [
        ("Hours?", "Hand in my part", "open", {"number": 1}),
        ("Water?", "Vote", "new", {"number": 2}),
        ("Bread?", "Vote", "new", {"number": 3}),
    ]
    look = "Take a card or a pass. Vote where no one looks."
    assert [str(each.why) for each in found[1:]] == [f"{look} It opens {FIRST}.", f"{look} It is open until {LAST}."]
    assert {each.page for each in found} == {"ballots.work"}


def test_each_vote_waits_for_its_next_step_by_where_it_stands() -> None:
    found = to_run(
        [WaitingVote(1, "Hours?")], [WaitingVote(2, "Water?")], [WaitingVote(3, "Phones?")], [Fixed(4, "Bread")]
    )
    assert [(each.title, each.word, each.state, each.page, each.at) for each in found] == [
        ("Hours?", "Next vote", "open", "ballots.work", {"number": 1}),
        ("Phones?", "Not counted", "late", "ballots.work", {"number": 3}),
        ("Water?", "Back to the talk", "open", "ballots.work", {"number": 2}),
        ("Bread", "Call the vote", "open", "ballots.call_vote", {"proposal": 4}),
    ]


def test_nothing_waits_where_nothing_is_theirs() -> None:
    assert needs([], []) + to_run([], [], [], []) == []


def test_whoever_has_a_card_or_a_pass_reads_when_it_opens_and_until_when() -> None:
    soon, now = to_vote_in([Mine(4, "Water?", False, FIRST, LAST), Mine(5, "Hours?", True, FIRST, LAST)])
    assert (soon.title, soon.word, soon.state, soon.at) == ("Water?", "Soon", "not-yet", {"number": 4})
    assert f"The vote opens {FIRST}." in str(soon.why)
    assert (now.title, now.word, now.state, now.at) == ("Hours?", "Vote", "new", {"number": 5})
    assert f"Vote until {LAST}," in str(now.why)


def test_it_stands_on_the_first_page_until_the_vote_closes(
    session: Session, keys: KeyFolder, app: Flask, sign_in: Callable[..., Any]
) -> None:  # fmt: skip
    with clock.stopped_at(NOW):
        member = sign_in(Role.MEMBER)
        vote = a_vote(session, keys, seats=[member.card.account_id])
        assert "Take a card or a pass." in words_of(member.get("/board"))
        service.sign_for(session, vote.ballot, member.card.account_id, NOW)
        session.commit()
        page = words_of(member.get("/board"))
        assert "Take a card or a pass." not in page
        assert re.search(r"The vote opens [^.]*\d:\d\d", page), "with the hour"
    with clock.stopped_at(VOTING):
        assert "if you have not yet." in words_of(sign_in_again(app, member).get("/board"))
    with clock.stopped_at(AFTER):
        assert "You have your card or pass." not in words_of(sign_in_again(app, member).get("/board"))


def words_of(answer: Any) -> str:
    return " ".join("".join(Page(answer.text).text).split())


def sign_in_again(app: Flask, member: Any) -> PageClient:
    device = PageClient(app)
    device.submit("/sign-in", alias=member.card.alias, passphrase=member.card.passphrase)
    return device
