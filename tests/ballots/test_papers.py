"""The paper of every kind of vote without a script: screen by screen, back and forth, and with bad input."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.calling.kinds import ASK_YES_OR_NO, Kind, Settings
from governance.ballots.models import Ballot, Box
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.ballots.factories import CLOSES, NOW, OPENS, VOTING, Vote, a_vote
from tests.page import Page
from tests.proposals.factories import frozen
from tests.test_bad_input import NASTY, encodable

OPTIONS = ("Later hours", "A drying room", "Soup", "New <b>chairs</b>")
FOUR = Settings(options=OPTIONS, prices=(300, 200, 100, 1400), budget=1500, dots=3)

Steps = list[tuple[dict[str, str], str]]
# What is marked on each screen, and which button is pressed; and the lines that are read back.
WALKS: list[tuple[Kind, Steps, list[str]]] = [
    (Kind.MAJORITY, [({"choice": "no"}, "review")], ["No"]),
    (Kind.CONSENT, [({"choice": "block", "ground": "harm", "named": "Nights."}, "review")],
     ["I block", "It would hurt people", "Nights."]),
    (Kind.SENSE_CHECK, [({"choice": "concern"}, "review")], ["I have a concern"]),
    (Kind.CHOOSE_ONE, [({"choice": "3"}, "review")], ["New <b>chairs</b>"]),
    (Kind.CHOOSE_SEVERAL, [({"o0": "1", "o2": "1"}, "review")], ["Later hours", "Soup"]),
    (Kind.BUDGET, [({"none": "1"}, "review")], ["None of these"]),
    (Kind.SCORE, [({"o0": "5"}, "next"), ({}, "next"), ({"o2": "0"}, "next"), ({}, "review")],
     ["5 Later hours", "– A drying room", "0 Soup", "– New <b>chairs</b>"]),
    (Kind.DOTS, [({"o0": "1"}, "next"), ({"o1": "2"}, "before"), ({"o0": "0"}, "next"), ({}, "next"),
                 ({"o2": "1"}, "next"), ({"o3": "0"}, "review")],
     ["0 Later hours", "2 A drying room", "1 Soup", "0 New <b>chairs</b>"]),
    (Kind.RANKED, [({"p1": "2"}, "next"), ({"p2": "0"}, "next"), ({"p3": "end"}, "next")], ["1 Soup", "2 Later hours"]),
    (Kind.ELECT, [({"p1": "0"}, "next"), ({"p2": "1"}, "next"), ({"p3": "2"}, "next"), ({"p4": "3"}, "review")],
     ["1 Later hours", "2 A drying room", "3 Soup", "4 New <b>chairs</b>"]),
]  # fmt: skip


def go_on(client: Any, answer: Any, go: str, **typed: str) -> Any:
    """Send the form of the page *answer* shows, by the button *go*."""
    form = next(form for form in Page(answer.text).forms if "pass" in form["fields"])
    return client.post(form["action"], data={**form["fields"], **typed, "go": go})


def begin(client: Any, vote: Vote, card: str = "") -> Any:
    return client.submit("/vote/1", **{"pass": card or vote.cards[0], "go": "pass"})


def read_back(answer: Any) -> list[str]:
    """The lines of the choice on the page."""
    rows = re.findall(r'<p class="ballot-row">.*?</p>', answer.text, re.DOTALL)
    return [" ".join("".join(Page(row).text).split()) for row in rows]


def marked(answer: Any) -> dict[str, str]:
    """What the page carries on, but for the card and its own place."""
    fields = next(form for form in Page(answer.text).forms if "pass" in form["fields"])["fields"]
    return {name: value for name, value in fields.items() if name not in ("pass", "csrf_token", "at", "read_back")}


def offered(answer: Any, name: str) -> list[str]:
    """What can be marked in one field."""
    return [each["value"] for tag, each in Page(answer.text).tags if tag == "input" and each.get("name") == name]


def in_the_order_of_the_lot(read: list[str], lines: list[str]) -> list[str]:
    """Return *lines* as they may be *read*: those who stand for a seat have places that were drawn by lot."""
    names = [line.split(" ", 1)[1] for line in lines]
    drawn = [line.split(" ", 1)[1] for line in read]
    return [f"{place} {name}" for place, name in enumerate(drawn, 1)] if sorted(drawn) == sorted(names) else lines


@pytest.mark.parametrize(("kind", "steps", "lines"), WALKS)
def test_a_paper_is_filled_in_read_back_changed_and_dropped(
    session: Session, keys: KeyFolder, client: Any, kind: Kind, steps: Steps, lines: list[str]
) -> None:
    vote = a_vote(session, keys, kind, settings=Settings() if kind in ASK_YES_OR_NO else FOUR)
    with clock.stopped_at(VOTING):
        screen = begin(client, vote)
        assert f"2 of {2 + (4 if len(steps) > 2 else 1)}" in screen.text
        for typed, button in steps:
            screen = go_on(client, screen, button, **typed)
            assert screen.status_code == 200
        assert "Is this right?" in screen.text
        lines = in_the_order_of_the_lot(read_back(screen), lines) if kind is Kind.ELECT else lines
        assert read_back(screen) == lines
        back = go_on(client, screen, "back")
        assert marked(back) == marked(screen), "the review leads back to the last question, with all marks kept"
        assert read_back(go_on(client, back, "review")) == lines
        assert "It is in the box" in go_on(client, screen, "drop").text
        session.expire_all()
        assert len(session.scalars(select(Box)).all()) == 1


def test_an_order_asks_for_a_mark_leaves_out_what_is_taken_and_forgets_what_came_after_its_end(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    vote = a_vote(session, keys, Kind.RANKED, settings=FOUR)
    with clock.stopped_at(VOTING):
        first = begin(client, vote)
        assert offered(first, "p1") == ["0", "1", "2", "3"]
        nothing = go_on(client, first, "next")
        assert nothing.status_code == 422
        assert "Choose your first choice." in nothing.text
        second = go_on(client, nothing, "next", p1="1")
        assert offered(second, "p2") == ["0", "2", "3", "end"]
        assert "Mark one of the rows first." in go_on(client, second, "next").text
        third = go_on(client, second, "next", p2="0")
        again = go_on(client, go_on(client, third, "before", p3="2"), "before")
        moved = go_on(client, again, "next", p1="0")
        assert "p2" not in marked(moved), "what was second is the first now"
        assert marked(moved) == {"p1": "0", "p3": "2"}
        ended = go_on(client, moved, "next", p2="end")
        assert read_back(ended) == ["1 Later hours"]
        more = go_on(client, go_on(client, ended, "back"), "next", p2="3")
        assert read_back(go_on(client, more, "review", p3="end")) == ["1 Later hours", "2 New <b>chairs</b>"]


def test_dots_that_are_spent_are_not_offered(session: Session, keys: KeyFolder, client: Any) -> None:
    vote = a_vote(session, keys, Kind.DOTS, settings=FOUR)
    with clock.stopped_at(VOTING):
        first = begin(client, vote)
        assert "You have 3 dots." in first.text
        second = go_on(client, first, "next", o0="2")
        assert offered(second, "o1") == ["0", "1"]
        assert "Dots left:" in second.text
        cheat = go_on(client, second, "review", o1="3")
        assert cheat.status_code == 422
        assert "You have 3 dots in all. Take some away." in cheat.text
        assert marked(cheat)["o0"] == "2", "a slip loses nothing"
        empty = go_on(client, begin(client, vote, vote.cards[1]), "review")
        assert "Give a number to one option or more." in empty.text


def test_prices_stand_beside_the_options_and_a_contradiction_is_said(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    vote = a_vote(session, keys, Kind.BUDGET, settings=FOUR)
    with clock.stopped_at(VOTING):
        screen = begin(client, vote)
        assert "There is 1,500 to pay with." in screen.text
        assert "Price: 1,400" in screen.text
        assert "New &lt;b&gt;chairs&lt;/b&gt;" in screen.text
        both = go_on(client, screen, "review", o0="1", none="1")
        assert both.status_code == 422
        assert "also none of these" in both.text
        assert marked(both) == {"o0": "1", "none": "1"}


@pytest.fixture
def every_kind(session: Session, keys: KeyFolder) -> list[tuple[Ballot, str]]:
    """An open vote of each kind, and a card for it. All but one only ask: no more than three decide at a time."""
    vote = a_vote(session, keys, Kind.CONSENT)
    found = [(vote.ballot, vote.cards[0])]
    tellers = [teller.account_id for teller in vote.tellers]
    fixed = {"tellers": tellers, "opens_at": OPENS, "closes_at": CLOSES, "now": NOW, "binding": False}
    for kind in sorted({*Kind} - {Kind.CONSENT, Kind.CONSENSUS_THEN_VOTE}):
        asked = Settings() if kind in ASK_YES_OR_NO else FOUR
        proposal = frozen(session, vote.members[0])
        ballot = service.call_vote(session, keys, proposal, kind=kind, settings=asked, **fixed)  # type: ignore[arg-type]
        found.append((ballot, service.make_cards(session, keys, ballot, NOW)[0]))
    session.commit()
    return found


NAMES = [
    "choice",
    "ground",
    "named",
    "none",
    *(f"o{place}" for place in range(5)),
    *(f"p{place}" for place in range(6)),
]
VALUES = st.one_of(NASTY, st.sampled_from(["0", "1", "3", "5", "end", "yes", "block", "harm", "٣", "00", "-0"]))


def test_bad_input_never_breaks_a_paper(
    every_kind: list[tuple[Ballot, str]], client: Any, sign_in: Callable[..., Any]
) -> None:
    with clock.stopped_at(VOTING):
        token = client.form("/vote/1")["fields"]["csrf_token"]

        @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
        @given(
            vote=st.sampled_from(every_kind),
            typed=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6),
            at=st.one_of(st.sampled_from(["0", "1", "3"]), NASTY),
            go=st.sampled_from(["pass", "next", "before", "back", "review", "drop", "\x00"]),
        )
        def send(vote: tuple[Ballot, str], typed: dict[str, str], at: str, go: str) -> None:
            ballot, card = vote
            body = {"pass": card, "csrf_token": token, "go": go, "at": at, **typed}
            sent = {name: encodable(value) for name, value in body.items()}
            assert client.post(f"/vote/{ballot.number}", data=sent).status_code < 500

        send()


def test_tellers_type_in_any_kind_of_paper_and_only_what_both_read_the_same_counts(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    with clock.stopped_at(VOTING):
        tellers = [sign_in(Role.TELLER) for _ in range(2)]
        vote = a_vote(session, keys, Kind.RANKED, settings=FOUR, tellers=[each.card.account_id for each in tellers])
        one, other = tellers
        page = one.get("/board/ballots/1/paper").text
        assert "No more: leave the rest out" not in page
        twice = one.submit("/board/ballots/1/paper", "pass", **{"pass": vote.cards[0], "p1": "2", "p2": "2"})
        assert twice.status_code == 422
        assert "You put the same option in two places." in twice.text
        assert (
            one.submit("/board/ballots/1/paper", "pass", **{"pass": vote.cards[0], "p1": "2", "p3": "0"}).status_code
            == 303
        )
        assert other.submit("/board/ballots/1/paper", "pass", **{"pass": vote.cards[0], "p1": "2"}).status_code == 303
        assert "You two read it differently." in other.get("/board/ballots/1/paper").text
        assert (
            other.submit("/board/ballots/1/paper", "pass", **{"pass": vote.cards[0], "p1": "2", "p2": "0"}).status_code
            == 303
        )
        assert "You both read the same." in other.get("/board/ballots/1/paper").text, (
            "a gap in an order is no difference"
        )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.CONSENSUS, ["Mark one box with a cross.", "If you block: what harm, or what rule?"]),
        (Kind.RANKED, ["Write 1 beside your first choice", "New &lt;b&gt;chairs&lt;/b&gt;"]),
        (Kind.BUDGET, ["There is 1,500 to pay with.", "Price: 300", "None of these"]),
        (Kind.DOTS, ["You have 3 dots. Write in each box how many it gets."]),
    ],
)
def test_blank_papers_are_printed_as_many_as_there_are_cards(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any], kind: Kind, words: list[str]
) -> None:
    vote = a_vote(session, keys, kind, settings=Settings() if kind in ASK_YES_OR_NO else FOUR)
    with clock.stopped_at(VOTING):
        facilitator = sign_in(Role.FACILITATOR)
        assert "/board/ballots/1/papers" in facilitator.get("/board/ballots/1").text
        page = facilitator.get("/board/ballots/1/papers").text
        for sentence in words:
            assert sentence in page
        assert page.count('<section class="share-card') == len(vote.cards)
        assert sign_in(Role.MEMBER).get("/board/ballots/1/papers").status_code == 403
    with clock.stopped_at(CLOSES):
        facilitator.submit("/sign-in", alias=facilitator.card.alias, passphrase=facilitator.card.passphrase)
        assert facilitator.get("/board/ballots/1/papers").status_code == 409
