"""Cards on the pages: printed once, drawn, signed for, voted with, and made void when left over."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.box.closing import close
from governance.ballots.box.root import fix_root
from governance.ballots.models import Box, CardDrop
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.ballots.factories import AFTER, VOTING, a_vote
from tests.ballots.test_pages import SignIn, a_pass, go_on
from tests.second_yes import agree, waiting


def made_with(teller: Any, facilitator: Any, asked: Any) -> Any:
    """Who asked for the cards makes them, once one who opens boxes has agreed."""
    assert (asked.status_code, asked.headers["Location"]) == (303, "/board/ballots/1")
    assert agree(teller, about="The cards of vote 1 are made").status_code == 303
    assert "Make the cards now" in facilitator.get("/board/ballots/1").text
    return facilitator.submit("/second-yes", "/card")


def test_nobody_sees_the_codes_of_a_vote_alone(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        before = service.cards_made(session, vote.ballot), vote.cards[0]
        session.rollback()
        facilitator, other = sign_in(Role.FACILITATOR), sign_in(Role.FACILITATOR)
        asked = facilitator.submit("/board/ballots/1", "cards")
        assert asked.status_code == 303, "asked for, and not made"
        assert "sign-card" not in facilitator.get("/second-yes").text
        assert waiting(facilitator) == waiting(other) == waiting(sign_in(Role.MEMBER)) == []
        teller = sign_in(Role.TELLER)
        (form,) = waiting(teller, "The cards of vote 1 are made")
        assert facilitator.post(form["action"], data=form["fields"]).status_code in (400, 409)
        mine = form["action"].replace("/agree", "/card")
        token = facilitator.form("/language")["fields"]["csrf_token"]
        refused = facilitator.post(mine, data={"csrf_token": token, "read": form["fields"]["read"]})
        assert refused.status_code == 409, "nobody has agreed so far"
        assert agree(teller).status_code == 303
        stolen = other.form("/language")["fields"]["csrf_token"]
        assert other.post(mine, data={"csrf_token": stolen, "read": form["fields"]["read"]}).status_code == 409
        assert (service.cards_made(session, vote.ballot), vote.cards[0]) == before
        assert service.ticket(session, keys, vote.ballot, vote.cards[0]) is not None, "the old ones still open"
        session.rollback()
        assert facilitator.submit("/second-yes", "/card").text.count("sign-card") >= 10
        assert "The cards of vote 1 are made" in sign_in(Role.MEMBER).get("/second-yes").text, "each member is told"


def test_cards_are_printed_once_drawn_signed_for_and_voted_with_where_nobody_signs_in(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        facilitator = sign_in(Role.FACILITATOR)
        asked = facilitator.submit("/board/ballots/1", "cards")
        printed = made_with(sign_in(Role.TELLER), facilitator, asked)
        assert printed.status_code == 200
        assert printed.headers["Cache-Control"] == "no-store"
        shown = re.findall(r'<ol role="list" dir="ltr">(.*?)</ol>', printed.text)
        cards = [" ".join(re.findall(r"<li>(\w{4})</li>", card)) for card in shown]
        stubs = ["".join(re.findall(r"<li>(\w{5})</li>", card)) for card in shown]
        cards, stubs = [card for card in cards if card], [stub for stub in stubs if stub]
        assert len(cards) == len(stubs) == 10 > len(vote.members)
        on_stub = re.findall(r'<div class="sign-stub">(.*?)</section>', printed.text, re.DOTALL)
        assert all("Tear this off and keep it" in each and not re.search(r"<li>\w{4}</li>", each) for each in on_stub)
        assert facilitator.submit("/board/ballots/1/roll", f"roll/{vote.members[0]}").status_code == 303
        assert "Has one" in facilitator.get("/board/ballots/1/roll").text
        token = facilitator.form("/board/ballots/1/roll")["fields"]["csrf_token"]
        assert facilitator.post("/board/ballots/1/cards", data={"csrf_token": token}).status_code == 409

        paper = client.submit("/vote", **{"pass": cards[0].lower().replace("o", "0"), "go": "pass"})
        assert "Drug checking on Fridays" in paper.text
        done = go_on(client, go_on(client, paper, "review", choice="yes"), "drop")
        assert "shown once" in done.text
        assert f"<li>{stubs[0][:5]}</li><li>{stubs[0][5:]}</li>" in done.text
        session.expire_all()
        assert len(session.scalars(select(Box)).all()) == 1
        session.rollback()
        hints = {cards[0][:-1]: "You typed 19 of 20 letters.", vote.cards[0]: "No vote that is open takes this card or"}
        for card, hint in hints.items():
            wrong = client.submit("/vote", **{"pass": card, "go": "pass"})
            assert wrong.status_code == 422, "a card that was replaced opens nothing"
            assert hint in wrong.text


@pytest.mark.on_both
def test_once_a_pass_is_out_no_cards_are_offered_that_would_be_refused(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        facilitator = sign_in(Role.FACILITATOR)
        assert "Ask for new cards in their place" in facilitator.get("/board/ballots/1").text
        a_pass(vote)
        shown = facilitator.get("/board/ballots/1").text
        assert "Ask for new cards" not in shown
        assert "/board/ballots/1/cards" not in shown
        session.execute(delete(CardDrop))
        session.commit()
        shown = facilitator.get("/board/ballots/1").text
        assert "Someone took a pass before there were cards." in shown
        assert "/board/ballots/1/cards" not in shown


def test_the_cards_come_as_a_tagged_pdf_in_which_no_question_is_markup(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys, question='#panic("x") *now* $1 \\ "why"?')
        facilitator = sign_in(Role.FACILITATOR)
        token = facilitator.form("/board/ballots/1")["fields"]["csrf_token"]
        asked = facilitator.post("/board/ballots/1/cards", data={"csrf_token": token, "as": "pdf"})
        printed = made_with(sign_in(Role.TELLER), facilitator, asked)

        assert printed.headers["Content-Type"] == "application/pdf"
        assert printed.headers["Cache-Control"] == "no-store"
        assert printed.data.startswith(b"%PDF-1.7")
        assert b"StructTreeRoot" in printed.data
        session.rollback()
        assert service.ticket(session, keys, vote.ballot, vote.cards[0]) is None, "they stand in place of the old ones"


def test_where_no_font_has_the_letters_the_cards_are_a_page_to_print(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys, question="Tea \U0010fffd?")
        facilitator = sign_in(Role.FACILITATOR)
        token = facilitator.form("/board/ballots/1")["fields"]["csrf_token"]
        asked = facilitator.post("/board/ballots/1/cards", data={"csrf_token": token, "as": "pdf"})
        page = made_with(sign_in(Role.TELLER), facilitator, asked)
        assert page.status_code == 200
        assert "so there is no PDF. Print this page." in page.text
        assert page.text.count("sign-card") >= 10
        session.rollback()
        assert service.ticket(session, keys, vote.ballot, vote.cards[0]) is None, "they stand in place of the old ones"


def test_a_card_left_over_is_made_void_after_close_and_a_used_one_is_not(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        used = vote.cards[-1]
        vote.cast("yes")
        session.commit()
        facilitator = sign_in(Role.FACILITATOR)
        assert facilitator.get("/board/ballots/1/void").status_code == 409
    with clock.stopped_at(AFTER):
        facilitator.submit("/sign-in", alias=facilitator.card.alias, passphrase=facilitator.card.passphrase)
        assert facilitator.submit("/board/ballots/1/void", code=vote.cards[0]).status_code == 303
        assert "1 card is void so far" in facilitator.get("/board/ballots/1/void").text
        refused = facilitator.submit("/board/ballots/1/void", code=used)
        assert refused.status_code == 409
        assert "Someone voted with this card" in refused.text
        assert facilitator.submit("/board/ballots/1/void", code="AAAA").status_code == 409
        fix_root(session, keys, close(session, vote.ballot, AFTER), AFTER.date())
        session.commit()
        assert "Cards left over" in facilitator.get("/board/ballots/1").text
        assert "no card can be made void now" in facilitator.get("/board/ballots/1/void").text
        assert "Someone voted with this card" in facilitator.submit("/board/ballots/1/void", code=used).text
        assert facilitator.submit("/board/ballots/1/void", code=vote.cards[1]).status_code == 303
        page = facilitator.get("/board/ballots/1/void").text
        assert ("That card was not used" in page, "1 card is void so far" in page) == (True, True)
        assert facilitator.submit("/board/ballots/1/void", code=vote.cards[0]).status_code == 303
        page = facilitator.get("/board/ballots/1/void").text
        assert "That card is void already. Nobody voted with it." in page
        assert "That card was not used" not in page


def test_a_member_says_that_they_drew_a_card(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    with clock.stopped_at(VOTING):
        member = sign_in(Role.MEMBER)
        a_vote(session, keys, seats=[member.card.account_id])
        assert "Draw a card from the box" in member.get("/board/ballots/1").text
        assert member.submit("/board/ballots/1", "drew").status_code == 303
        assert "You took a card or a pass" in member.get("/board/ballots/1").text
