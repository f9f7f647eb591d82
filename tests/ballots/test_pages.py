"""The ballot's pages as people meet them: in public, at the table, and at the paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.models import Box
from governance.ballots.rules import Stage
from governance.board import service as board
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals.rules import Kind
from tests.ballots.factories import AFTER, CLOSES, NOW, VOTING, Vote, a_vote, another_vote
from tests.board.factories import a_board
from tests.page import Page
from tests.proposals.factories import WHOLE, frozen
from tests.second_yes import agree, waiting

pytestmark = pytest.mark.usefixtures("ledger_last")

SignIn = Callable[..., Any]
OF_NOBODY = "AAAA BBBB CCCC DDDD EEEE FFFF GGGG HHHH IIII JJJJ"


def a_pass(vote: Vote, seat: int = 0) -> str:
    pass_ = service.take_pass(vote.session, vote.keys, vote.ballot, vote.members[seat], VOTING)
    vote.session.commit()
    return service.pass_in_words(pass_)


def go_on(client: Any, answer: Any, go: str, **typed: str) -> Any:
    """Send the form of the screen *answer* shows, by its button *go*."""
    form = next(form for form in Page(answer.text).forms if form["method"] == "post")
    return client.post(form["action"], data={**form["fields"], **typed, "go": go})


def test_the_facilitator_calls_a_vote_a_member_takes_a_pass_and_two_tellers_count(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any
) -> None:
    with clock.stopped_at(NOW):
        members = a_board(session, keys, day=NOW.date())
        frozen(session, members[0])
        session.commit()
        facilitator, tellers = sign_in(Role.FACILITATOR), [sign_in(Role.TELLER), sign_in(Role.TELLER)]
        member = sign_in(Role.MEMBER)
        seat = board.add_seat(session, "Seat 9", SeatClass.LIVED)
        board.seat_member(session, seat.id, member.card.account_id, NOW.date())
        session.commit()
        both = [str(teller.card.account_id) for teller in tellers]
        answer = facilitator.submit(
            "/board/ballots/new?proposal=1", kind="majority", tellers=both, opens_at="2026-03-02T12:00",
            closes_at="2026-03-05T12:00",
        )  # fmt: skip
        assert answer.status_code == 303
        assert "Open for votes" in member.get("/board/ballots").text
        assert "Vote where no one looks." in member.get("/board").text
        shown = member.submit("/board/ballots/1", "pass")
        assert shown.headers["Cache-Control"] == "no-store"
        assert "Vote where no one looks." not in member.get("/board").text
        again = member.post(
            "/board/ballots/1/pass", data={"csrf_token": member.form("/language")["fields"]["csrf_token"]}
        )
        assert again.status_code == 409, "a pass is handed out once"
        words = next(form for form in Page(shown.text).forms if "pass" in form["fields"])["fields"]["pass"]
        paper = client.submit("/vote/1", **{"pass": words.lower(), "go": "pass"})
        reviewed = go_on(client, paper, "review", choice="yes")
        assert "Is this right?" in reviewed.text
        assert go_on(client, reviewed, "drop").status_code == 200
        assert "You took a card or a pass" in member.get("/board/ballots/1").text
        assert tellers[0].get("/board/ballots/1").text.count("Hand in my part") == 0

    with clock.stopped_at(AFTER):
        for teller in tellers:
            teller.submit("/sign-in", alias=teller.card.alias, passphrase=teller.card.passphrase)
            assert "It takes two tellers to open the box." in teller.get("/board").text
            assert teller.submit("/board/ballots/1", "part").status_code == 303
            assert "It takes two tellers to open the box." not in teller.get("/board").text
        page = tellers[0].get("/board/ballots/1").text
        assert "6 active seats, 1 here" in page
        assert "1 yes, 0 no, 0 did not choose." in page
        assert "Not enough people took part" in client.get("/ballots/1").text


def test_the_button_under_the_pass_leads_to_the_paper(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        member = sign_in(Role.MEMBER)
        words = a_pass(vote)
        token = member.form("/language")["fields"]["csrf_token"]

        paper = member.post("/vote/1", data={"csrf_token": token, "pass": words, "go": "pass"})

        assert paper.status_code == 200
        assert "Drug checking on Fridays" in paper.text
        assert member.card.alias not in paper.text, "the paper knows nobody"


def test_a_wrong_pass_is_said_in_a_sentence_and_stays_on_the_page(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        words = a_pass(vote)
        for typed in (OF_NOBODY, words[:-1], "hello", "x" * 5000, "ü"):
            answer = client.submit("/vote/1", **{"pass": typed, "go": "pass"})
            assert answer.status_code == 422
            assert re.search("no card or pass for this vote|longer than a card or a pass|You typed [0-9]", answer.text)
            assert typed in answer.text
        assert client.submit("/vote/1", **{"pass": "", "go": "drop", "choice": "yes"}).status_code == 422
        assert session.scalars(select(Box)).all() == []


def test_the_choice_is_read_back_can_be_changed_and_is_then_in_the_box(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        paper = client.submit("/vote/1", **{"pass": a_pass(vote), "go": "pass"})
        nothing = go_on(client, paper, "review")
        assert nothing.status_code == 422
        assert "Mark one of the rows first." in nothing.text

        reviewed = go_on(client, nothing, "review", choice="no")
        again = go_on(client, reviewed, "back")
        assert Page(again.text).forms[0]["fields"]["choice"] == "no"
        done = go_on(client, go_on(client, again, "review", choice="abstain"), "drop")

        assert "It is in the box" in done.text
        session.expire_all()
        assert len(session.scalars(select(Box)).all()) == 1


def test_a_block_names_its_harm_before_it_goes_into_the_box(session: Session, keys: KeyFolder, client: Any) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys, "consensus")
        paper = client.submit("/vote/1", **{"pass": a_pass(vote), "go": "pass"})
        empty = go_on(client, paper, "review", choice="block")
        assert empty.status_code == 422
        assert "A block must name the harm" in empty.text

        reviewed = go_on(client, empty, "review", choice="block", ground="harm", named="<b>Nights</b> get worse")
        assert "&lt;b&gt;Nights&lt;/b&gt; get worse" in reviewed.text
        assert "It would hurt people" in reviewed.text
        assert "It is in the box" in go_on(client, reviewed, "drop").text


def test_a_page_that_lay_open_for_long_comes_back_with_the_choice_on_it(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        late = client.post("/vote/1", data={"pass": a_pass(vote), "choice": "no", "go": "drop", "csrf_token": "old"})

        assert late.status_code == 422
        assert "lay open for a long time" in late.text
        assert "It is in the box" in go_on(client, late, "drop").text


def test_outside_its_time_a_vote_says_when(session: Session, keys: KeyFolder, client: Any) -> None:
    vote = a_vote(session, keys)
    words = a_pass(vote)
    with clock.stopped_at(NOW):
        assert "not open yet" in client.get("/vote/1").text
    with clock.stopped_at(VOTING):
        form = client.form("/vote/1")
    with clock.stopped_at(AFTER):
        late = client.post("/vote/1", data={**form["fields"], "pass": words, "choice": "yes", "go": "drop"})
        assert late.status_code == 409
        assert "This vote has closed." in late.text


NINE = (SeatClass.LIVED,) * 7 + (SeatClass.FAMILY, SeatClass.HEALTH)


@pytest.mark.parametrize(
    ("choices", "sides"),
    [
        (("yes",) * 6 + ("no", None, "abstain"), "Yes: not shown No: fewer than 3 "),
        (("yes",) * 5 + ("no",) * 3 + (None,), "Yes: 5 No: 3 "),
    ],
)
def test_the_public_page_shows_no_name_no_seat_and_no_unsafe_number(
    session: Session, keys: KeyFolder, client: Any, choices: tuple[str | None, ...], sides: str
) -> None:
    vote = a_vote(session, keys, classes=NINE)
    with clock.stopped_at(VOTING):
        before = client.get("/ballots/1").text
        vote.cast(*choices)
        session.commit()
        assert client.get("/ballots/1").text == before, "nothing moves while people vote"
    vote.count()
    session.commit()
    with clock.stopped_at(AFTER):
        page = client.get("/ballots/1").text

    words = " ".join("".join(Page(page).text).split())
    for hidden in ("Chair", "Seat ", "Person", "Teller"):
        assert hidden not in words
    assert "The board said yes." in words
    assert sides in words
    assert not re.search(r"active seats, \d|\d (took part|here|abstain|did not choose)", words)
    assert "people can guess how someone voted" in words


def test_the_facilitator_calls_off_with_a_reason_and_makes_longer_and_members_do_not(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any
) -> None:
    with clock.stopped_at(VOTING):
        a_vote(session, keys)
        facilitator, member = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER, sits=True)
        assert member.get("/board/ballots/1/call-off").status_code == 403
        assert "You have no vote on this one" in member.get("/board/ballots/1").text

        earlier = facilitator.submit("/board/ballots/1/longer", closes_at="2026-03-03T12:00")
        assert earlier.status_code == 409
        assert "2026-03-03T12:00" in earlier.text
        assert facilitator.submit("/board/ballots/1/longer", closes_at="0001-01-01T00:00").status_code == 422
        assert facilitator.submit("/board/ballots/1/longer", closes_at="2026-03-09T12:00").status_code == 303
        assert facilitator.submit("/board/ballots/1/call-off", reason="").status_code == 422
        assert facilitator.submit("/board/ballots/1/call-off", reason="A cost was left out.").status_code == 303
        assert "A cost was left out." not in client.get("/ballots/1").text
        assert waiting(facilitator) == [], "one hand calls no vote off"
        assert agree(member).status_code == 303

        assert "A cost was left out." in client.get("/ballots/1").text
        assert facilitator.get("/board/ballots/1/call-off").status_code == 409
        session.expire_all()
        ballot = service.by_number(session, 1)
        assert ballot
        assert ballot.closes_at == CLOSES + timedelta(days=4)
        assert service.stage_of(session, ballot, VOTING) is Stage.CANCELLED


def test_a_vote_that_cannot_be_called_says_why_and_keeps_what_was_typed(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    with clock.stopped_at(NOW):
        members = a_board(session, keys, day=NOW.date())
        frozen(session, members[0], replace(WHOLE, kind=Kind.LOSING_ACCESS))
        session.commit()
        facilitator = sign_in(Role.FACILITATOR)
        both = [str(sign_in(Role.TELLER).card.account_id) for _ in range(2)]
        typed = {"question": "Shall we?", "opens_at": "2026-03-02T12:00", "closes_at": "2026-03-05T12:00"}

        assert facilitator.get("/board/ballots/new?proposal=7").status_code == 404
        assert facilitator.get("/board/ballots/new?proposal=x").status_code == 404
        one = facilitator.submit("/board/ballots/new?proposal=1", **typed, kind="two_thirds", tellers=both[:1])
        assert one.status_code == 422
        assert "Choose two tellers." in one.text
        weak = facilitator.submit("/board/ballots/new?proposal=1", **typed, kind="majority", tellers=both)
        assert weak.status_code == 409
        assert "needs two thirds" in weak.text
        assert "Shall we?" in weak.text
        assert (
            facilitator.submit("/board/ballots/new?proposal=1", **typed, kind="two_thirds", tellers=both).status_code
            == 303
        )


def test_a_block_is_read_by_members_and_the_words_go_back_to_the_talk(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any
) -> None:
    vote = a_vote(session, keys, "consensus")
    block = {"choice": "block", "ground": "charter_rule", "named": "A ban needs an end."}
    vote.cast("agree", "agree", "agree", "aside", block)
    vote.count()
    session.commit()
    with clock.stopped_at(AFTER):
        facilitator = sign_in(Role.FACILITATOR)
        assert "A ban needs an end." in facilitator.get("/board/ballots/1").text
        assert "A ban needs an end." not in client.get("/ballots/1").text
        assert facilitator.submit("/board/ballots/1", "back").status_code == 303
        assert "Back to the talk" not in facilitator.get("/board/ballots/1").text


def test_there_is_no_such_ballot(client: Any, sign_in: SignIn) -> None:
    for address in ("/ballots/9", "/vote/9", "/ballots/99999999999999999999"):
        assert client.get(address).status_code == 404
    member = sign_in(Role.MEMBER)
    assert member.get("/board/ballots/9").status_code == 404
    assert "No votes yet" in member.get("/board/ballots").text


def test_what_goes_on_stands_above_what_is_over_and_what_is_over_closed(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    with clock.stopped_at(VOTING):
        newer = another_vote(a_vote(session, keys), closes_at=CLOSES - timedelta(days=1))
        service.cancel(session, keys, newer, "It was for one test.", VOTING)
        session.commit()
        page = sign_in(Role.MEMBER).get("/board/ballots").text
        assert page.index("Vote 1. Closes") < page.index("Vote 2"), "it is older, and goes on"
        assert "Vote 2. Closes" not in page
    with clock.stopped_at(CLOSES):
        assert "Vote 1. Closed" in sign_in(Role.MEMBER).get("/board/ballots").text
