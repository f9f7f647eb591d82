"""Cards that are asked for, replaced and ended, and readers who are signed for, on their pages."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import Account
from governance.permissions.roles import Role
from governance.privacy import retention
from tests.hand_over import make_own_words
from tests.people.factories import NOON, Readers, a_card
from tests.people.test_pages import Enter, card, enter, founded, press
from tests.second_yes import agree

__all__ = ["card", "enter", "founded"]


def words_on(text: str) -> str:
    """Return the five words printed on a card's page."""
    listed = re.search(r'<div class="code-words">.*?<ol[^>]*>(.*?)</ol>', text, re.DOTALL)
    assert listed
    return " ".join(re.findall(r"<li>(\w+)</li>", listed[1]))


# Cards


@pytest.mark.on_both
def test_a_card_is_asked_for_and_shown_once_to_whoever_asked(
    enter: Enter, card: people.Card, session: Session, keys: KeyFolder
) -> None:
    keeper = a_card(session, keys, Role.ADMIN, alias="Keeper")
    session.commit()
    desk, member = enter(keeper), enter(card)
    asked = desk.submit("/accounts/new", alias="New Person", roles=["member", "teller"], language="es")
    assert asked.status_code == 303
    assert session.scalars(select(Account).where(Account.alias == "New Person")).one_or_none() is None
    session.rollback()
    again = desk.submit("/accounts/new", alias="new person", roles=["member"], language="es")
    assert again.status_code == 409
    assert "asked for this already" in again.text
    assert "Make the card" not in desk.get("/second-yes").text
    answer = agree(member)
    assert answer.status_code == 303
    assert "Who asked can do it now." in member.get("/second-yes").text
    assert session.scalars(select(Account).where(Account.alias == "New Person")).one_or_none() is None
    session.rollback()
    form = desk.form("/second-yes", "/card")
    page = desk.post(form["action"], data=form["fields"])
    words = words_on(page.text)
    assert page.status_code == 200
    assert len(words.split()) == 5
    assert "<svg" in page.text
    assert "Lost it?" in page.text
    for address in ("/accounts", "/account", "/accounts/new", "/second-yes"):
        assert words not in desk.get(address).text
        assert words not in member.get(address).text
    again = desk.post(form["action"], data=form["fields"])
    assert again.status_code == 409
    assert words not in again.text
    account = session.scalars(select(Account).where(Account.alias == "New Person")).one()
    assert account.language == "es"
    made = people.Card("New Person", words, account.id)
    session.rollback()
    new = enter(made)
    make_own_words(new)
    assert new.get("/board").status_code == 200


def test_the_square_on_the_card_draws_the_name_and_the_words() -> None:
    import segno

    from governance.frame.square import square

    drawn = square("Ash\none two three four five")
    qr = segno.make_qr("Ash\none two three four five", error="m")
    assert drawn["width"] == qr.symbol_size(border=4)[0]
    assert str(drawn["path"]).count("M") == sum(bool(module) for row in qr.matrix_iter(border=4) for module in row)


def test_a_name_that_is_taken_keeps_what_was_typed(enter: Enter, session: Session, keys: KeyFolder) -> None:
    keeper = a_card(session, keys, Role.ADMIN, alias="Keeper")
    session.commit()
    desk = enter(keeper)
    answer = desk.submit("/accounts/new", alias="keeper", roles=["member"])
    assert answer.status_code == 409
    assert "This name is taken" in answer.text
    assert 'value="keeper"' in answer.text
    both = desk.submit("/accounts/new", alias="Two Hats", roles=["board_reader", "manager"])
    assert both.status_code == 409
    assert "for the board and for the staff" in both.text
    assert desk.submit("/accounts/new", alias="Nobody", roles=["visitor"]).status_code == 422
    nothing = desk.submit("/accounts/new", alias="Nobody")
    assert nothing.status_code == 422
    assert "Choose one or more" in nothing.text
    assert "required" not in "".join(re.findall(r'<input[^>]*name="roles"[^>]*>', nothing.text))


def test_an_account_ends_when_two_agree_and_its_card_opens_nothing(
    enter: Enter, card: people.Card, session: Session, keys: KeyFolder
) -> None:
    keeper, other = a_card(session, keys, Role.ADMIN), a_card(session, keys, Role.MEMBER)
    session.commit()
    desk, theirs = enter(keeper), enter(other)
    assert press(desk, "/accounts", f"/accounts/{other.account_id}/end").status_code == 303
    told = theirs.get("/second-yes").text
    assert "About you" in told
    assert "/agree" not in told, "nobody agrees to their own end, or stops it by a no"
    assert "/refuse" not in told
    assert agree(enter(card)).status_code == 303
    assert theirs.get("/account").status_code == 401
    refused = press(desk, "/accounts", f"/accounts/{keeper.account_id}/end")
    assert refused.status_code == 409
    assert "Somebody must keep the cards" in refused.text


def test_a_no_and_a_change_of_mind_leave_everything_as_it_is(
    enter: Enter, card: people.Card, session: Session, keys: KeyFolder
) -> None:
    keeper, other = a_card(session, keys, Role.ADMIN), a_card(session, keys, Role.MEMBER)
    session.commit()
    desk, member = enter(keeper), enter(card)
    for page, button in ((member, "refuse"), (desk, "take-back")):
        assert press(desk, "/accounts", f"/accounts/{other.account_id}/end").status_code == 303
        assert page.submit("/second-yes", button).status_code == 303
        assert "/agree" not in member.get("/second-yes").text
    assert enter(other).get("/board").status_code == 200


def test_nobody_agrees_to_what_is_over(enter: Enter, card: people.Card, session: Session, keys: KeyFolder) -> None:
    keeper, other = a_card(session, keys, Role.ADMIN), a_card(session, keys, Role.MEMBER)
    session.commit()
    with clock.stopped_at(NOON):
        press(enter(keeper), "/accounts", f"/accounts/{other.account_id}/end")
    with clock.stopped_at(NOON + retention.ASKED_FOR):
        member = enter(card)
        assert "/agree" not in member.get("/second-yes").text
        late = press(member, "/second-yes", "/second-yes/1/agree")
        assert late.status_code == 409
        assert "settled already" in late.text


def test_an_account_that_is_not_there_is_a_page(enter: Enter, session: Session, keys: KeyFolder) -> None:
    keeper = a_card(session, keys, Role.ADMIN)
    session.commit()
    device, numbers = enter(keeper), (0, 99, 2**31, 2**80)
    told = {number: press(device, "/accounts", f"/accounts/{number}/end").status_code for number in numbers}
    assert {number: status for number, status in told.items() if status not in (404, 409)} == {}


@pytest.mark.on_both
def test_a_lost_card_is_replaced_by_two_people(
    card: people.Card, founded: Readers, enter: Enter, session: Session, keys: KeyFolder
) -> None:
    staff, board, lost = enter(founded.cards["Sam"]), enter(founded.cards["Ash"]), enter(card)
    assert staff.submit("/desk/readers", "lost-card", account_id=str(card.account_id)).status_code == 303
    page = board.get("/desk/readers").text
    assert "Without a second yes it ends on" in page
    assert "Old Bill needs a new card" in page
    number = people.requests(session, keys, clock.today())[0].id
    session.rollback()
    alone = staff.post(
        f"/desk/readers/requests/{number}/card", data={**staff.form("/desk/readers")["fields"], "alias": "Old Bill"}
    )
    assert alone.status_code == 409
    answer = board.submit("/desk/readers", f"{number}/card")
    assert answer.status_code == 200
    assert lost.get("/account").status_code == 401
    new = people.Card("Old Bill", words_on(answer.text), card.account_id)
    assert new.passphrase != card.passphrase
    found = enter(new)
    make_own_words(found)
    assert found.get("/account").status_code == 200
    with pytest.raises(AssertionError):
        enter(card)


def test_who_keeps_the_cards_may_ask_first(
    card: people.Card, founded: Readers, enter: Enter, session: Session, keys: KeyFolder
) -> None:
    keeper = a_card(session, keys, Role.ADMIN)
    session.commit()
    assert press(enter(keeper), "/accounts", f"/accounts/{card.account_id}/lost-card").status_code == 303
    assert "Old Bill needs a new card" in enter(founded.cards["Bo"]).get("/desk/readers").text


# Readers


def test_two_readers_sign_for_a_third_and_two_remove_them(
    founded: Readers, enter: Enter, session: Session, keys: KeyFolder
) -> None:
    newcomer = a_card(session, keys, Role.STAFF_READER, alias="Newcomer")
    session.commit()
    ash, sam = enter(founded.cards["Ash"]), enter(founded.cards["Sam"])
    assert "Not signed for yet" in ash.get("/desk/readers").text
    assert press(ash, "/desk/readers", f"/desk/readers/{newcomer.account_id}/sign-for").status_code == 303
    number = people.requests(session, keys, clock.today())[0].id
    session.rollback()
    assert "wants to read" in sam.get("/desk/readers").text
    assert press(ash, "/desk/readers", f"/desk/readers/requests/{number}/enrol").status_code == 409
    assert press(sam, "/desk/readers", f"/desk/readers/requests/{number}/enrol").status_code == 303
    assert newcomer.account_id in people.readers(session, keys)
    session.rollback()

    assert press(sam, "/desk/readers", f"/desk/readers/{newcomer.account_id}/remove").status_code == 303
    number = people.requests(session, keys, clock.today())[0].id
    session.rollback()
    assert press(ash, "/desk/readers", f"/desk/readers/requests/{number}/revoke").status_code == 303
    assert newcomer.account_id not in people.readers(session, keys)
    assert "Newcomer" in ash.get("/desk/readers").text, "their role stays, and it opens nothing"


def test_a_request_can_be_taken_back_on_the_page(
    founded: Readers, enter: Enter, session: Session, keys: KeyFolder
) -> None:
    ash = enter(founded.cards["Ash"])
    press(ash, "/desk/readers", f"/desk/readers/{founded.cards['Sam'].account_id}/remove")
    number = people.requests(session, keys, clock.today())[0].id
    session.rollback()
    assert press(ash, "/desk/readers", f"/desk/readers/requests/{number}/drop").status_code == 303
    assert people.requests(session, keys, clock.today()) == []


def test_a_broken_list_says_so_and_keeps_nobody_out(
    founded: Readers, enter: Enter, session: Session, keys: KeyFolder
) -> None:
    keys.write("reader-chain.anchor", bytes(32))
    ash = enter(founded.cards["Ash"])
    page = ash.get("/desk/readers")
    assert page.status_code == 200
    assert "changed by somebody who may not" in page.text


def test_signing_in_passes_on_the_keys_a_new_reader_still_lacks(
    founded: Readers, enter: Enter, session: Session, keys: KeyFolder
) -> None:
    newcomer = a_card(session, keys, Role.BOARD_READER)
    audiences = ["everyone", "grievance", "manager"]
    asked = people.propose_enrolment(
        session, keys, founded.open["Ash"], newcomer.account_id, audiences, True, NOON.date()
    )
    people.confirm_enrolment(session, keys, founded.open["Sam"], asked.id, NOON.date())
    session.commit()
    enter(founded.cards["Ash"])
    assert people.pass_on_keys(session, keys, founded.open["Ash"]) == 0, "nothing is left to pass on"
