"""What the pages of a result say of the box: what did not count, for which reason, and whether that is proved."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.bundle import recounting
from governance.ballots.bundle.verdict import PROVED, report
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import Credential, from_code
from governance.ballots.result import box_told
from governance.ballots.result.disclosure import Disclosure
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.ballots.factories import AFTER, VOTING, Vote, a_vote

SignIn = Callable[..., Any]
TWELVE = (SeatClass.LIVED,) * 9 + (SeatClass.FAMILY,) * 3
ELEVEN = ("yes",) * 8 + ("no",) * 3
ALL_REASONS = sorted(recounting.REASONS | {recounting.UNSIGNED})
MEMBERS_PAGE, PUBLIC_PAGE, WALL_LIST = "/board/ballots/1", "/ballots/1", "/ballots/1/wall-list"
EACH_ENDS = [
    box_told.PROVED,
    box_told.HANDED_BACK,
    box_told.BELIEVED,
    box_told.WAS_PROVED,
    box_told.FOR_MEMBERS,
    box_told.FOR_NO_ONE,
]


def words(answer: Any) -> str:
    """What stands on a page, one space between any two words."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", answer.text)).split())


def a_card(vote: Vote, of: int = -1) -> Credential:
    """A card that a member drew, the last one or another."""
    service.sign_for(vote.session, vote.ballot, vote.members[of], VOTING)
    return from_code(vote.cards.pop(), (vote.ballot.manifest or {})["election"])


def post(vote: Vote, plain: bytes, under: Credential) -> None:
    """Let a device seal something and send it."""
    sealed = seals.seal(vote.ballot.manifest or {}, plain, under.drop_token)
    vote.drop_sealed(under.drop_token.hex(), "[]", base64.b64encode(sealed).decode())


def with_some_that_are_no_ballot(vote: Vote, *choices: str, wrong: int = 1) -> Vote:
    """Let members vote, and the last ones drop what nobody can count; open the box and count it."""
    vote.cast(*choices)
    for of in range(1, wrong + 1):
        post(vote, b"yes please".ljust(envelope.BALLOT_BYTES), a_card(vote, -of))
    vote.count()
    vote.session.commit()
    return vote


def said_last(page: str) -> list[str]:
    """Which of the sentences on proof and trust stand on a page."""
    return [each for each in EACH_ENDS if each in page]


def test_what_everyone_may_see_says_what_did_not_count_and_that_it_is_proved(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn
) -> None:
    vote = with_some_that_are_no_ballot(a_vote(session, keys, classes=TWELVE), *ELEVEN[2:], wrong=3)
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert PROVED.format(number=3) in report(bundle.public)[1], "the page says what the check finds"
    with clock.stopped_at(AFTER):
        pages = [words(client.get(PUBLIC_PAGE)), words(client.get(WALL_LIST))]
        pages.append(words(sign_in(Role.MEMBER).get(MEMBERS_PAGE)))
        spanish = words(client.get(PUBLIC_PAGE, headers={"Accept-Language": "es"}))
    for page in pages:
        assert "Ballots in the box: 12. Counted: 9. Could not be counted: 3." in page
        assert "3 of these: what was in it is not a ballot. That is proved." in page
        assert said_last(page) == [box_told.PROVED]
    assert "3 de estas: lo que había dentro no es una boleta. Eso está probado." in spanish


def test_of_a_vote_that_was_called_before_the_pages_say_whom_one_must_trust(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn
) -> None:
    with_some_that_are_no_ballot(a_vote(session, keys, classes=TWELVE).of_an_older_version(), *ELEVEN)
    with clock.stopped_at(AFTER):
        for page in (client.get(PUBLIC_PAGE), client.get(WALL_LIST), sign_in(Role.MEMBER).get(MEMBERS_PAGE)):
            assert "1 of these: what was in it is not a ballot. Why is not proved" in words(page)
            assert said_last(words(page)) == [box_told.BELIEVED]


def test_where_every_ballot_counts_there_is_nothing_to_prove(session: Session, keys: KeyFolder, client: Any) -> None:
    vote = a_vote(session, keys, classes=TWELVE)
    vote.cast(*ELEVEN, "no")
    vote.count()
    session.commit()
    with clock.stopped_at(AFTER):
        page = words(client.get(PUBLIC_PAGE))
    assert "Ballots in the box: 12. Counted: 12." in page
    assert "Could not be counted" not in page
    assert said_last(page) == []


@pytest.mark.parametrize("older", [False, True])
def test_on_a_small_board_members_read_the_numbers_and_everyone_who_can_check_them(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn, older: bool
) -> None:
    vote = a_vote(session, keys)
    vote = with_some_that_are_no_ballot(vote.of_an_older_version() if older else vote, "yes", "yes", "yes", "no")
    with clock.stopped_at(AFTER):
        member = sign_in(Role.MEMBER)
        public, before = words(client.get(PUBLIC_PAGE)), words(member.get(MEMBERS_PAGE))
        service.keep_only_totals(session, keys, vote.proposal.id)
        session.commit()
        after, still = words(member.get(MEMBERS_PAGE)), words(client.get(PUBLIC_PAGE))
    assert "Ballots in the box: 5. Counted: 4. Could not be counted: 1." in before
    assert "1 of these: what was in it is not a ballot." in before
    assert "Could not be counted: 1." in after
    assert "what was in it is not a ballot" not in after, "the ballots are deleted, and what was in one with them"
    told = [said_last(each) for each in (before, after, public, still)]
    if older:
        assert told == [[box_told.BELIEVED], [box_told.BELIEVED], [box_told.FOR_NO_ONE], [box_told.FOR_NO_ONE]]
    else:
        assert told == [[box_told.PROVED], [box_told.WAS_PROVED], [box_told.FOR_MEMBERS], [box_told.FOR_MEMBERS]]
    for page in (public, still):
        assert "in the box: 5" not in page
        assert "not be counted" not in page


def test_where_nobody_sees_a_ballot_no_number_is_told_and_the_page_says_that_one_must_trust(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn
) -> None:
    vote = a_vote(session, keys, classes=TWELVE, disclosure=Disclosure.OUTCOME)
    with_some_that_are_no_ballot(vote, *ELEVEN)
    with clock.stopped_at(AFTER):
        public, members = words(client.get(PUBLIC_PAGE)), words(sign_in(Role.MEMBER).get(MEMBERS_PAGE))
    assert said_last(public) == said_last(members) == [box_told.FOR_NO_ONE]
    for page in (public, members):
        assert "Ballots in the box" not in page
        assert "not be counted:" not in page


def test_a_ballot_that_its_voter_replaced_in_the_box_is_told_apart(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn
) -> None:
    vote = a_vote(session, keys, classes=TWELVE)
    vote.cast(*ELEVEN[:-1])
    mine, spare = a_card(vote), from_code(vote.cards.pop(), (vote.ballot.manifest or {})["election"])
    service.sign_for(session, vote.ballot, vote.members[-2], VOTING)
    for seq, under in enumerate((mine, spare)):
        election = (vote.ballot.manifest or {})["election"]
        post(vote, envelope.signed(mine, election, {"choice": "no"}, seq=seq), under)
    vote.count()
    session.commit()
    with clock.stopped_at(AFTER):
        page, public = words(sign_in(Role.MEMBER).get(MEMBERS_PAGE)), words(client.get(PUBLIC_PAGE))
    assert "Ballots in the box" not in public, "one alone would be shown to everybody"
    assert "Ballots in the box: 12. Counted: 11. Not counted, as its voter sent a newer one: 1. That is proved." in page


def test_each_reason_there_is_has_words_of_its_own(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes", "no")
    count, bundle = vote.count(), service.bundle_of(session, vote.ballot)
    assert bundle
    read = json.loads(bundle.whole or b"")
    rows = [{"reason": reason} for number, reason in enumerate(ALL_REASONS, 1) for _ in range(number)]
    lines = service.box_told(vote.ballot, count, json.dumps({**read, "invalid": rows}).encode())
    said = [str(each) for each in lines]
    assert said[1] == f"Could not be counted: {len(rows)}."
    assert said[-2:] == [box_told.PROVED, box_told.HANDED_BACK]
    assert sorted(said[2:-2]) == sorted(
        f"{number} of these: {box_told.REASON_WORDS[reason]}" for number, reason in enumerate(ALL_REASONS, 1)
    )
    assert len(set(box_told.REASON_WORDS.values())) == len(box_told.REASON_WORDS) == len(ALL_REASONS)
