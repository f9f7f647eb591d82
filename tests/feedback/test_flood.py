"""A flood: nobody is refused, a device may work for its words unseen, and what none worked for is read apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from governance import clock, sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import FloodMark, Held, Message
from governance.feedback.service import flood
from governance.ledger import service as ledger
from governance.places import service as places
from governance.storage.pace import pace
from tests.factories import NOW, TODAY, Founded
from tests.feedback.factories import Walk
from tests.feedback.messages import EVERYONE, LATER, let_out, send, stored
from tests.feedback.test_desk import at, reader
from tests.page import PageClient
from tests.puzzles import puzzle_on, solved_on
from tests.statements import statements

LATER_TODAY = NOW + timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("at_noon")


def fill(founded: Founded, number: int = 2 * flood.CALM) -> None:
    """Let so many wait, as a flood has them: for none a device has worked. Committed, and looked at by a round."""
    for _ in range(number):
        send(founded, "buy gold", in_flood=True)
    founded.session.commit()
    look(founded)


def look(founded: Founded, minutes: int = 0) -> None:
    """Look for a flood so many minutes later, as a round does; at once, as the first one of its quarter of an hour."""
    with founded.keys.noting(flood.NOTE) as noted:
        noted.update({} if minutes else {"quarter": ""})
    feedback.look_for_flood(founded.session, founded.keys, NOW + timedelta(minutes=minutes))
    founded.session.rollback()


def say(client: PageClient, words: str, solve: bool, address: str = "/say", **sending: str) -> str:
    """Say something as a phone does that solves the puzzle, or runs no scripts. Returns what the last page says."""
    walk = Walk(client, address)
    walk.to_words()
    walk.next(words=words, **(solved_on(walk.seen.text) if solve else {}))
    with clock.stopped_at(LATER_TODAY):
        if "route" in sending:
            walk.send("when")
        return walk.send("send", **sending).text


def opened(founded: Founded, *, apart: bool) -> list[str]:
    ring = feedback.Keyring(founded.session, founded.keys, founded.reader("Ash"))
    found: list[str] = []
    page = ring.inbox(EVERYONE, apart=apart)
    found += [each.words for each in page.messages]
    while page.after:
        page = ring.inbox(EVERYONE, after=page.after, apart=apart)
        found += [each.words for each in page.messages]
    founded.session.rollback()
    return found


# The page


@pytest.mark.on_both
def test_outside_a_flood_no_page_has_a_puzzle_and_each_weighs_the_same(client: PageClient, founded: Founded) -> None:
    def weights() -> list[int]:
        walk, found = Walk(client), []
        for _ in range(5):
            assert "puzzle" not in walk.seen.text
            found.append(len(walk.seen.text))
            walk.next()
        return found

    empty = weights()
    fill(founded, flood.CALM)
    assert weights() == empty
    fill(founded, flood.CALM)
    assert puzzle_on(client.get("/say").text), "twice as many are a flood, whatever was drawn"


def test_in_a_flood_every_screen_has_the_puzzle_of_its_form(client: PageClient, founded: Founded) -> None:
    fill(founded)
    walk = Walk(client)
    asked = [puzzle_on(walk.seen.text)]
    asked += [puzzle_on(walk.next().text) for _ in range(4)]
    assert len({each["data-challenge"] for each in asked if each}) == 1
    assert all(each and int(each["data-bits"]) == sealing.EASIEST for each in asked)
    other = puzzle_on(Walk(PageClient(client.application)).seen.text)
    assert other
    assert asked[0]
    assert other["data-challenge"] != asked[0]["data-challenge"]


def test_how_far_a_browser_came_travels_on_and_what_is_no_answer_does_not(client: PageClient, founded: Founded) -> None:
    fill(founded)
    walk = Walk(client)
    for sent, carried in (("12.5", "12.5"), ("<b>", "12.5"), ("1" * 5000, "12.5"), ("12.5.7", "12.5.7")):
        asked = puzzle_on(walk.next(puzzle=sent).text)
        assert asked
        assert asked["value"] == carried


def test_a_kiosk_of_the_place_is_asked_for_nothing(client: PageClient, founded: Founded) -> None:
    fill(founded)
    assert puzzle_on(client.get("/kiosk").text), "somebody elsewhere may call it up too"
    _, key = places.enrol_kiosk(
        founded.session, places.places(founded.session)[0], "By the door", clock.today(), goes_without=False
    )
    founded.session.commit()
    client.submit("/kiosk/enrol", code=key)
    assert puzzle_on(client.get("/kiosk").text) is None
    say(client, "from the drop-in", solve=False, address="/kiosk")
    let_out(founded)
    founded.session.commit()
    assert opened(founded, apart=False) == ["from the drop-in"]


# What becomes of it


def test_two_hundred_from_one_address_are_all_taken(client: PageClient, founded: Founded) -> None:
    walk = Walk(client, "/kiosk")
    for number in range(200):
        walk = Walk(client, "/kiosk")
        assert "Thank you. It is in." in walk.send("send").text, number
    founded.session.rollback()
    assert founded.session.scalar(select(func.count()).select_from(Held)) == 200


def test_what_a_device_worked_for_is_read_with_the_others_and_the_rest_apart(app: Flask, founded: Founded) -> None:
    fill(founded)
    assert "Thank you. It is in." in say(PageClient(app), "the light is broken", solve=True)
    for number in range(5):
        assert "Thank you. It is in." in say(PageClient(app), f"no scripts here {number}", solve=False)
    let_out(founded)
    founded.session.commit()
    assert opened(founded, apart=False) == ["the light is broken"]
    assert sorted(opened(founded, apart=True))[-5:] == [f"no scripts here {number}" for number in range(5)]
    visitor = reader(app, founded)
    page = visitor.get("/desk?box=everyone").text
    assert "the light is broken" in page
    assert "buy gold" not in page
    assert "Many came at once" in page
    assert "100+ lie apart" in page
    aside = visitor.get("/desk?box=everyone&apart=1").text
    assert "buy gold" in aside
    assert "the light is broken" not in aside


@pytest.mark.on_both
def test_without_the_answer_it_would_have_been_apart(app: Flask, founded: Founded) -> None:
    """The control of the test above: the same words by the same phone, and the puzzle left as it was."""
    fill(founded)
    say(PageClient(app), "the light is broken", solve=False)
    let_out(founded)
    founded.session.commit()
    assert opened(founded, apart=False) == []
    assert "the light is broken" in opened(founded, apart=True)


@pytest.mark.parametrize("comes_first", ["the form", "the flood"])
def test_whose_form_is_older_than_the_flood_is_not_part_of_it(app: Flask, founded: Founded, comes_first: str) -> None:
    """They stand on the last screen when it begins. Where it began first, the same presses lead apart: the control."""
    walk = Walk(PageClient(app))
    if comes_first == "the flood":
        fill(founded)
        walk = Walk(PageClient(app))
    walk.to_words()
    walk.next(words="the light is broken")
    fill(founded)
    with clock.stopped_at(LATER_TODAY):
        assert "Thank you. It is in." in walk.send("send").text
    let_out(founded)
    founded.session.commit()
    assert ("the light is broken" in opened(founded, apart=True)) is (comes_first == "the flood")
    assert ("the light is broken" in opened(founded, apart=False)) is (comes_first == "the form")


def test_an_answer_of_another_form_is_none(app: Flask, founded: Founded) -> None:
    fill(founded)
    other = solved_on(Walk(PageClient(app)).seen.text)
    walk = Walk(PageClient(app))
    walk.to_words()
    walk.next(words="borrowed work", **other)
    with clock.stopped_at(LATER_TODAY):
        walk.send("send")
    let_out(founded)
    founded.session.commit()
    assert "borrowed work" in opened(founded, apart=True)


def test_what_cannot_wait_or_asks_for_an_answer_is_never_apart(app: Flask, founded: Founded) -> None:
    fill(founded)
    client = PageClient(app)
    assert "It is in." in say(client, "now please", solve=False, route="now")
    walk = Walk(client)
    walk.to_words()
    walk.next(words="tell me what you do")
    with clock.stopped_at(LATER_TODAY):
        page = client.post("/say", data={**walk.fields, "go": "send", "wants_code": "y"}).text
    assert "code" in page
    feedback.release_now(founded.session, founded.keys, TODAY)
    let_out(founded)
    founded.session.commit()
    assert sorted(opened(founded, apart=False)) == ["now please", "tell me what you do"]


def test_few_without_an_answer_are_let_out_like_all_others(founded: Founded) -> None:
    """Else a mark that two or three share would tell of somebody that their device runs no scripts."""
    fill(founded, flood.FEWEST - 1)
    send(founded, "with the others")
    let_out(founded)
    founded.session.commit()
    assert len(opened(founded, apart=False)) == flood.FEWEST
    assert stored(founded, select(FloodMark.message_id)) == []


@pytest.mark.on_both
def test_few_are_few_for_the_readers_who_see_them(founded: Founded) -> None:
    """A flood to everyone shelters no single word to others: alone under its mark it would be told from all."""
    fill(founded, 20)
    send(founded, "the manager shouted", about=rules.About.MANAGER, in_flood=True)
    let_out(founded)
    founded.session.commit()
    marked = select(Message.audience).where(flood.MARKED)
    assert stored(founded, marked) == [EVERYONE] * 20
    for _ in range(flood.FEWEST):
        send(founded, "the manager shouted", LATER, about=rules.About.MANAGER, in_flood=True)
    let_out(founded, LATER + timedelta(days=3))
    founded.session.commit()
    assert stored(founded, marked).count(rules.Audience.MANAGER) == flood.FEWEST, "the control: as many as are enough"


@pytest.mark.on_both
@pytest.mark.parametrize(("number", "marked"), [(flood.FEWEST, flood.FEWEST), (flood.FEWEST - 1, 0)])
def test_how_fast_the_machine_is_decides_nothing(founded: Founded, number: int, marked: int) -> None:
    """A duty begins with pieces of eight, so that five of forty seldom come in one of them."""
    fill(founded, number)
    for _ in range(40 - number):
        send(founded, "with the others")
    founded.session.commit()
    with pace.of_a_duty():
        pieces = [piece(founded.session) for piece in feedback.release_in_pieces(founded.session, founded.keys, LATER)]
    founded.session.commit()
    assert sum(each > 0 for each in pieces) == 5
    assert len(stored(founded, select(FloodMark.message_id))) == marked


@pytest.mark.on_both
def test_while_it_waits_no_column_tells_which_came_in_a_flood(founded: Founded) -> None:
    fill(founded, 1)
    send(founded, "buy gold")
    founded.session.commit()
    rows = founded.session.execute(select(Held.day, Held.route, Held.consent, Held.audience, Held.sealed)).all()
    assert len({(row[:-1], len(row.sealed)) for row in rows}) == 1


def test_the_ledger_says_nothing_of_it(app: Flask, founded: Founded) -> None:
    fill(founded, 20)
    let_out(founded)
    founded.session.commit()
    bodies = [set(facts) for _, facts in ledger.leaves(founded.session, "intake")]
    assert founded.session.scalar(select(func.count()).select_from(FloodMark)) == 20
    assert all(facts <= {"v", "kind", "day", "commit"} for facts in bodies)
    assert feedback.audit(founded.session, founded.keys, LATER) == []


def test_a_message_apart_has_its_own_list_beside_it(app: Flask, founded: Founded) -> None:
    fill(founded, 8)
    send(founded, "the soup is good", lane=rules.Lane.THANKS)
    let_out(founded)
    founded.session.commit()
    marked = stored(founded, select(FloodMark.message_id))
    page = reader(app, founded).get(at(marked[0])).text
    assert "the soup is good" not in page
    assert "To all the others" in page
    assert "7 more say the same" in page


def test_no_page_asks_the_database_for_it(app: Flask, founded: Founded) -> None:
    client = PageClient(app)
    client.get("/say")
    with statements(app) as asked:
        client.get("/say")
    assert not [each for each in asked if "held" in each]
