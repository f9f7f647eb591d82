"""The days of notice: what is asked hangs in public for the charter's days before a vote on it opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.calling.kinds import Kind
from governance.ballots.calling.rules import goes_before_meeting
from governance.ballots.models import Ballot
from governance.board import service as board
from governance.board.charter import Charter
from governance.board.models import AgendaItem
from governance.board.rules import AgendaKind, AgendaState
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.places.models import Programme
from governance.proposals import rules
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from governance.proposals.service import ProposalFields
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import NOW
from tests.board.factories import a_board
from tests.page import Page
from tests.people.factories import a_card
from tests.proposals.factories import NO_KEYS, WHOLE

NEW = "/board/ballots/new?proposal=1"
MONDAY, TUESDAY, THURSDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 5)
FROM_THURSDAY = "can open on 2026-03-05 or later"


def put_to_the_board(session: Session, author: int, fields: ProposalFields = WHOLE) -> Proposal:
    """A proposal whose talk begins on Monday, under a charter that gives three days of notice."""
    proposal = proposals.draft(session, author, fields, MONDAY - timedelta(days=90))
    proposals.start_discussion(session, NO_KEYS, proposal, MONDAY)
    return proposal


class Table:
    """A board of five with two tellers, and a proposal that was put to it on Monday."""

    def __init__(self, session: Session, keys: KeyFolder) -> None:
        self.session, self.keys = session, keys
        self.members = a_board(session, keys, day=NOW.date())
        self.tellers = [a_card(session, keys, Role.TELLER).account_id for _ in range(2)]
        self.proposal = put_to_the_board(session, self.members[0])

    def change(self, on: date, **words: Any) -> None:
        proposals.revise(self.session, NO_KEYS, self.proposal, replace(WHOLE, **words), "Clearer.", on)

    def freeze(self) -> None:
        proposals.freeze(self.session, self.proposal)

    def call(self, opens_at: datetime | date, **more: Any) -> Ballot:
        if not isinstance(opens_at, datetime):
            opens_at = datetime.combine(opens_at, NOW.timetz())
        times = {"opens_at": opens_at, "closes_at": opens_at + timedelta(days=3), "now": NOW}
        fixed: dict[str, Any] = {"kind": Kind.MAJORITY, "tellers": self.tellers, **times}
        return service.call_vote(self.session, self.keys, self.proposal, **{**fixed, **more})


@pytest.fixture
def table(session: Session, keys: KeyFolder) -> Table:
    return Table(session, keys)


def test_a_vote_opens_on_the_third_day_and_is_refused_on_the_second(table: Table) -> None:
    table.freeze()
    with pytest.raises(RuleRefused, match=FROM_THURSDAY):
        table.call(THURSDAY - timedelta(days=1))
    assert table.proposal.status is rules.Status.FROZEN
    assert table.call(THURSDAY).number == 1


@pytest.mark.parametrize(
    "words",
    [
        {"title": "Drug checking on Saturdays"},
        {"ask": "Move drug checking to Saturday."},
        {"about_participants": True},
        {"kind": rules.Kind.LOSING_ACCESS},
        {"power": rules.Power.ADVICE},
        {"changes_record": "2026-001"},
    ],
)
def test_when_what_is_asked_or_what_it_takes_changes_the_days_begin_again(table: Table, words: dict[str, Any]) -> None:
    table.change(TUESDAY, **words)
    table.freeze()
    kind = table.proposal.rule
    with pytest.raises(RuleRefused, match="can open on 2026-03-06 or later"):
        table.call(THURSDAY, kind=kind)
    assert table.call(THURSDAY + timedelta(days=1), kind=kind).number == 1


def test_words_changed_and_changed_back_have_stood_since_they_came_back(table: Table) -> None:
    table.change(TUESDAY, ask="Close the room.")
    table.change(TUESDAY + timedelta(days=1))
    table.freeze()
    with pytest.raises(RuleRefused, match="can open on 2026-03-07 or later"):
        table.call(THURSDAY)


def test_what_only_explains_it_may_get_better_and_a_step_back_to_the_talk_costs_no_days(table: Table) -> None:
    table.change(TUESDAY, why="Friday is pay day.", could_go_wrong="Two may come.", principles=(1,), still_open="Who.")
    table.freeze()
    proposals.back_to_discussion(table.session, table.proposal, "One thing was not said.", TUESDAY)
    table.freeze()
    assert table.call(THURSDAY).number == 1


def test_a_vote_that_only_asks_needs_no_notice(table: Table) -> None:
    assert table.call(MONDAY, kind=Kind.SENSE_CHECK).binding is False


def test_the_days_are_those_of_the_town(table: Table) -> None:
    table.session.add(
        Programme(
            id=1, name="Here", place_name="Here", board_name="Board", timezone="America/New_York", release_hour=18,
            working_days=[0], closed_days=[], languages=["en"],
        )
    )  # fmt: skip
    table.freeze()
    with pytest.raises(RuleRefused, match=FROM_THURSDAY):
        table.call(datetime(2026, 3, 5, 4, 59, tzinfo=UTC))
    assert table.call(datetime(2026, 3, 5, 5, 0, tzinfo=UTC)).number == 1


# The page


def the_page(session: Session, keys: KeyFolder, sign_in: Callable[..., Any]) -> tuple[Any, dict[str, Any]]:
    table = Table(session, keys)
    table.freeze()
    session.commit()
    typed = {"kind": "majority", "tellers": [str(each) for each in table.tellers], "question": "Friday?"}
    return sign_in(Role.FACILITATOR), typed


def test_the_page_says_the_first_day_before_anything_is_typed_and_begins_with_it(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    with clock.stopped_at(NOW):
        facilitator, typed = the_page(session, keys, sign_in)
        page = facilitator.get(NEW).text
        facts = page.partition("First day the vote can open")[2]
        assert facts.index("Mar 5, 2026") < 100
        assert "3 days to read it first" in page
        times = next(form for form in Page(page).forms if "kind" in form["fields"])["fields"]
        assert (times["opens_at"], times["closes_at"]) == ("2026-03-05 12:00:00", "2026-03-11 12:00:00")
        assert facilitator.submit(NEW, "kind", **typed).status_code == 303
    with clock.stopped_at(NOW + timedelta(days=3)):
        assert "3 days to read it first" not in facilitator.get(NEW).text


def test_too_early_a_day_is_refused_by_its_field_and_nothing_typed_is_lost(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    with clock.stopped_at(NOW):
        facilitator, typed = the_page(session, keys, sign_in)
        early = {"opens_at": "2026-03-04T12:00", "closes_at": "2026-03-09T12:00"}
        answer = facilitator.submit(NEW, "kind", **typed, **early)
        assert answer.status_code == 409
        field = answer.text.partition('for="opens_at"')[2].partition('id="opens_at"')[0]
        assert "So the vote can open on Mar 5, 2026 or later. Choose a later day to open." in field
        kept = next(form for form in Page(answer.text).forms if "kind" in form["fields"])["fields"]
        assert {name: kept[name] for name in (*early, "question")} == {**early, "question": "Friday?"}
        later = {**early, "opens_at": "2026-03-05T00:00"}
        assert facilitator.submit(NEW, "kind", **typed, **later).status_code == 303


def test_before_its_talk_begins_the_page_has_no_first_day_and_says_why_it_is_too_soon(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    with clock.stopped_at(NOW):
        table = Table(session, keys)
        draft = proposals.draft(session, table.members[0], WHOLE, MONDAY)
        session.commit()
        facilitator, at = sign_in(Role.FACILITATOR), f"/board/ballots/new/hurry?proposal={draft.number}"
        page = facilitator.get(at)
        assert page.status_code == 200
        assert "First day the vote can open" not in page.text
        refused = facilitator.submit(at, reason="The room is gone.")
        assert refused.status_code == 409
        assert "This is not before a vote now." in refused.text
        assert 'value="The room is gone."' in refused.text


# The agenda: its days, its places, and where each of its items is in its vote


def item_of(table: Table) -> AgendaItem:
    found = board.item_of(table.session, AgendaKind.PROPOSAL, str(table.proposal.number))
    assert found
    return found


def others_at_a_vote(table: Table, number: int) -> list[Ballot]:
    """Call as many votes on other proposals, for Thursday."""
    mine, called = table.proposal, []
    for at in range(number):
        table.proposal = put_to_the_board(table.session, table.members[0], replace(WHOLE, title=f"Hours {at}"))
        table.freeze()
        called.append(table.call(THURSDAY))
    table.proposal = mine
    return called


def test_what_was_off_the_agenda_has_its_days_anew_and_no_vote_meanwhile(table: Table) -> None:
    table.freeze()
    item = item_of(table)
    board.set_agenda_state(table.session, item.id, AgendaState.CLOSED)
    with pytest.raises(RuleRefused, match="Bring it back on the agenda first"):
        table.call(THURSDAY)
    board.bring_back(table.session, item.id, TUESDAY)
    with pytest.raises(RuleRefused, match="can open on 2026-03-06 or later"):
        table.call(THURSDAY)
    assert table.call(THURSDAY + timedelta(days=1)).number == 1


def agree_to_hurry(table: Table, today: date) -> None:
    service.let_hurry(table.session, table.proposal, table.proposal.version, "The grant ends.", today)


def test_what_two_agreed_on_before_it_was_off_the_agenda_cuts_no_new_days_short(table: Table) -> None:
    table.freeze()
    agree_to_hurry(table, MONDAY)
    item = item_of(table)
    board.set_agenda_state(table.session, item.id, AgendaState.CLOSED)
    board.bring_back(table.session, item.id, TUESDAY)
    with pytest.raises(RuleRefused, match="can open on 2026-03-06 or later"):
        table.call(THURSDAY)
    agree_to_hurry(table, TUESDAY)
    assert table.call(THURSDAY).hurry == "The grant ends.", "two may agree anew"


def test_what_two_agreed_on_lets_it_open_sooner(table: Table) -> None:
    """The control."""
    table.freeze()
    agree_to_hurry(table, MONDAY)
    assert table.call(TUESDAY).hurry == "The grant ends."


def test_a_fourth_vote_at_a_time_is_refused_and_one_that_asks_is_not(table: Table) -> None:
    table.freeze()
    first, *_ = others_at_a_vote(table, 3)
    with pytest.raises(RuleRefused, match="decide 3 things at a time"):
        table.call(THURSDAY)
    assert table.call(THURSDAY, kind=Kind.SENSE_CHECK).binding is False
    service.cancel(table.session, table.keys, first, "A cost was left out.", NOW)
    assert table.call(THURSDAY).binding


def test_a_vote_that_is_over_frees_its_place_and_the_next_meeting_takes_one(table: Table) -> None:
    table.freeze()
    others_at_a_vote(table, 2)
    tea = board.bring_up(table.session, "Tea", MONDAY)
    board.set_agenda_state(table.session, tea.id, AgendaState.TODAY, service.at_a_vote(table.session, NOW))
    with pytest.raises(RuleRefused, match="There are 3"):
        table.call(THURSDAY)
    over = datetime.combine(THURSDAY + timedelta(days=3), NOW.timetz())
    assert service.at_a_vote(table.session, over) == {}
    assert table.call(over, now=over).binding


def test_a_meeting_full_of_small_things_holds_a_vote_for_its_days_once_more_and_not_for_ever(table: Table) -> None:
    table.freeze()
    for title in ("Tea", "Cups", "Mugs"):
        item = board.bring_up(table.session, title, MONDAY)
        board.set_agenda_state(table.session, item.id, AgendaState.TODAY)
    assert goes_before_meeting(MONDAY, Charter()) == MONDAY + timedelta(days=6)
    last = datetime.combine(MONDAY + timedelta(days=5), NOW.timetz())
    with pytest.raises(RuleRefused, match="wait until 2026-03-08"):
        table.call(last, now=last)
    after = last + timedelta(days=1)
    assert table.call(after, now=after).binding


def test_the_agenda_shows_where_each_vote_is_and_lets_no_item_go(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    with clock.stopped_at(NOW):
        facilitator = sign_in(Role.FACILITATOR)
        table = Table(session, keys)
        table.freeze()
        session.commit()
        assert "Its vote can open on" in facilitator.get("/board/agenda").text
        table.call(THURSDAY)
        session.commit()
        page = facilitator.get("/board/agenda").text
        assert "Vote 1: Not open yet" in page
        assert "/board/ballots/1" in page
        item = item_of(table).id
        session.rollback()
        token = facilitator.form("/language")["fields"]["csrf_token"]
        answer = facilitator.post(f"/board/agenda/{item}", data={"csrf_token": token, "state": "closed"})
        assert answer.status_code == 409
        assert "It stays on the agenda until the vote is over" in answer.text
