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
from governance.storage import database
from tests.factories import NOW, TODAY, Founded
from tests.feedback.factories import Walk
from tests.feedback.messages import EVERYONE, LATER, let_out, send, stored
from tests.feedback.test_desk import at, queries, reader
from tests.page import PageClient
from tests.puzzles import puzzle_on, solved_on

LATER_TODAY = NOW + timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("at_noon")


def fill(founded: Founded, number: int = flood.CALM + 1) -> None:
    """Let so many wait, as a flood has them: for none a device has worked. Committed."""
    for _ in range(number):
        send(founded, "buy gold", in_flood=True)
    founded.session.commit()


def say(client: PageClient, words: str, solve: bool, address: str = "/say", **sending: str) -> str:
    """Say something as a phone does that solves the puzzle, or runs no scripts. Returns what the last page says."""
    walk = Walk(client, address)
    walk.to_words()
    walk.next(words=words, **(solved_on(walk.seen.text) if solve else {}))
    with clock.stopped_at(LATER_TODAY):
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
    fill(founded, 1)
    assert puzzle_on(client.get("/say").text), "one more, and it is a flood"


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
    _, key = places.enrol_kiosk(founded.session, places.places(founded.session)[0], "By the door", goes_without=False)
    founded.session.commit()
    client.submit("/kiosk/enrol", key=key)
    assert puzzle_on(client.get("/kiosk").text) is None
    say(client, "from the drop-in", solve=False, address="/kiosk")
    let_out(founded)
    founded.session.commit()
    assert opened(founded, apart=False) == ["from the drop-in"]


@pytest.mark.parametrize(("waiting", "more"), [(61, 0), (119, 0), (120, 1), (480, 3), (960, 4), (5000, 4)])
def test_it_is_harder_the_more_wait_and_no_harder_than_that(waiting: int, more: int) -> None:
    assert sealing.bits_for(min(waiting, flood.COUNTED), flood.CALM) == sealing.EASIEST + more


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
    assert "66 lie apart" in page
    aside = visitor.get("/desk?box=everyone&apart=1").text
    assert "buy gold" in aside
    assert "the light is broken" not in aside


def test_without_the_answer_it_would_have_been_apart(app: Flask, founded: Founded) -> None:
    """The control of the test above: the same words by the same phone, and the puzzle left as it was."""
    fill(founded)
    say(PageClient(app), "the light is broken", solve=False)
    let_out(founded)
    founded.session.commit()
    assert opened(founded, apart=False) == []
    assert "the light is broken" in opened(founded, apart=True)


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


# The mark


def test_a_mark_goes_once_a_reader_has_sorted_it_and_two_weeks_after_its_week(app: Flask, founded: Founded) -> None:
    fill(founded, 8)
    let_out(founded)
    founded.session.commit()
    marked = stored(founded, select(FloodMark.message_id))
    visitor = reader(app, founded)
    form = visitor.form(at(marked[0]), "/sort")
    del form["fields"]["alike"]
    visitor.post(form["action"], data={**form["fields"], "lane": "thanks"})
    end_of_week = TODAY + timedelta(days=6)
    for day, left in ((LATER, 7), (end_of_week + timedelta(days=14), 7), (end_of_week + timedelta(days=15), 0)):
        with database.writing():
            feedback.retire(founded.session, founded.keys, day)
            founded.session.commit()
        assert len(stored(founded, select(FloodMark.message_id))) == left, day
    assert len(opened(founded, apart=False)) == 7, "then they lie with the others, and none is lost"


def test_a_message_that_somebody_put_with_a_flood_by_hand_is_named_by_the_audit(founded: Founded) -> None:
    send(founded, "the manager shouted")
    fill(founded, 6)
    let_out(founded)
    founded.session.commit()
    free = stored(founded, select(Message.id).where(~flood.MARKED))
    (taken,) = stored(founded, select(FloodMark.mac).limit(1))
    founded.session.add(FloodMark(message_id=free[0], mac=taken))
    founded.session.commit()
    assert feedback.audit(founded.session, founded.keys, LATER) == ["1 messages were put with a flood by hand."]


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


def test_the_page_asks_the_database_once_for_it(app: Flask, founded: Founded) -> None:
    client = PageClient(app)
    client.get("/say")
    with queries(app) as asked:
        client.get("/say")
    assert sum("held" in each for each in asked) == 1
