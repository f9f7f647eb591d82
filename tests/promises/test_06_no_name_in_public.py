"""No alias of a member and no label of a seat is ever public, not even of who was elected (docs/domain.md R-ID-01)."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.ballots.calling.kinds import ForRole, Kind, Settings
from governance.ballots.rules import TO_COUNT
from governance.board import service as board
from governance.board.models import Seat
from governance.board.service.names_nobody import NAMES_SOMEBODY
from governance.decisions import service as decisions
from governance.decisions.rules import DissentChoice
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.people import service as people
from governance.permissions.roles import Role
from governance.proposals import service as proposals
from governance.publishing import service as publishing
from governance.responses import service as responses
from governance.responses.commitments import Outcome
from governance.ruling.errors import RuleRefused
from governance.storage.database import db
from tests.ballots.factories import AFTER, CLOSES, NOW, VOTING, a_vote
from tests.board.factories import LIVED, a_board
from tests.decisions.factories import TODAY, WHOLE, a_draft
from tests.demo.served import Demo
from tests.page import PageClient
from tests.proposals.factories import NO_KEYS, frozen
from tests.proposals.factories import WHOLE as A_PROPOSAL
from tests.responses.factories import A_NO, AN_ANSWER, MANAGER, PROMISE, a_decision_duty, a_site, a_theme

AT_MOST = 500  # Addresses: the whole public side of the demo, and its files.
PUBLIC_FILES = ("/decisions.atom", "/", "/decisions", "/proposals", "/ledger", "/measures", "/promises", "/principles")
TWO_SEATS = Settings(options=("Chair1", "Chair2", "Chair3"), seats=2)
TWO_FOR_A_ROLE = replace(TWO_SEATS, for_role=ForRole(Role.FACILITATOR, CLOSES.date()))


def names_in(text: str, names: Iterable[str]) -> set[str]:
    return {name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)}


def everything_public(client: PageClient) -> dict[str, str]:
    """Return what a visitor can fetch by following every link from the first page, pages and files alike."""
    waiting, found = deque(PUBLIC_FILES), dict.fromkeys(PUBLIC_FILES, "")
    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        assert answer.mimetype != "application/pdf", f"{address}: a visitor reaches no PDF (test_06_no_name_in_print)"
        found[address] = answer.get_data(as_text=True)
        for href in re.findall(r'href="([^"#?]+)', found[address]) if answer.mimetype == "text/html" else ():
            there = urljoin(address, href)
            is_ours = there.startswith("/") and not there.startswith(("/static", "/hide"))
            if is_ours and there not in found and len(found) < AT_MOST:
                found[there] = ""
                waiting.append(there)
    return found


def test_nothing_public_in_the_demo_has_the_name_of_a_member_or_a_seat(demo: Demo) -> None:
    with demo.app.app_context():
        session: Session = db.session  # type: ignore[assignment]
        seated = [each.account_id for each in board.seats_on(session, clock.today()) if each.account_id]
        names = {board.member_names(session)[account] for account in seated}
        names |= set(session.scalars(select(Seat.label)))
        leaves = [leaf.body for leaf in session.scalars(select(Leaf))]
    assert len(names) > 10
    public = everything_public(demo.as_somebody())
    assert {".json", ".atom"} <= {address[address.rfind(".") :] for address in public if "." in address}
    assert len(public) < AT_MOST, "the walk ended before its end"

    wrong = {address: named for address, text in public.items() if (named := names_in(text, names))}
    assert not wrong
    assert not [named for body in leaves if (named := names_in(body, names))]
    assert names_in(demo.as_somebody("Cricket").get("/board/seats").text, names), "the search finds a name where one is"


@pytest.fixture(params=[TWO_SEATS, TWO_FOR_A_ROLE], ids=["for nothing more", "for a role"])
def elected(session: Session, keys: KeyFolder, request: pytest.FixtureRequest) -> Any:
    """Two members were chosen by a vote, and the record of it is adopted."""
    a_site(session)
    ranked = [{"p1": "0", "p2": "1"}, {"p1": "1"}, {"p1": "0"}, {"p1": "1"}, {"p1": "0"}]
    record, vote = a_draft(session, keys, tuple(ranked), kind=Kind.ELECT, settings=request.param)
    said = record.result
    decisions.complete(session, record, decisions.RecordFields(said, WHOLE.why, WHOLE.gets_better, WHOLE.review_on))
    duty = responses.adopt_and_start_clock(session, keys, record, TODAY)
    session.commit()
    return record, vote, duty


@pytest.mark.of_one_database
def test_the_public_learns_how_many_were_chosen_and_by_which_rule_and_members_learn_who(
    session: Session, elected: Any, client: Any, sign_in: Callable[..., Any]
) -> None:
    record, vote, _ = elected
    names = vote.ballot.who_stands.values()
    chosen = {vote.ballot.who_stands[letter] for letter in ballots.count_of(session, vote.ballot).account["winners"]}
    with clock.stopped_at(AFTER):
        member = sign_in(Role.MEMBER).get(f"/board/ballots/{vote.ballot.number}").text
        public = {
            address: client.get(address).text
            for address in (
                f"/decisions/{record.number}", f"/decisions/{record.number}.json", "/decisions.atom", "/decisions",
                f"/ballots/{vote.ballot.number}", f"/ballots/{vote.ballot.number}/bundle.json",
            )
        }  # fmt: skip
    leaves = [leaf.body for leaf in session.scalars(select(Leaf))]
    assert not [address for address, text in public.items() if names_in(text, names)]
    assert not [body for body in leaves if names_in(body, names)]
    facts = json.loads(public[f"/decisions/{record.number}.json"])
    assert "chose 2 of its members" in facts["result"]
    assert any("has enough votes gets a seat" in line for line in facts["how"])
    assert names_in(member, names) >= chosen


@pytest.mark.of_one_database
def test_a_choice_among_members_asks_staff_for_nothing_and_makes_no_row_on_the_wall(
    session: Session, elected: Any
) -> None:
    _, _, duty = elected
    assert duty is None
    assert responses.open_duties(session, TODAY) == []
    assert publishing.wall(session, TODAY) == ([], None)


@pytest.mark.of_one_database
def test_a_name_is_refused_wherever_everybody_would_read_it(session: Session, keys: KeyFolder) -> None:
    with pytest.raises(RuleRefused, match=NAMES_SOMEBODY):
        a_vote(session, keys, Kind.CHOOSE_ONE, settings=Settings(options=("Chair1", "Nobody")))


@pytest.mark.of_one_database
def test_words_of_a_proposal_name_nobody_before_they_are_voted_on(session: Session, keys: KeyFolder) -> None:
    author = a_board(session, keys)[0]
    named = replace(A_PROPOSAL, title="Will Chair2 open on Sundays")
    draft = proposals.draft(session, author, named, TODAY)
    says = "“Chair2” is the name of a member or of a seat, and a proposal is public"
    with pytest.raises(RuleRefused, match=says):
        proposals.start_discussion(session, NO_KEYS, draft, TODAY)
    assert any("Chair2" in str(each) for each in proposals.missing(session, draft))
    proposals.revise(session, NO_KEYS, draft, A_PROPOSAL, "", TODAY)
    proposals.start_discussion(session, NO_KEYS, draft, TODAY)
    with pytest.raises(RuleRefused, match=says):
        proposals.revise(session, NO_KEYS, draft, named, "Better so.", TODAY)
    assert proposals.current(session, draft).title == A_PROPOSAL.title
    proposals.current(session, draft).why = "Chair2 asks for it."
    with pytest.raises(RuleRefused, match=says):
        proposals.freeze(session, draft)


def test_nothing_that_was_decided_is_kept_from_the_public_for_a_name(session: Session, keys: KeyFolder) -> None:
    """Neither for one in the words that were voted on, nor for one that somebody makes once the record is written."""
    record, _vote = a_draft(session, keys)
    title = record.title
    assert title.startswith("Drug")
    said = decisions.RecordFields(f"The board said yes to “{title}”.", WHOLE.why, WHOLE.gets_better, WHOLE.review_on)
    with pytest.raises(RuleRefused, match="“Chair2” is the name of a member"):
        decisions.complete(session, record, replace(said, result="Chair2 leads."))
    decisions.complete(session, record, said)
    for label in ("Drug", "people", "board"):
        board.add_seat(session, label, LIVED)
    sat = people.new_account(session, keys, alias="Friday", roles=frozenset({Role.MEMBER})).account_id
    board.seat_member(session, board.add_seat(session, "Late", LIVED).id, sat, NOW.date())

    decisions.adopt(session, keys, record, TODAY)
    with pytest.raises(RuleRefused, match="“Chair4” is the name of a member"):
        decisions.correct(session, record, replace(said, why="Chair4 said so."), "The reason was wrong.", TODAY)
    assert decisions.correct(session, record, said, "The day was wrong.", TODAY).number


@pytest.mark.of_one_database
def test_without_the_rule_the_same_search_finds_the_name(
    session: Session, keys: KeyFolder, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a record may name a member, and the search of what is public sees it, in each form of the record."""
    monkeypatch.setattr("governance.decisions.service.drafting.names_in", lambda *_: [])
    record, _ = a_draft(session, keys)
    decisions.complete(session, record, decisions.RecordFields("Chair1 leads.", "So.", "All.", WHOLE.review_on))
    decisions.adopt(session, keys, record, TODAY)
    session.commit()
    with clock.stopped_at(AFTER):
        pages = [client.get(f"/decisions/{record.number}{end}").text for end in ("", ".json")]
    assert [names_in(text, ["Chair1", "Chair2"]) for text in pages] == [{"Chair1"}] * 2


@pytest.mark.of_one_database
def test_a_question_and_a_record_name_nobody(session: Session, keys: KeyFolder) -> None:
    record, vote = a_draft(session, keys)
    with pytest.raises(RuleRefused, match="“Chair1” is the name of a member or of a seat, and a record"):
        decisions.complete(session, record, decisions.RecordFields("Chair1 leads.", "So.", "All.", WHOLE.review_on))
    with pytest.raises(RuleRefused, match=NAMES_SOMEBODY):
        ballots.call_vote(
            session, keys, vote.proposal, kind="majority", opens_at=NOW, closes_at=AFTER, tellers=[], now=NOW,
            question="Shall Chair2 lead?",
        )  # fmt: skip


def on_its_page(sign_in: Any, address: str, at: datetime, words: str) -> None:
    """Send *words* as the reason that a page asks for. Raises RuleRefused with what the page then says."""
    with clock.stopped_at(at):
        answer = sign_in(Role.FACILITATOR).submit(address, reason=words)
    if answer.status_code != 303:
        raise RuleRefused(answer.text)


def call_off(session: Session, keys: KeyFolder, sign_in: Any, words: str) -> None:
    a_vote(session, keys)
    on_its_page(sign_in, "/board/ballots/1/call-off", VOTING, words)


def end_without_result(session: Session, keys: KeyFolder, sign_in: Any, words: str) -> None:
    a_vote(session, keys)
    on_its_page(sign_in, "/board/ballots/1/end", CLOSES + TO_COUNT, words)


def back_to_the_talk(session: Session, keys: KeyFolder, sign_in: Any, words: str) -> None:
    frozen(session, a_board(session, keys, day=NOW.date())[0])
    session.commit()
    on_its_page(sign_in, "/board/proposals/1/back", NOW, words)


def hurry(session: Session, keys: KeyFolder, sign_in: Any, words: str) -> None:
    draft = proposals.draft(session, a_board(session, keys, day=NOW.date())[0], A_PROPOSAL, NOW.date())
    proposals.start_discussion(session, NO_KEYS, draft, NOW.date())
    session.commit()
    on_its_page(sign_in, "/board/ballots/new/hurry?proposal=1", NOW, words)


def first_word(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    responses.say_first_word(session, a_decision_duty(session, keys)[0], words, TODAY)


def more_time(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    responses.take_more_time(session, a_decision_duty(session, keys)[0], words, TODAY)


def promise(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    promised = replace(AN_ANSWER, commitments=(replace(PROMISE, what=words),))
    responses.answer(session, a_decision_duty(session, keys)[0], promised, MANAGER, TODAY)


def ask_second_look(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    duty, _record = a_decision_duty(session, keys)
    responses.answer(session, duty, A_NO, MANAGER, TODAY)
    responses.ask_second_look(session, duty, words, {Role.MEMBER}, TODAY)


def answer_second_look(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    ask_second_look(session, keys, _, "Look at it again.")
    look, _title = responses.second_looks_for(session, 0, {Role.DIRECTOR})[0]
    responses.answer_second_look(session, look, next(iter(Outcome)), words, 0, {Role.DIRECTOR}, TODAY)


def dissent(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    record, vote = a_draft(session, keys)
    decisions.say_dissent(session, record, vote.members[0], DissentChoice.MY_WORDS, words)


def speak_for_somebody(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    record, vote = a_draft(session, keys)
    asked = decisions.say_dissent(session, record, vote.members[0], DissentChoice.FACILITATORS_WORDS)
    decisions.speak_for(session, record, asked.id, words)


def theme(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    a_board(session, keys)
    a_theme(session, words)


@pytest.mark.of_one_database
def test_a_reason_that_got_past_the_page_is_found_by_the_same_search(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    """The control: what two people agreed to is not read again, so here the name comes to the page of the vote."""
    vote = a_vote(session, keys)
    ballots.cancel(session, keys, vote.ballot, "It rains on Chair1.", VOTING)
    session.commit()
    with clock.stopped_at(VOTING):
        assert names_in(client.get("/ballots/1").text, ["Chair1", "Chair2"]) == {"Chair1"}
