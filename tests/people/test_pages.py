"""Signing in, the cards and the readers, on their pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import Account, SignIn, WrongTries
from governance.permissions.roles import Role
from governance.privacy import retention
from tests.hand_over import make_own_words
from tests.page import PageClient
from tests.people.factories import NOON, Readers, a_card, a_chain
from tests.second_yes import agree

# Its pages alone: the services behind them run on both in test_signing_in, test_new_cards and test_second_yes.

Enter = Callable[[people.Card], PageClient]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def card(session: Session, keys: KeyFolder) -> people.Card:
    """A member's card."""
    card = a_card(session, keys, Role.MEMBER, alias="Old Bill")
    session.commit()
    return card


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Readers:
    """A chain of readers, committed."""
    founded = a_chain(session, keys)
    session.commit()
    return founded


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Sign in with a card, on a device of its own."""

    def enter(card: people.Card) -> PageClient:
        device = PageClient(app)
        assert device.submit("/sign-in", alias=card.alias, passphrase=card.passphrase).status_code == 303
        return device

    return enter


def press(device: PageClient, page: str, action: str) -> Any:
    """Press the one-button form on *page* that leads to *action*."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', device.get(page).text)
    assert token
    return device.post(action, data={"csrf_token": token[1]})


def words_on(text: str) -> str:
    """Return the five words printed on a card's page."""
    listed = re.search(r'<div class="code-words">.*?<ol[^>]*>(.*?)</ol>', text, re.DOTALL)
    assert listed
    return " ".join(re.findall(r"<li>(\w+)</li>", listed[1]))


# Signing in


def test_a_card_leads_to_the_place_where_its_work_is(client: PageClient, card: people.Card) -> None:
    answer = client.submit("/sign-in", alias="old bill", passphrase=card.passphrase.upper())
    assert (answer.status_code, answer.location) == (303, "/board")
    assert "Old Bill" in client.get("/account").text


def test_wrong_words_keep_the_name_lose_the_words_and_are_counted(
    client: PageClient, card: people.Card, session: Session
) -> None:
    answer = client.submit("/sign-in", alias="Old Bill", passphrase="sentinel words here")
    assert answer.status_code == 422
    assert "do not go together" in answer.text
    assert "Old Bill" in answer.text
    assert "sentinel" not in answer.text
    assert session.scalars(select(WrongTries.failures)).one() == 1


def test_the_words_are_not_sent_back_when_they_are_shown_while_typing(client: PageClient, card: people.Card) -> None:
    assert 'type="text"' in client.get("/sign-in?show=1").text
    answer = client.submit("/sign-in?show=1", alias="Old Bill", passphrase="sentinel words here")
    assert answer.status_code == 422
    assert "sentinel" not in answer.text


def test_the_page_does_not_tell_whether_a_name_exists(client: PageClient, card: people.Card) -> None:
    def answers(alias: str) -> list[str]:
        texts = [client.submit("/sign-in", alias=alias, passphrase="wrong").text for _ in range(5)]
        drawn = r'(value|data-challenge)="[^"]*"'  # Tokens and puzzles are drawn for each page.
        return [re.sub(drawn, "", text) for text in texts]

    with clock.stopped_at(NOON):
        real, unknown = answers("Old Bill"), answers("Nobody Here")
    assert real == unknown
    assert "Wait 4 seconds first" not in real[2]
    assert "Wait 2 seconds first" in real[4]


def test_the_right_words_get_in_after_the_wait(client: PageClient, card: people.Card) -> None:
    with clock.stopped_at(NOON):
        for _ in range(4):
            client.submit("/sign-in", alias="Old Bill", passphrase="wrong")
        right = {"alias": "Old Bill", "passphrase": card.passphrase}
        assert client.submit("/sign-in", **right).status_code == 422
    with clock.stopped_at(NOON + timedelta(seconds=2)):
        assert client.submit("/sign-in", **right).status_code == 303


def test_what_makes_no_sense_is_a_page_and_not_a_crash(client: PageClient, subtests: pytest.Subtests) -> None:
    for alias, passphrase in (
        ("", ""), ("a" * 5000, "x"), ("A\x00B", "x\x00"), ("Old Bill", "w" * 5000), ("\u202eBill", "\ud7ff\uffff"),
    ):  # fmt: skip
        with subtests.test(alias=alias[:20], passphrase=passphrase[:20]):
            assert client.submit("/sign-in", alias=alias, passphrase=passphrase).status_code == 422


# The session


def test_signing_in_turns_the_cookie_and_the_form_secret(client: PageClient, card: people.Card) -> None:
    form = client.form("/sign-in")
    before = client.get_cookie("voice")
    client.post("/sign-in", data={**form["fields"], "alias": "Old Bill", "passphrase": card.passphrase})
    after = client.get_cookie("voice")
    assert before
    assert after
    assert before.value != after.value
    stale = client.post("/account/sign-out-everywhere", data={"csrf_token": form["fields"]["csrf_token"]})
    assert stale.status_code == 400
    assert client.get("/account").status_code == 200, "a token from before signing in ends nothing"


def test_a_cookie_planted_before_signing_in_opens_nothing(app: Flask, card: people.Card) -> None:
    thief, victim = PageClient(app), PageClient(app)
    form = thief.form("/sign-in")
    planted = thief.get_cookie("voice")
    assert planted
    victim.set_cookie("voice", planted.value)
    entered = victim.post("/sign-in", data={**form["fields"], "alias": "Old Bill", "passphrase": card.passphrase})
    assert entered.status_code == 303
    assert victim.get("/account").status_code == 200
    assert thief.get("/account").status_code == 401


def test_only_the_language_and_a_mark_without_a_name_outlive_signing_in_and_out(
    client: PageClient, card: people.Card
) -> None:
    with client.session_transaction() as cookie:
        cookie.update(language="es", draft="somebody else's")
    client.submit("/sign-in", alias="Old Bill", passphrase=card.passphrase)
    with client.session_transaction() as cookie:
        assert cookie["language"] == "es"
        assert "draft" not in cookie
    press(client, "/account", "/sign-out")
    with client.session_transaction() as cookie:
        assert cookie["language"] == "es"
        assert set(cookie) <= {"language", "turn", "csrf_token", "visit", people.OWN_DEVICE}


def test_signing_out_ends_the_sign_in(card: people.Card, enter: Enter, session: Session) -> None:
    device = enter(card)
    assert press(device, "/account", "/sign-out").status_code == 303
    assert device.get("/account").status_code == 401
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_signing_out_everywhere_reaches_every_device(card: people.Card, enter: Enter) -> None:
    phone, tablet = enter(card), enter(card)
    assert press(phone, "/account", "/account/sign-out-everywhere").status_code == 303
    assert phone.get("/account").status_code == 401
    assert tablet.get("/account").status_code == 401
    assert enter(card).get("/account").status_code == 200


def test_a_tablet_left_alone_asks_for_the_card_again(app: Flask, card: people.Card) -> None:
    device = PageClient(app)
    with clock.stopped_at(NOON):
        device.submit("/sign-in", alias="Old Bill", passphrase=card.passphrase)
    with clock.stopped_at(NOON + 14 * MINUTE):
        assert device.get("/account").status_code == 200
    with clock.stopped_at(NOON + 28 * MINUTE):
        assert device.get("/account").status_code == 200
        left = device.get_cookie("voice")
    with clock.stopped_at(NOON + 43 * MINUTE):
        assert device.get("/account").status_code == 401
    with clock.stopped_at(NOON + 44 * MINUTE):
        assert left
        device.set_cookie("voice", left.value)
        assert device.get("/account").status_code == 401, "the old cookie is no use either"


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


# Doors


@pytest.mark.parametrize("address", ["/account", "/accounts", "/accounts/new", "/desk/readers"])
def test_a_visitor_is_asked_to_sign_in(client: PageClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 401
    assert "/sign-in" in answer.text


def test_a_member_keeps_no_cards_and_signs_for_no_reader(card: people.Card, enter: Enter) -> None:
    member = enter(card)
    for address in ("/accounts", "/accounts/new", "/desk/readers"):
        assert member.get(address).status_code == 403


def test_a_button_without_its_token_does_nothing(
    founded: Readers, enter: Enter, session: Session, keys: KeyFolder
) -> None:
    ash = enter(founded.cards["Ash"])
    for action in (f"/desk/readers/{founded.cards['Sam'].account_id}/remove", "/desk/readers/requests/1/card"):
        assert ash.post(action, data={}).status_code == 400
    assert ash.post("/desk/readers/lost-card", data={"account_id": "1"}).status_code == 422
    assert people.requests(session, keys, clock.today()) == []
