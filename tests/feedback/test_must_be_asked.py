"""Two questions that no way of sending goes around: when, if somebody may be hurt; and whom a complaint is about.

What is chosen decides who can open a message and how soon. The tests look at the keys and at the rows, and not only at
the pages: every lane, every answer and every way of sending, one after another.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select

from governance import clock
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Held
from governance.feedback.rules import About, Lane
from governance.ruling.errors import RuleRefused
from tests.factories import NOW, TODAY, Founded
from tests.feedback.factories import Walk
from tests.page import PageClient

LATER = NOW + timedelta(minutes=1)
READERS = ("Ash", "Birch", "Juniper", "Kelp", "Larch")
WORKER, MANAGER = "Juniper", "Kelp"

# Whom each answer keeps out: whoever it is about, and with "I do not know" whoever it may be about.
SUBJECTS = {About.WORKER: {WORKER}, About.MANAGER: {MANAGER}, About.UNKNOWN: {WORKER, MANAGER}, About.NOBODY: set()}


pytestmark = pytest.mark.usefixtures("at_noon")


def held(founded: Founded) -> list[Held]:
    founded.session.rollback()
    return list(founded.session.scalars(select(Held)).all())


def answers(walk: Walk, about: str) -> None:
    """Answer what the screen may still ask before it sends, choosing nothing of one's own accord."""
    with clock.stopped_at(LATER):
        while "It is in." not in walk.seen.text:
            asked = {"about": about} if "Who is it about?" in walk.seen.text else {"route": "later"}
            walk.send("send", **asked)


def screen_by_screen(walk: Walk, lane: str, about: str, words: str) -> None:
    walk.next(lane=lane)
    if "Who is it about?" in walk.seen.text:
        walk.next(about=about)
    walk.to_words()
    walk.next(words=words)
    answers(walk, about)


def as_it_is_with_words(walk: Walk, lane: str, about: str, words: str) -> None:
    walk.next(lane=lane)
    if "Who is it about?" in walk.seen.text:
        walk.next(about=about)
    walk.to_words()
    with clock.stopped_at(LATER):
        walk.send("send", words=words)
    answers(walk, about)


def as_a_word_of_another_lane_first(walk: Walk, lane: str, about: str, words: str) -> None:
    """They say thanks, type, choose "now", come all the way back and find that it is something else."""
    walk.to_words(lane="thanks")
    walk.next(words=words)
    walk.send("when")
    walk.back(route="now")
    while "lane" not in walk.fields:
        walk.back()
    with clock.stopped_at(LATER):
        walk.send("send", lane=lane)
    answers(walk, about)


WAYS = (screen_by_screen, as_it_is_with_words, as_a_word_of_another_lane_first)


def who_reads_what(founded: Founded) -> dict[str, set[str]]:
    """Let out everything. Return the words that each reader's own keys open, in any box."""
    session, keys = founded.session, founded.keys
    session.rollback()
    feedback.release_now(session, keys, TODAY)
    feedback.release(session, keys, TODAY + timedelta(days=4))
    session.commit()
    found: dict[str, set[str]] = {alias: set() for alias in READERS}
    for alias in READERS:
        ring = feedback.Keyring(session, keys, founded.reader(alias))
        for audience in ring.audiences:
            found[alias] |= {message.words for message in ring.inbox(audience).messages}
    return found


@pytest.mark.parametrize("address", ["/kiosk", "/say"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_way_of_sending_a_complaint_reaches_whom_it_is_about(
    client: PageClient, founded: Founded, way: object, address: str
) -> None:
    for about in About:
        way(Walk(client, address), "grievance", about, f"it was {about}")  # type: ignore[operator]
    read = who_reads_what(founded)
    for about, subjects in SUBJECTS.items():
        readers = {alias for alias in READERS if f"it was {about}" in read[alias]}
        assert readers & subjects == set(), about
        assert {"Ash", "Birch"} <= readers, about
    assert "it was nobody" in read[MANAGER], "the control: what may come to the manager does"


def test_in_no_lane_and_by_no_answer_do_the_keys_reach_whom_it_is_about(founded: Founded) -> None:
    """The same for whatever a card, the demo or a page to come may hand in, paper among it."""
    for lane in Lane:
        for about in [*About, ""]:
            said = feedback.Submission(
                token=secrets.token_bytes(16), lane=lane, about=rules.about_of(lane, about), words=f"{lane} {about}",
                route=rules.Route.PAPER if about == "" else rules.Route.NOW,
            )  # fmt: skip
            feedback.take(founded.session, founded.keys, said, TODAY)
    founded.session.commit()
    read = who_reads_what(founded)
    for lane in Lane:
        for about, subjects in SUBJECTS.items():
            assert not {alias for alias in subjects if f"{lane} {about}" in read[alias]}, (lane, about)
    assert f"{Lane.GRIEVANCE} " not in read[MANAGER], "a complaint of which nobody said whom it is about"
    assert f"{Lane.THANKS} " in read[WORKER], "the control"


def test_what_may_be_about_the_manager_is_passed_on_to_nobody_who_may_be_the_manager(founded: Founded) -> None:
    """A manager may be trained for urgent words too. More words by the code of such a message stay with it."""
    for about in (About.MANAGER, About.UNKNOWN):
        for there in (rules.Audience.EVERYONE, rules.Audience.GRIEVANCE, rules.Audience.URGENT):
            with pytest.raises(RuleRefused, match="kept from those readers"):
                rules.check_may_pass_to(there, rules.Audience.MANAGER, Lane.GRIEVANCE, about)
    for audience in rules.Audience:
        lane, about = rules.behind(audience)
        assert rules.kept_from(lane, about) >= {rules.Audience.EVERYONE} or audience in ("everyone", "urgent")
        assert audience not in rules.kept_from(lane, about)


# Its screens alone: what they hand in is taken on both databases above.


@pytest.mark.parametrize("address", ["/kiosk", "/say"])
def test_whoever_says_that_someone_may_be_hurt_is_asked_when_it_should_go(
    app: Flask, founded: Founded, address: str, subtests: pytest.Subtests
) -> None:
    for number, (lane, screens) in enumerate(product(("urgent", "alert"), range(6))):
        with subtests.test(lane=lane, screens=screens):
            walk = Walk(PageClient(app), address)
            walk.next(lane=lane) if screens else None
            for _ in range(screens - 1):
                walk.next()
            with clock.stopped_at(LATER):
                asked = walk.send("send", lane=lane) if not screens else walk.send("send")
                assert "When should it go?" in asked.text
                assert asked.text.index("Send it now") < asked.text.index("Send it with the others")
                assert "Staff may guess it was you." in asked.text
                assert "It may wait up to three days." in asked.text
                assert "route" not in walk.fields, "nothing is chosen ahead"
                assert len(held(founded)) == number
                assert "It goes to them now." in walk.send("send", route="now").text
            assert [each.route for each in held(founded)] == [rules.Route.NOW] * (number + 1)


def test_a_forged_form_that_goes_around_the_question_is_shown_it_and_loses_no_word(
    client: PageClient, founded: Founded
) -> None:
    """The answer counts only on the screen that asks: what another screen hands in for it is no answer."""
    walk = Walk(client, "/kiosk")
    walk.to_words(lane="urgent")
    forged = walk.send("send", words="he is out there", route="later", about="nobody", step="sending")
    assert "When should it go?" in forged.text
    for route in ("", "paper", "later' or 1=1"):
        assert walk.send("send", route=route).status_code == 422
        assert "When should it go?" in walk.seen.text
    assert held(founded) == []
    for _ in range(2):
        walk.back()
    assert walk.fields["words"] == "he is out there"


def test_a_complaint_without_a_name_for_its_subject_is_not_sent_before_it_is_answered(
    client: PageClient, founded: Founded
) -> None:
    walk = Walk(client, "/kiosk")
    assert "Who is it about?" in walk.send("send", lane="grievance", about="nobody").text
    assert "about" not in walk.fields, "nothing is chosen ahead"
    for go in ("next", "send"):
        assert walk.send(go).status_code == 422
        assert "Choose one." in walk.seen.text
    assert "What do you want to say?" in walk.back().text
    assert held(founded) == []


def test_all_other_lanes_are_asked_neither(client: PageClient, founded: Founded) -> None:
    for lane in ("", "suggestion", "thanks", "other"):
        assert "It is in." in Walk(client, "/kiosk").send("send", lane=lane).text
    assert {each.route for each in held(founded)} == {rules.Route.LATER}


@pytest.mark.parametrize(
    ("lane", "about", "route", "sentences"),
    [
        ("urgent", "", "now", ["Trained readers will read it.", "It goes to them now."]),
        ("urgent", "", "later", ["Trained readers will read it.", "three days at most"]),
        ("alert", "", "now", ["Readers from the board and from the staff will read it.", "It goes to them now."]),
        ("grievance", "manager", "", ["The director and a reader from the board will read it.", "three days at most"]),
        ("grievance", "unknown", "", ["Not the manager."]),
        ("grievance", "worker", "", ["A manager and a reader from the board will read it.", "No other worker."]),
        ("thanks", "", "", ["Readers from the board and from the staff will read it.", "Look at the wall"]),
    ],
)
def test_the_thanks_say_who_reads_this_message_and_about_when(
    client: PageClient, founded: Founded, lane: str, about: str, route: str, sentences: list[str]
) -> None:
    walk = Walk(client, "/kiosk")
    walk.send("send", lane=lane)
    if about or route:
        walk.send("send", **({"about": about} if about else {"route": route}))
    for sentence in sentences:
        assert sentence in walk.seen.text
