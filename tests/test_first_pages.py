"""Nothing missed: what waits stands on the first page of everybody who can do something about it, and of nobody else.

A programme is brought to a day on which a line of each kind waits. Then everyone signs in, and what their first page
says is compared, kind by kind, with who can act. Votes and records wait for single people: `tests/ballots` and
`tests/decisions` ask for their lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service as board
from governance.board.rules import AgendaKind, AgendaState
from governance.board.views.door import what_needs_me
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.rules import About, Lane
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Role, Who
from governance.proposals import service as proposals
from governance.proposals.rules import RemarkKind
from governance.publishing import service as publishing
from governance.responses import rules
from governance.responses import service as responses
from governance.responses.models import Commitment
from governance.ruling.sentences import Sentence
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.messages import released
from tests.laid_out import emptied, prepared
from tests.page import PageClient
from tests.proposals.factories import in_talk
from tests.responses.factories import a_theme_duty
from tests.statements import statements

WAITED = timedelta(days=65)  # A help card is amber by then, and a term is not over.
DAY = TODAY + WAITED
LONG_AGO = TODAY + timedelta(days=4)
# Statements for the board's first page on that day, four of them to hold notices against their marks, two for what
# somebody wrote and minded; so many more for open boxes and for who may sign with them, and for what waits for whoever
# runs the board: one for each kind of it.
# Of readers two are for the charter of the day on which a grievance was let out: its days are those of then, as the
# ledger holds them.
MOST_ASKED, OF_READERS, OF_FACILITATOR = 41, 20, 4

BOARD_READERS = {"Ash", "Birch"}
MEMBERS = BOARD_READERS | {"Cedar", "Dogwood"}
STAFF_READERS = {"Juniper", "Kelp", "Larch"}
READERS = BOARD_READERS | STAFF_READERS
EVERYBODY = MEMBERS | STAFF_READERS | {"Moss", "Sorrel", "Teasel", "Umber"}

# A few words of the line of each kind, and who can do something about it.
KINDS = {
    ("2 new messages", "Read what is there, and sort it."): READERS,
    ("1 new message", "Someone may be hurt."): BOARD_READERS,
    ("1 new message", "Something wrong was done"): BOARD_READERS | {"Kelp", "Larch"},
    ("1 new message", "It may be about the manager"): BOARD_READERS | {"Larch"},
    ("1 message says that wrong was done", "box=grievance"): BOARD_READERS | {"Kelp", "Larch"},
    ("1 message says that wrong was done", "box=manager"): BOARD_READERS | {"Larch"},
    ("Shouted at", "Start the clock"): BOARD_READERS | {"Kelp", "Larch"},
    ("asks to hide a message",): STAFF_READERS,
    ("The rain", "Answer by"): {"Kelp", "Larch", "Sorrel"},
    ("The rain", "Ask again"): MEMBERS,
    ("Open the hall", "Promised by"): {"Kelp", "Larch", "Sorrel"},
    ("Paint the door", "Staff say it is done"): MEMBERS,
    ("The hall", "second look"): {"Larch"},
    ("Vetch", "Their card says they may read"): READERS,
    ("Hazel", "They lost their card"): BOARD_READERS,
    ("Nettle gets a seat", "It takes two people"): MEMBERS - {"Cedar"},
    ("Call the number", "it goes on"): {"Moss"},
    ("Blue pills", "Two of us read it"): MEMBERS,
    ("Drug checking on Fridays", "has a concern"): {"Dogwood"},
    ("Drug checking on Fridays", "Say what you think"): MEMBERS,
    ("The yard", "We talk about this at the next meeting"): MEMBERS | {"Teasel"},
}


ALERT = {
    "title": "Blue pills", "told": "People slept for hours.", "tested": "1 sample.", "how_sure": "Somewhat.",
    "what_helps": "Start small.", "who_says": "Drug checking.",
}  # fmt: skip
LINE = re.compile(r'<a class="row-panel" href="([^"]*)".*?</a>', re.DOTALL)


def who(founded: Founded, alias: str) -> Who:
    account = founded.account(alias)
    return Who(account, alias, people.roles_of(founded.session, account), b"")


def messages_and_grievances(founded: Founded) -> None:
    session = founded.session
    hidden = released(founded, "a test")
    released(founded, "the rain")
    released(founded, "somebody is hurt", lane=Lane.URGENT)
    released(founded, "they shouted", lane=Lane.GRIEVANCE, about=About.WORKER)
    released(founded, "they took money", lane=Lane.GRIEVANCE, about=About.MANAGER)
    shouted = released(founded, "they shouted twice", lane=Lane.GRIEVANCE, about=About.WORKER)
    theme = feedback.start_theme(session, "Shouted at", "", Lane.GRIEVANCE, LONG_AGO)
    feedback.sort(session, shouted, Lane.GRIEVANCE, feedback.Hand(founded.keys, LONG_AGO))
    feedback.put_in(session, theme, shouted, feedback.Hand(founded.keys, LONG_AGO))
    feedback.ask_to_hide(session, founded.keys, hidden, HideReason.TEST, founded.account("Ash"), DAY)


def answers(founded: Founded) -> None:
    session = founded.session
    a_theme_duty(session, "The rain", LONG_AGO)
    for title, promised in (("The hall", "Open the hall"), ("The door", "Paint the door")):
        duty = a_theme_duty(session, title, LONG_AGO)
        promise = rules.CommitmentFacts(promised, "the opening worker", DAY)
        fields = responses.AnswerFields(answer=rules.Answer.YES, words="Yes.", short="Yes.", commitments=(promise,))
        responses.answer(session, duty, fields, "the manager", LONG_AGO, account_id=founded.account("Kelp"))
        if title == "The hall":
            responses.ask_second_look(session, duty, "Look again.", frozenset({Role.MEMBER}), DAY)
    responses.report_done(session, session.query(Commitment).filter_by(text="Paint the door").one(), DAY)


def the_board(founded: Founded) -> None:
    session = founded.session
    proposal = in_talk(session, founded.account("Dogwood"))
    proposals.remark(session, proposal, founded.account("Ash"), "The line.", DAY, RemarkKind.CONCERN)
    yard = board.add_agenda_item(session, AgendaKind.MEMBER, "", "The yard", DAY)
    yard.state = AgendaState.TODAY
    publishing.write_alert(session, founded.account("Juniper"), ALERT, DAY + timedelta(days=9), DAY)


def people_who_wait(founded: Founded) -> None:
    session, keys = founded.session, founded.keys
    new = {
        "Sorrel": Role.RESPONDER, "Teasel": Role.TELLER, "Umber": Role.URGENT_TRAINED, "Vetch": Role.STAFF_READER,
    }  # fmt: skip
    for alias, role in new.items():
        founded.cards[alias] = people.new_account(session, keys, alias=alias, roles=frozenset({role}), own_words=True)
    people.ask_for_card(session, keys, who(founded, "Moss"), founded.account("Hazel"), DAY)
    people.ask(session, keys, who(founded, "Cedar"), "board.seat_member", Sentence("Nettle gets a seat"), DAY)


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """A programme in which something of every kind waits, on that day."""

    def something_waits() -> Founded:
        with clock.stopped_everywhere(NOW):
            founded = an_open_programme(session, keys)
        with clock.stopped_everywhere(NOW + WAITED):
            for waits in (messages_and_grievances, answers, the_board, people_who_wait):
                waits(founded)
            session.commit()
        return founded

    emptied(keys)
    founded = prepared("something of every kind waits", session, keys, something_waits)
    with clock.stopped_everywhere(NOW + WAITED):
        yield founded


def first_page(app: Flask, founded: Founded, alias: str) -> list[str]:
    """What waits on the page that *alias* comes to by signing in: each line with its address and words."""
    visitor, card = PageClient(app), founded.cards[alias]
    page = visitor.get(visitor.submit("/sign-in", alias=card.alias, passphrase=card.passphrase).location).text
    begins = page.find("What needs me now</h2>")
    return (
        [line.group() for line in LINE.finditer(page[begins : page.index("</section>", begins)])] if begins > 0 else []
    )


def seen_by(app: Flask, founded: Founded) -> dict[tuple[str, ...], set[str]]:
    """Who finds a line of each kind."""
    pages = {alias: first_page(app, founded, alias) for alias in EVERYBODY}
    return {
        kind: {alias for alias, lines in pages.items() if any(all(each in line for each in kind) for line in lines)}
        for kind in KINDS
    }


@pytest.mark.on_both
def test_each_kind_of_line_stands_where_somebody_can_act_on_it_and_nowhere_else(app: Flask, founded: Founded) -> None:
    assert seen_by(app, founded) == KINDS


def test_the_boards_first_page_asks_for_each_thing_once(app: Flask, founded: Founded) -> None:
    """Where each list asked for seats, roles, charter and votes by itself, it took 45 to 59."""
    over = {}
    for alias in sorted(MEMBERS):
        visitor, card = PageClient(app), founded.cards[alias]
        visitor.submit("/sign-in", alias=card.alias, passphrase=card.passphrase)
        with statements(app) as sent:
            assert visitor.get("/board").status_code == 200
        most = MOST_ASKED + (OF_READERS if alias in BOARD_READERS else 0) + (OF_FACILITATOR if alias == "Cedar" else 0)
        if len(sent) > most:
            over[alias] = len(sent)
    assert over == {}


def test_without_a_package_that_says_what_waits_its_kinds_are_missed(
    app: Flask, founded: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the walk sees a line that is not there."""
    monkeypatch.setattr(what_needs_me, "_fillers", [])
    seen = seen_by(app, founded)
    missed = {kind for kind, found in seen.items() if not found}
    assert ("Blue pills", "Two of us read it") in missed
    assert ("The rain", "Answer by") in missed
    assert ("Hazel", "They lost their card") not in missed


def test_a_line_that_everybody_finds_is_found_out(
    app: Flask, founded: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without its gate, help cards wait for everybody."""
    monkeypatch.setattr("governance.places.views.needs.may", lambda permission: True)
    assert seen_by(app, founded)["Call the number", "it goes on"] == EVERYBODY


def test_the_lines_lead_to_pages_that_whoever_finds_them_may_open(app: Flask, founded: Founded) -> None:
    they_lead_somewhere(app, founded, EVERYBODY)


def they_lead_somewhere(app: Flask, founded: Founded, people: set[str]) -> None:
    """Follow each line on the first page of each of these *people*."""
    for alias in sorted(people):
        visitor, card = PageClient(app), founded.cards[alias]
        visitor.submit("/sign-in", alias=card.alias, passphrase=card.passphrase)
        for line in first_page(app, founded, alias):
            address = LINE.search(line).group(1).replace("&amp;", "&")  # type: ignore[union-attr]
            assert visitor.get(address).status_code == 200, (alias, address)


@pytest.mark.parametrize(
    ("alias", "numbers"),
    [
        ("Ash", {"Desk": "5", "Answers": None}),
        ("Juniper", {"Desk": "2", "Answers": None}),
        ("Kelp", {"Desk": "3", "Answers": "1"}),
        ("Larch", {"Desk": "4", "Answers": "1"}),
        ("Sorrel", {"Desk": None, "Answers": "1"}),
        ("Cedar", {"Desk": None, "Answers": None}),
        ("Vetch", {"Desk": None}),
    ],
)
def test_the_doors_say_how_much_waits_behind_them_for_who_may_do_it(
    app: Flask, founded: Founded, alias: str, numbers: dict[str, str | None]
) -> None:
    """Nobody is told how many messages lie in a box that their keys do not open, and Vetch's open none."""
    visitor, card = PageClient(app), founded.cards[alias]
    visitor.submit("/sign-in", alias=card.alias, passphrase=card.passphrase)
    page = visitor.get("/second-yes").text
    for door, number in numbers.items():
        assert at_door(page, door) == number, door


DOORS = {
    "Proposals": re.compile(r"/board/proposals"), "Votes": re.compile(r"/board/ballots|/vote"),
    "Records": re.compile(r"/board/decisions"), "Board": re.compile(r"/board/(agenda|themes|seats|roles)"),
}  # fmt: skip


@pytest.mark.parametrize("alias", sorted(MEMBERS | {"Teasel"}))
def test_the_number_at_a_door_of_the_board_is_that_of_the_lines_that_lead_behind_it(
    app: Flask, founded: Founded, alias: str
) -> None:
    """From the one list of what waits: no door says another number than the first page does."""
    lines = first_page(app, founded, alias)
    visitor, card = PageClient(app), founded.cards[alias]
    visitor.submit("/sign-in", alias=card.alias, passphrase=card.passphrase)
    counted = dict.fromkeys(DOORS, 0)
    for line in lines:
        address = LINE.search(line).group(1)  # type: ignore[union-attr]
        counted |= {door: counted[door] + 1 for door, behind in DOORS.items() if behind.match(address)}
    assert counted["Board"], "the yard waits for each of them"
    for address in ("/board", "/second-yes", "/board/charter", "/board/proposals"):
        page = visitor.get(address).text
        assert {door: int(at_door(page, door) or 0) for door in DOORS} == counted, address


def at_door(page: str, door: str) -> str | None:
    """The number beside a door, if there is one."""
    beside = re.search(rf"<span>{door}</span>\s*(?:<span class=\"count\">(\d+)</span>)?", page)
    return beside and beside.group(1)
