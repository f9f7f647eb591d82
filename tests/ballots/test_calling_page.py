"""The page that calls a vote: each kind with what it needs, nothing lost on a slip, and what a result gives away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.calling.kinds import GROUPS, Kind
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from tests.ballots.factories import NOW
from tests.board.factories import a_board
from tests.page import Page
from tests.proposals.factories import frozen, in_talk

NEW = "/board/ballots/new?proposal=1"


class Desk:
    """A facilitator at the page, on a board of five, with two tellers."""

    def __init__(
        self, session: Session, keys: KeyFolder, sign_in: Callable[..., Any], state: Callable[..., Any]
    ) -> None:
        self.session = session
        members = a_board(session, keys, day=NOW.date())
        self.proposal: Proposal = state(session, members[0])
        session.commit()
        self.facilitator = sign_in(Role.FACILITATOR)
        self.tellers = [str(sign_in(Role.TELLER).card.account_id) for _ in range(2)]

    def calls(self, kind: Kind, **typed: str) -> Any:
        """Send the page with this kind and what is typed."""
        times = {"opens_at": "2026-03-02T12:00", "closes_at": "2026-03-05T12:00"}
        return self.facilitator.submit(NEW, "kind", kind=kind.value, tellers=self.tellers, **times, **typed)

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the vote that was opened."""
        self.session.expire_all()
        ballot = service.by_number(self.session, 1)
        assert ballot
        return dict(ballot.manifest or {})


@pytest.fixture
def desk(session: Session, keys: KeyFolder, sign_in: Callable[..., Any]) -> Iterator[Desk]:
    """The page on fixed words."""
    with clock.stopped_at(NOW):
        yield Desk(session, keys, sign_in, frozen)


@pytest.fixture
def in_the_talk(session: Session, keys: KeyFolder, sign_in: Callable[..., Any]) -> Iterator[Desk]:
    """The page on words that are talked about."""
    with clock.stopped_at(NOW):
        yield Desk(session, keys, sign_in, in_talk)


FOLD_OPEN = '<details class="stack" open'
FOOD = "Soup\nTea\nBread"


@pytest.mark.parametrize(
    ("kind", "typed", "rule"),
    [
        (Kind.CONSENT, {"objections": "1/5", "options": FOOD}, {"rule": "consent", "objections_at_most": "1/5"}),
        (Kind.CHOOSE_SEVERAL, {"options": FOOD, "seats": "2"}, {"rule": "approval", "seats": 2}),
        (Kind.BUDGET, {"options": "Soup = 20\nTea=10", "budget": "25", "seats": "9"}, {"rule": "budget", "budget": 25}),
        (Kind.RANKED, {"options": FOOD, "count_by": "schulze"}, {"rule": "schulze", "seats": 1}),
    ],
)
def test_a_kind_takes_what_it_needs_and_leaves_the_rest(
    desk: Desk, kind: Kind, typed: dict[str, str], rule: dict[str, Any]
) -> None:
    assert desk.calls(kind, **typed).status_code == 303
    assert rule.items() <= desk.manifest["rule"].items()
    assert desk.manifest["vote"] == kind.value


def test_a_slip_loses_nothing_and_what_is_folded_away_opens(desk: Desk) -> None:
    page = desk.facilitator.get(NEW).text
    assert "<details" in page
    assert FOLD_OPEN not in page
    for typed, why in (
        ({"options": "Soup\nTea = 10", "budget": "25"}, "needs a price"),
        ({"options": "Soup = 20", "budget": "25"}, "two options or more"),
        ({"options": "Soup = 20\nTea = 10", "budget": "5"}, "too little money"),
        ({"options": "Soup = 20\nTea = 10", "budget": "much"}, "Type a whole number from 0"),
        ({"options": "Soup = 20\nTea = 10", "budget": "25", "count_by": "irv"}, "does not go with this kind"),
    ):
        answer = desk.calls(Kind.BUDGET, **typed)
        assert answer.status_code in (409, 422)
        assert why in answer.text
        fields = next(form for form in Page(answer.text).forms if "kind" in form["fields"])["fields"]
        assert fields["kind"] == "budget"
        assert {name: fields[name] for name in typed} == typed
        assert (FOLD_OPEN in answer.text) is ("count_by" in typed)


@pytest.mark.parametrize(
    "typed",
    [{"counting_key": "no key"}, {"question": "Soup?"}, {"disclosure": "members"}, {"only_asks": "y"}],
    ids=lambda typed: next(iter(typed)),
)
def test_what_was_filled_in_in_the_fold_is_seen_when_the_page_comes_back(desk: Desk, typed: dict[str, str]) -> None:
    slip = {"options": "Soup"}  # One option is too few.
    assert FOLD_OPEN not in desk.calls(Kind.CHOOSE_ONE, **slip).text
    answer = desk.calls(Kind.CHOOSE_ONE, **slip, **typed)
    assert answer.status_code in (409, 422)
    assert FOLD_OPEN in answer.text


def test_it_says_before_anything_is_fixed_what_a_result_can_give_away(desk: Desk) -> None:
    page = desk.facilitator.get(NEW).text
    for sentence in (
        "What the result can give away",
        "This board is small. If almost all agree, people can guess how someone voted.",
        "If it passes, everyone knows that 3 or more said yes.",
        "After the count, members can see each ballot",
        "Of each order only the part that was counted is shown.",
        *GROUPS,
    ):
        assert sentence in page


def test_how_people_feel_can_be_asked_while_the_talk_goes_on(in_the_talk: Desk) -> None:
    facilitator = in_the_talk.facilitator
    assert "Ask how people feel" in facilitator.get("/board/proposals/1").text
    page = facilitator.get(NEW).text
    assert "this vote only asks" in page
    assert FOLD_OPEN not in page, "that it only asks is usual here, so nothing is to be seen in the fold"
    form = next(form for form in Page(page).forms if "kind" in form["fields"])
    assert form["fields"]["kind"] == "sense_check"
    assert "only_asks" in form["fields"]
    assert in_the_talk.calls(Kind.RANKED, options=FOOD).status_code == 303
    assert in_the_talk.manifest["binding"] is False
    in_the_talk.session.refresh(in_the_talk.proposal)
    assert in_the_talk.proposal.status is Status.DISCUSSION
