"""The desk, as its readers meet it: what their keys open, and nothing else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Held, HideRequest, Message, Theme, UrgentAction
from governance.keys.keyfolder import KeyFolder
from tests.factories import NOW, Founded, an_open_programme
from tests.feedback.messages import a_code, let_out, released, send, stored
from tests.page import PageClient

ACTS = ("sort", "pass-on", "write-back", "tick", "themes", "quote", "hide", "hide/agree", "hide/leave")
WORDS = "ten points is not  enough\nwhen u live out past the county line"


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """An open programme, on the day it was founded."""
    with clock.stopped_everywhere(NOW):
        yield an_open_programme(session, keys)


def reader(app: Flask, founded: Founded, alias: str = "Ash") -> PageClient:
    """Sign in with a founder's card."""
    visitor = PageClient(app)
    card = founded.cards[alias]
    assert visitor.submit("/sign-in", alias=card.alias, passphrase=card.passphrase).status_code == 303
    return visitor


def at(message_id: uuid.UUID) -> str:
    return f"/desk/messages/{message_id}"


@pytest.mark.on_both
def test_board_and_staff_read_the_same_words_exactly_as_they_were_typed(app: Flask, founded: Founded) -> None:
    message_id = released(founded, WORDS, topics=("needle-limit", "supplies"), face="bad")
    for alias in ("Ash", "Juniper", "Kelp", "Larch"):
        visitor = reader(app, founded, alias)
        assert "ten points is not" in visitor.get("/desk").text
        page = visitor.get(at(message_id)).text
        assert WORDS in page
        assert "How many needles" in page
        assert "Share the idea, not my words." in page
        assert "Not sorted yet" in page


def test_words_in_any_script_keep_their_direction_and_language(app: Flask, founded: Founded) -> None:
    message_id = released(founded, "نحتاج إلى ماء نظيف", language="ar")
    page = reader(app, founded).get(at(message_id)).text
    assert re.search(r'<blockquote lang="ar" dir="auto">نحتاج', page)
    assert "Waits for someone who can translate it" in page
    odd = released(founded, "hello", language='"><b>')
    page = reader(app, founded).get(at(odd)).text
    assert '<blockquote dir="auto">hello' in page
    assert '"><b>' not in page


def test_markup_typed_by_a_participant_is_shown_as_typed(app: Flask, founded: Founded) -> None:
    message_id = released(founded, "<script>alert(1)</script> & <b>")
    page = reader(app, founded).get(at(message_id)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in page


def test_a_reader_sees_the_boxes_their_keys_open_and_no_others(app: Flask, founded: Founded) -> None:
    grievance = released(founded, "about a worker", about=rules.About.WORKER)
    manager = released(founded, "about the manager", about=rules.About.MANAGER)
    urgent = released(founded, "someone is hurt", lane=rules.Lane.URGENT)
    opens = {"Ash": {grievance, manager, urgent}, "Juniper": set(), "Kelp": {grievance}, "Larch": {grievance, manager}}
    for alias, allowed in opens.items():
        visitor = reader(app, founded, alias)
        for message_id in (grievance, manager, urgent):
            status = visitor.get(at(message_id)).status_code
            assert status == (200 if message_id in allowed else 409), (alias, message_id)
            if message_id not in allowed:
                fields = visitor.form("/desk/paper?about=none")["fields"]
                for act in ACTS:
                    assert visitor.post(f"{at(message_id)}/{act}", data=fields).status_code == 409
    assert stored(founded, select(HideRequest)) == []


def test_a_grievance_page_says_that_nobody_looks_for_the_writer(app: Flask, founded: Founded) -> None:
    page = reader(app, founded).get(at(released(founded, "he shouted", about=rules.About.WORKER))).text
    assert "We will not try to find out who said this." in page
    page = reader(app, founded).get(at(released(founded, "the stairs"))).text
    assert "We will not try to find out who said this." not in page


@pytest.mark.on_both
def test_before_an_upsetting_message_there_is_a_pause_and_no_list_shows_its_words(app: Flask, founded: Founded) -> None:
    message_id = released(founded, "he hits her every night", lane=rules.Lane.URGENT)
    visitor = reader(app, founded)
    assert "he hits her" not in visitor.get("/desk?box=urgent").text
    pause = visitor.get(at(message_id)).text
    assert "This may be hard to read" in pause
    assert "he hits her" not in pause
    assert "he hits her" in visitor.get(f"{at(message_id)}?ready=1").text


@pytest.mark.on_both
def test_urgent_steps_are_ticked_by_the_board_and_by_another_reader(app: Flask, founded: Founded) -> None:
    message_id = released(founded, "someone is hurt", lane=rules.Lane.URGENT)
    visitor = reader(app, founded)
    page = f"{at(message_id)}?ready=1"
    assert "Nobody is alone with this" in visitor.get(page).text
    form = visitor.form(page, "/tick")
    assert visitor.post(form["action"], data={**form["fields"], "step": "read"}).status_code == 303
    assert visitor.post(form["action"], data={**form["fields"], "step": "sing"}).status_code == 400
    tick = stored(founded, select(UrgentAction))[0]
    assert (tick.action, tick.by_board) == (rules.UrgentStep.READ, True)
    feedback.tick_urgent(founded.session, message_id, rules.UrgentStep.READ, False, NOW.date())
    founded.session.commit()
    assert "Nobody is alone with this" not in visitor.get(page).text


@pytest.mark.on_both
def test_sorting_is_one_press_and_takes_the_message_to_its_lane(app: Flask, founded: Founded) -> None:
    message_id = released(founded, "the light")
    visitor = reader(app, founded)
    form = visitor.form(at(message_id), "/sort")
    answer = visitor.post(form["action"], data={**form["fields"], "lane": "thanks"})
    assert (answer.status_code, answer.location) == (303, "/desk?box=everyone")
    assert "the light" not in visitor.get("/desk").text
    assert "the light" in visitor.get("/desk?box=everyone&lane=thanks").text
    assert visitor.post(form["action"], data={**form["fields"], "lane": "spam"}).status_code == 400


def test_a_message_is_put_into_a_new_theme_then_others_into_the_same(app: Flask, founded: Founded) -> None:
    for number in range(5):
        send(founded, f"rain {number}")
    let_out(founded)
    founded.session.commit()
    ids = stored(founded, select(Message.id))
    visitor = reader(app, founded)
    assert visitor.submit(at(ids[0]), "/themes", title="  Let us   wait inside ").status_code == 303
    theme = stored(founded, select(Theme))[0]
    assert theme.title == "Let us wait inside"
    for message_id in ids[1:]:
        visitor.submit(at(message_id), "/themes", theme_id=str(theme.id))
    assert "has put itself on the board" in visitor.get("/desk").text
    page = visitor.get(f"/desk/themes/{theme.id}").text
    assert "It put itself on the agenda" in page
    assert "rain 3" in page
    assert "Let us wait inside" in visitor.get("/desk/themes").text


def test_an_empty_theme_form_comes_back_open_with_what_was_typed(app: Flask, founded: Founded) -> None:
    message_id = released(founded, "the light")
    answer = reader(app, founded).submit(at(message_id), "/themes", summary="Lamps are out in the yard")
    assert answer.status_code == 422
    assert "Lamps are out in the yard" in answer.text
    assert "<details open>" in answer.text


@pytest.mark.on_both
def test_words_are_quoted_only_with_a_yes_and_only_as_typed(app: Flask, founded: Founded) -> None:
    yes = released(founded, "my words as they are", consent=rules.Consent.WORDS)
    no = released(founded, "not to be shown")
    visitor = reader(app, founded)
    visitor.submit(at(yes), "/themes", title="A theme")
    theme_id = stored(founded, select(Theme.id))[0]
    visitor.submit(at(no), "/themes", theme_id=str(theme_id))
    assert "/quote" not in visitor.get(at(no)).text
    under = {"quoted_under": str(theme_id), "looked": "y"}
    changed = visitor.submit(at(yes), "/quote", **under, piece="my nicer words")
    assert changed.status_code == 422
    assert "my nicer words" in changed.text
    assert visitor.submit(at(yes), "/quote", **under, piece="words as they").status_code == 303
    assert "words as they" in visitor.get(f"/desk/themes/{theme_id}").text
    form = visitor.form(at(yes), "/quote")
    sneaked = form["action"].replace(str(yes), str(no))
    assert visitor.post(sneaked, data={**form["fields"], **under, "piece": "not to be"}).status_code == 422


def test_there_is_a_way_to_write_back_only_where_somebody_holds_a_code(app: Flask, founded: Founded) -> None:
    code = a_code(founded)
    with_code = released(founded, "where is the van", code=code)
    without = released(founded, "no code")
    visitor = reader(app, founded)
    assert "/write-back" not in visitor.get(at(without)).text
    assert visitor.submit(at(with_code), "/write-back", text="").status_code == 422
    assert visitor.submit(at(with_code), "/write-back", text="At the <b>bus</b> stop", asks="y").status_code == 303
    founded.session.rollback()
    page = feedback.look_up(founded.session, founded.keys, code.keys)
    founded.session.rollback()
    assert page
    assert [(reply.text, reply.asks) for reply in page.replies] == [("At the <b>bus</b> stop", True)]
    assert "a question was left" in visitor.get(at(with_code)).text


def test_no_words_shut_the_list(app: Flask, founded: Founded) -> None:
    person = reader(app, founded, "Ash")
    for words in (" " * 100 + "please read this", " " * 200, "\n" * 95 + "x", "x" * 300, "ab " * 80):
        message_id = released(founded, words)
        assert str(message_id) in person.get("/desk").text, words[:20]
        assert person.get(at(message_id)).status_code == 200, words[:20]


@pytest.mark.on_both
def test_a_message_passed_on_leaves_this_box_for_the_other(app: Flask, founded: Founded) -> None:
    message_id = released(founded, "about a worker after all")
    staff, manager = reader(app, founded, "Juniper"), reader(app, founded, "Kelp")
    assert staff.submit(at(message_id), "/pass-on").status_code == 422
    assert staff.submit(at(message_id), "/pass-on", audience="grievance").status_code == 303
    assert staff.get(at(message_id)).status_code == 409
    assert "about a worker after all" not in staff.get("/desk").text
    assert "about a worker after all" in manager.get(at(message_id)).text


def test_hiding_goes_from_one_side_to_the_other_and_leaves_a_note(app: Flask, founded: Founded) -> None:
    message_id = released(founded, "test test")
    staff, board = reader(app, founded, "Juniper"), reader(app, founded, "Ash")
    assert staff.submit(at(message_id), "/hide", reason="").status_code == 422
    assert staff.submit(at(message_id), "/hide", reason="test").status_code == 303
    waits = staff.get("/desk/hiding").text
    assert "It was a test" in waits
    assert "Without a second yes it ends on" in waits
    assert "/hide/agree" not in staff.get(at(message_id)).text
    same_side = reader(app, founded, "Larch")
    assert same_side.submit(at(message_id), "/hide/agree").status_code == 409
    assert board.submit(at(message_id), "/hide/agree").status_code == 303
    assert "Ledger no." in board.get("/desk/hiding").text
    hidden = board.get(at(message_id)).text
    assert "This message is hidden" in hidden
    assert "test test" not in hidden


def test_a_request_to_hide_can_be_turned_down(app: Flask, founded: Founded) -> None:
    message_id = released(founded, "he is named here")
    staff, board = reader(app, founded, "Juniper"), reader(app, founded, "Ash")
    staff.submit(at(message_id), "/hide", reason="names_a_person")
    assert board.submit(at(message_id), "/hide/leave").status_code == 303
    assert "Nothing waits" in board.get("/desk/hiding").text
    assert "he is named here" in board.get(at(message_id)).text


def test_a_paper_card_is_typed_in_as_written_held_and_to_be_shredded(app: Flask, founded: Founded) -> None:
    visitor = reader(app, founded, "Juniper")
    assert "shred the card" in visitor.get("/desk/paper?about=none").text
    form = visitor.form("/desk/paper?about=none")
    typed = {**form["fields"], "words": "i  spel it my way", "topics": ["wait"], "lane": "suggestion"}
    for _ in range(2):
        assert visitor.post("/desk/paper", data=typed).status_code == 303
    held = stored(founded, select(Held))[0]
    assert (held.route, held.consent) == (rules.Route.PAPER, rules.Consent.IDEA)
    let_out(founded)
    founded.session.commit()
    message_id = stored(founded, select(Message.id))[0]
    assert "i  spel it my way" in visitor.get(at(message_id)).text


def test_too_long_a_card_is_counted_and_nothing_is_cut_off(app: Flask, founded: Founded) -> None:
    answer = reader(app, founded).submit("/desk/paper?about=none", words="x" * 2001)
    assert answer.status_code == 422
    assert "x" * 2001 in answer.text


def test_more_than_a_page_goes_on_where_it_ended(app: Flask, founded: Founded) -> None:
    for number in range(33):
        send(founded, f"message number {number}.")
    let_out(founded)
    founded.session.commit()
    visitor = reader(app, founded)
    first = visitor.get("/desk").text
    older = re.search(r'href="(/desk\?[^"]*after=[^"]*)" rel="next"', first)
    assert older
    second = visitor.get(older[1].replace("&amp;", "&")).text
    found = [re.findall(r"message number \d+\.", page) for page in (first, second)]
    assert [len(each) for each in found] == [30, 3]
    assert len(set(found[0] + found[1])) == 33
    assert visitor.get("/desk?after=nonsense&lane=nowhere&box=nobodys").status_code == 200
