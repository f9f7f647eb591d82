"""Words of one's own: whoever printed the first ones opens nothing with them once their owner was here."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from governance import clock
from governance.feedback import service as feedback
from governance.feedback.rules import Audience
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.people import rules
from governance.people import service as people
from governance.people.models import Account, SignIn
from governance.permissions.access import GRANTS
from governance.permissions.roles import Role
from governance.programme import accounting, founding
from governance.ruling.sentences import Sentence
from tests.factories import NOW, PLAN, TODAY, an_open_programme
from tests.feedback.messages import released
from tests.hand_over import enter, make_own_words, send_back, shown_on
from tests.page import PageClient, read
from tests.people.factories import told_to_members

# Its pages alone: own words are made on both in test_recovery_shares and test_forged_rows.


@pytest.fixture
def printed(session: Session, keys: KeyFolder) -> people.Card:
    """A card whose words somebody else printed."""
    card = people.new_account(session, keys, alias="Old Bill", roles=frozenset({Role.MEMBER}))
    session.commit()
    return card


def draw(device: PageClient) -> TestResponse:
    """Ask for new words; return the page that shows them."""
    answer = device.submit("/account/own-words", "card")
    assert answer.status_code == 200, answer.text
    return answer


def words_on(page: str) -> str:
    return " ".join(shown_on(page))


def type_back(device: PageClient, shown: TestResponse, typed: str) -> TestResponse:
    return send_back(device, shown, "passphrase", typed)


def test_whoever_finds_a_device_signed_in_makes_no_words(app: Flask, printed: people.Card) -> None:
    """Else a minute at somebody's open screen would be their card for good, and their keys."""
    with clock.stopped_everywhere(NOW):
        device = enter(app, "Old Bill", printed.passphrase)
    with clock.stopped_everywhere(NOW + rules.JUST_SIGNED_IN + timedelta(minutes=1)):
        answer = device.submit("/account/own-words", "card")
        assert answer.status_code == 409
        assert "You signed in a while ago. Show your card again first." in answer.text
        assert "code-words" not in answer.text, "no words are shown"
        assert enter(app, "Old Bill", printed.passphrase).answer.status_code == 303, "the card is as it was"


def test_the_first_sign_in_leads_to_own_words_and_the_printed_ones_die(app: Flask, printed: people.Card) -> None:
    first = enter(app, "Old Bill", printed.passphrase)
    assert first.answer.location == "/account/own-words"
    assert "Somebody printed the words" in first.get("/account/own-words").text
    own = make_own_words(first)
    assert len(own.split()) == 5
    assert own != printed.passphrase
    assert first.get("/board").status_code == 200, "the one who made them stays signed in"
    assert own not in first.get("/account/own-words").text, "they are shown once"
    assert enter(app, "Old Bill", printed.passphrase).answer.status_code == 422, "whoever printed them opens nothing"
    again = enter(app, "Old Bill", own)
    assert again.answer.location == "/board", "and nobody is led there twice"
    assert "Somebody printed" not in again.get("/account/own-words").text


def pages(app: Flask) -> list[tuple[str, str]]:
    """Each page that can be asked for without a number in its address: its address, and the permission it names."""
    found = []
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if permission is not None and not rule.arguments and "GET" in (rule.methods or ()):
            found.append((rule.rule, permission))
    return sorted(found)


def test_printed_words_open_no_page_of_work_whatever_the_roles(app: Flask, session: Session, keys: KeyFolder) -> None:
    """Not one: what a visitor may see stays, and each other page is the one where words are made."""
    roles = frozenset({Role.MEMBER, Role.BOARD_READER, Role.FACILITATOR, Role.TELLER, Role.ADMIN, Role.URGENT_TRAINED})
    with clock.stopped_at(NOW):
        an_open_programme(session, keys)
        card = people.new_account(session, keys, alias="All at once", roles=roles)
        session.commit()
        device = enter(app, "All at once", card.passphrase)
        open_to_all = GRANTS[Role.VISITOR]
        closed = [address for address, permission in pages(app) if permission not in open_to_all]
        assert len(closed) > 20
        for address in closed:
            answer = device.get(address)
            if address != "/account/own-words":
                assert (address, answer.status_code) == (address, 403)
            assert "Make my own words" in answer.text, address
        for address in ("/", "/help-now", "/promises", "/decisions", "/language"):
            assert device.get(address).status_code == 200, address
        make_own_words(device)
        opened = [address for address in closed if device.get(address).status_code in (200, 302, 303)]
        assert {"/board", "/desk", "/accounts", "/places"} <= set(opened), "the same card opens them once they are made"


def test_nothing_is_written_by_whoever_signed_in_with_printed_words(app: Flask, printed: people.Card) -> None:
    """Each form of the work pages is refused by the guard, before its view is asked."""
    device = enter(app, "Old Bill", printed.passphrase)
    token = device.form("/account/own-words", "card")["fields"]["csrf_token"]
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if permission in GRANTS[Role.VISITOR] or rule.endpoint in ("people.own_words", "static"):
            continue
        if "POST" in (rule.methods or ()) and not rule.arguments:
            answer = device.post(rule.rule, data={"csrf_token": token, "title": "A roof"})
            assert (rule.rule, answer.status_code) == (rule.rule, 403)


def test_they_can_sign_out(app: Flask, printed: people.Card) -> None:
    device = enter(app, "Old Bill", printed.passphrase)
    token = device.form("/account/own-words", "card")["fields"]["csrf_token"]
    assert device.post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert "Please sign in first" in device.get("/account/own-words").text


def test_a_page_that_breaks_off_takes_nothing_with_it(app: Flask, printed: people.Card) -> None:
    """The words were shown, and the answer was lost: the printed ones open as before, and new ones can be drawn."""
    first = enter(app, "Old Bill", printed.passphrase)
    lost = words_on(draw(first).text)
    again = enter(app, "Old Bill", printed.passphrase)
    assert again.answer.location == "/account/own-words", "the old words work"
    assert enter(app, "Old Bill", lost).answer.status_code == 422, "the ones nobody confirmed do not"
    own = make_own_words(again)
    assert own != lost
    assert enter(app, "Old Bill", own).answer.location == "/board"


def test_words_that_are_typed_wrong_are_shown_again_and_nothing_changes(app: Flask, printed: people.Card) -> None:
    device = enter(app, "Old Bill", printed.passphrase)
    shown = draw(device)
    words = words_on(shown.text)
    for typed in ("", "not these", words.split()[0], printed.passphrase):
        wrong = type_back(device, shown, typed)
        assert (wrong.status_code, words_on(wrong.text)) == (422, words)
        assert "Look at them and try again." in wrong.text
    assert enter(app, "Old Bill", printed.passphrase).answer.status_code == 303
    assert type_back(device, wrong, words.upper().replace(" ", " - ")).status_code == 303


def test_nobody_makes_words_with_a_page_of_somebody_else_or_of_long_ago(
    app: Flask, session: Session, keys: KeyFolder, printed: people.Card
) -> None:
    with clock.stopped_everywhere(NOW):
        shown = draw(enter(app, "Old Bill", printed.passphrase))
        other = people.new_account(session, keys, alias="Young Bill", roles=frozenset({Role.MEMBER}))
        session.commit()
        thief = enter(app, "Young Bill", other.passphrase)
        token = thief.form("/account/own-words", "card")["fields"]["csrf_token"]
        stolen = next(form for form in read(shown).forms if "fresh" in form["fields"])["fields"]["fresh"]
        words = words_on(shown.text)
        answer = thief.post("/account/own-words", data={"csrf_token": token, "fresh": stolen, "passphrase": words})
        assert answer.status_code == 409
        assert enter(app, "Young Bill", other.passphrase).answer.status_code == 303
        late = enter(app, "Old Bill", printed.passphrase)
        shown = draw(late)
    with clock.stopped_everywhere(NOW + rules.WORDS_WAIT + timedelta(minutes=1)):
        device = enter(app, "Old Bill", printed.passphrase)
        token = device.form("/account/own-words", "card")["fields"]["csrf_token"]
        fresh = next(form for form in read(shown).forms if "fresh" in form["fields"])["fields"]["fresh"]
        answer = device.post(
            "/account/own-words", data={"csrf_token": token, "fresh": fresh, "passphrase": words_on(shown.text)}
        )
        assert (answer.status_code, "Your old words still work." in answer.text) == (409, True)


def test_whoever_signed_in_with_the_printed_words_is_out(app: Flask, session: Session, printed: people.Card) -> None:
    who_printed_them = enter(app, "Old Bill", printed.passphrase)
    assert who_printed_them.get("/account/own-words").status_code == 200
    make_own_words(enter(app, "Old Bill", printed.passphrase))
    assert who_printed_them.get("/account/own-words").status_code == 401
    assert len(session.scalars(select(SignIn)).all()) == 1


def told(session: Session) -> list[str]:
    found = told_to_members(session, 50)
    session.rollback()
    return found


@pytest.mark.on_both
def test_a_first_sign_in_is_told_to_every_member_and_in_public_only_its_day(
    app: Flask, session: Session, keys: KeyFolder
) -> None:
    with clock.stopped_everywhere(NOW):
        founded = an_open_programme(session, keys)
        printed = people.new_account(session, keys, alias="Old Bill", roles=frozenset({Role.MEMBER}))
        people.tell_of_accounts(session, keys, Sentence("Old Bill gets a card."), TODAY, {printed.account_id})
        session.commit()
        before = session.scalar(select(func.count()).select_from(Leaf))
        session.rollback()
        device = enter(app, "Old Bill", printed.passphrase)
        assert "signed in for the first time" not in str(told(session)), "nothing has changed hands by looking"
        make_own_words(device)
        words = "Old Bill signed in for the first time and made their own words."
        assert told(session)[0].startswith(words)
        assert words in enter(app, "Dogwood", founded.cards["Dogwood"].passphrase).get("/board").text
        leaves = session.scalars(select(Leaf.body).order_by(Leaf.number)).all()
        session.rollback()
        assert len(leaves) == (before or 0) + 1
        assert not [body for body in leaves if "Old Bill" in body]
        assert list(accounting.differences(session, keys, TODAY)) == []
        session.rollback()
        make_own_words(device)
        assert str(told(session)).count(words) == 1, "later words are their owner's own affair"
        assert "Your words stand since Nov 23, 2026." in device.get("/account").text


def test_whoever_made_the_words_in_their_owners_place_is_seen_and_put_out(
    app: Flask, session: Session, keys: KeyFolder, printed: people.Card
) -> None:
    """The limit of a card that somebody prints, and what mends it."""
    thief = enter(app, "Old Bill", printed.passphrase)
    stolen = make_own_words(thief)
    assert enter(app, "Old Bill", printed.passphrase).answer.status_code == 422, "so the owner says at once"
    assert any("Old Bill signed in for the first time" in each for each in told(session)), "and the board can ask"
    card = people.new_card(session, keys, printed.account_id, TODAY)
    session.commit()
    assert thief.get("/board").status_code == 401
    assert enter(app, "Old Bill", stolen).answer.status_code == 422
    owner = enter(app, "Old Bill", card.passphrase)
    assert "Your words stand since" not in owner.get("/account").text
    make_own_words(owner)
    assert "Your words stand since" in owner.get("/account").text
    assert sum("Old Bill signed in for the first time" in each for each in told(session)) == 1, "they did so once"
    assert told(session)[0] == (
        "Old Bill made their own words with a new card. If it was not Old Bill, give another card soon."
    )


def test_until_then_each_sign_in_leads_there(app: Flask, printed: people.Card) -> None:
    for _ in range(2):
        assert enter(app, "Old Bill", printed.passphrase).answer.location == "/account/own-words"


@pytest.mark.on_both
def test_a_form_sent_twice_makes_words_once(app: Flask, session: Session, printed: people.Card) -> None:
    device = enter(app, "Old Bill", printed.passphrase)
    shown = draw(device)
    own = words_on(shown.text)
    assert type_back(device, shown, own).status_code == 303
    assert type_back(device, shown, own).status_code in (400, 409)
    assert enter(app, "Old Bill", own).answer.status_code == 303
    assert session.scalars(select(Account.card)).one() == 2


def test_a_lost_card_that_two_people_replaced_leads_there_too(
    app: Flask, session: Session, keys: KeyFolder, printed: people.Card
) -> None:
    own = make_own_words(enter(app, "Old Bill", printed.passphrase))
    assert session.get_one(Account, printed.account_id).own_words
    card = people.new_card(session, keys, printed.account_id, TODAY)
    session.commit()
    assert enter(app, "Old Bill", own).answer.status_code == 422
    assert enter(app, "Old Bill", card.passphrase).answer.location == "/account/own-words"


def test_a_reader_reads_on_what_came_before_and_what_comes_after(app: Flask, session: Session, keys: KeyFolder) -> None:
    with clock.stopped_at(NOW):
        founded = an_open_programme(session, keys)
        released(founded, "before")
        words = make_own_words(enter(app, "Ash", founded.cards["Ash"].passphrase))
        session.expire_all()
        founded.cards["Ash"] = people.Card("Ash", words, founded.account("Ash"))
        released(founded, "after")
        page = feedback.inbox(session, keys, founded.reader("Ash"), Audience.EVERYONE)
        assert {message.words for message in page.messages} >= {"before", "after"}


def test_what_init_prints_is_for_the_first_sign_in(app: Flask, session: Session, keys: KeyFolder) -> None:
    keys.clear()
    with clock.stopped_at(NOW):
        made = founding.found(session, keys, PLAN, NOW)
        session.commit()
        keys.end_founding()
        cards = {card.alias: card for card in made.cards}
        for alias in ("Ash", "Moss"):
            assert enter(app, alias, cards[alias].passphrase).answer.location == "/account/own-words"
