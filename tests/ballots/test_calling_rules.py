"""What it takes to call a vote: a text that stands, two tellers, enough active seats, a kind strong enough."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ballots.calling.kinds import Kind
from governance.ballots.calling.rules import (
    A_CONCERN_HOLDS,
    COLLECTING,
    USUALLY_OPEN_FOR,
    BallotFacts,
    KindFacts,
    Times,
    check_kind_fits,
    check_notice,
    first_day,
    goes_before_meeting,
    missing_before_calling,
    moment_of,
    what_holds_small,
)
from governance.board.charter import Charter, Method
from governance.board.rules import SeatClass
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import Sentence
from tests.let_through import let_through

OPENS = datetime(2026, 11, 2, 9, tzinfo=UTC)
CLOSES = datetime(2026, 11, 5, 21, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
CHARTER = Charter()
TOWNS = ("America/New_York", "Europe/Madrid", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
FIRST, LAST = datetime.fromisoformat("2027-01-01"), datetime.fromisoformat("2030-01-01")
YEAR = [datetime(2028, 1, 1, tzinfo=UTC) + timedelta(minutes=30) * n for n in range(366 * 48)]
READY = BallotFacts(
    question="End the limit of 10 syringes?",
    text_is_frozen=True,
    times=Times(OPENS, CLOSES, OPENS - timedelta(days=1)),
    tellers=2,
    active={SeatClass.LIVED: 7, SeatClass.FAMILY: 1, SeatClass.HEALTH: 1},
)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (replace(READY, question=" "), "Write the question."),
        (replace(READY, text_is_frozen=False), "Freeze the text, so that everyone votes on the same words."),
        (
            replace(READY, times=Times(OPENS, OPENS, OPENS - MOMENT)),
            "Choose a time to close that is after the time to open.",
        ),
        (replace(READY, times=Times(OPENS, CLOSES, CLOSES)), "Choose a time to close that is still to come."),
        (replace(READY, tellers=1), "Name 2 tellers. They open the box together."),
        (
            replace(READY, active={SeatClass.LIVED: 4}),
            "4 seats are active. It takes 5 to decide. Until then the board can give advice.",
        ),
        (
            replace(READY, active={SeatClass.LIVED: 3, SeatClass.FAMILY: 3}),
            "More than half of the active seats must be lived or living experience seats. Fill an open seat first.",
        ),
    ],
)
def test_a_ballot_that_is_not_ready_says_what_is_missing(facts: BallotFacts, sentence: str) -> None:
    assert missing_before_calling(READY, CHARTER) == []
    assert [str(missing) for missing in missing_before_calling(facts, CHARTER)] == [sentence]


def test_five_active_seats_decide_and_a_vote_that_only_asks_needs_none() -> None:
    five = replace(READY, active={SeatClass.LIVED: CHARTER.fewest_to_decide})
    four = replace(READY, active={SeatClass.LIVED: CHARTER.fewest_to_decide - 1})
    assert missing_before_calling(five, CHARTER) == []
    assert [str(each) for each in missing_before_calling(four, CHARTER)] == [
        "4 seats are active. It takes 5 to decide. Until then the board can give advice."
    ]
    assert missing_before_calling(replace(four, active={SeatClass.FAMILY: 1}, binding=False), CHARTER) == []
    nobody_lived = replace(READY, active={SeatClass.FAMILY: 0}, tellers=2)
    assert len(missing_before_calling(nobody_lived, CHARTER)) == 2


def test_what_keeps_the_board_from_deciding_keeps_no_vote_that_only_asks() -> None:
    why = Sentence("Fill the seats first.")
    assert missing_before_calling(replace(READY, may_not_decide=(why,)), CHARTER) == [why]
    assert missing_before_calling(replace(READY, may_not_decide=(why,), binding=False), CHARTER) == []


VOTE_ONLY, ALL_AGREE, BOTH = (
    Charter(method=each) for each in (Method.VOTE_ONLY, Method.CONSENSUS_ONLY, Method.CONSENSUS_THEN_VOTE)
)
BIG, SMALL = KindFacts("two_thirds"), KindFacts("majority")


@pytest.mark.parametrize(
    ("kind", "asked", "charter", "why"),
    [
        (Kind.MAJORITY, BIG, BOTH, "needs two thirds"),
        (Kind.CONSENSUS, BIG, VOTE_ONLY, "says that we vote"),
        (Kind.TWO_THIRDS, BIG, ALL_AGREE, "a yes from all"),
        (Kind.CONSENSUS_THEN_VOTE, SMALL, ALL_AGREE, "a yes from all"),
        (Kind.ELECT, replace(SMALL, second_check=True), BOTH, "a yes or a no"),
        (
            Kind.CONSENSUS_THEN_VOTE,
            replace(SMALL, rounds=BOTH.consensus_rounds - 2),
            BOTH,
            "rounds of consensus",
        ),
    ],
)
def test_a_kind_of_vote_weaker_than_the_item_needs_is_refused(
    kind: Kind, asked: KindFacts, charter: Charter, why: str
) -> None:
    with pytest.raises(RuleRefused, match=why):
        check_kind_fits(kind, asked, charter)
    check_kind_fits(kind, replace(asked, binding=False), charter)
    check_kind_fits(Kind.SENSE_CHECK, asked, charter)


@pytest.mark.parametrize(
    ("kind", "asked", "charter"),
    [
        (Kind.TWO_THIRDS, replace(BIG, second_check=True), BOTH),
        (Kind.CONSENSUS, BIG, ALL_AGREE),
        (Kind.ELECT, SMALL, ALL_AGREE),
        (Kind.MAJORITY, replace(SMALL, second_check=True), VOTE_ONLY),
        (Kind.CONSENSUS_THEN_VOTE, replace(SMALL, rounds=BOTH.consensus_rounds - 1), BOTH),
    ],
)
def test_a_kind_of_vote_that_is_strong_enough_fits(kind: Kind, asked: KindFacts, charter: Charter) -> None:
    with let_through():
        check_kind_fits(kind, asked, charter)


def test_a_form_begins_with_a_day_to_collect_passes_and_six_to_vote() -> None:
    assert (timedelta(days=1), timedelta(days=6)) == (COLLECTING, USUALLY_OPEN_FOR)


@pytest.mark.parametrize(("notice", "first"), [(1, 3), (3, 5), (29, 31)])
def test_a_vote_opens_on_the_day_on_which_its_notice_is_over_and_no_day_sooner(notice: int, first: int) -> None:
    since, charter = date(2026, 3, 2), replace(CHARTER, notice_days=notice)
    assert first_day(since, charter) == date(2026, 3, first)
    check_notice(date(2026, 3, first), since, charter)
    with pytest.raises(RuleRefused) as refused:
        check_notice(date(2026, 3, first - 1), since, charter)
    assert refused.value.field == "opens_at"
    assert str(refused.value) == (
        f"Our charter gives people {notice} days to read it first. So the vote can open on 2026-03-{first:02} or "
        "later. Choose a later day to open."
    )


def test_what_the_boards_own_house_asks_is_a_yes_or_a_no() -> None:
    """The record of such a vote takes a seat, closes themes or changes the charter by itself."""
    own_house = KindFacts("majority", own_house=True)
    check_kind_fits(Kind.MAJORITY, own_house, CHARTER)
    with pytest.raises(RuleRefused, match="own house in order"):
        check_kind_fits(Kind.CHOOSE_ONE, own_house, CHARTER)
    check_kind_fits(Kind.CHOOSE_ONE, replace(own_house, binding=False), CHARTER)


@pytest.mark.parametrize("town", TOWNS)
def test_each_hour_that_people_have_once_is_taken_and_no_other(town: str) -> None:
    """Every half hour of a year, as the clocks of the town show it. No clock was ever moved by less."""
    zone, seen = ZoneInfo(town), dict[datetime, int]()
    for each in YEAR:
        local = each.astimezone(zone).replace(tzinfo=None)
        seen[local] = seen.get(local, 0) + 1
    for local, times in seen.items():
        if times == 2:
            with pytest.raises(RuleRefused, match="comes twice"):
                moment_of(local, zone, "closes_at")
        else:
            assert moment_of(local, zone, "closes_at").astimezone(zone).replace(tzinfo=None) == local
    assert (2 in seen.values()) == (town not in ("UTC", "Pacific/Apia")), "the control: some nights have such an hour"


@given(st.datetimes(FIRST, LAST), st.sampled_from(TOWNS))
def test_an_hour_that_is_left_out_is_none(typed: datetime, town: str) -> None:
    zone = ZoneInfo(town)
    there = typed.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if there != typed:
        with pytest.raises(RuleRefused, match="left out"):
            moment_of(typed, zone, "opens_at")


def test_half_past_two_in_the_night_of_the_change_is_left_out() -> None:
    with pytest.raises(RuleRefused, match="left out"):
        moment_of(datetime.fromisoformat("2026-03-08T02:30"), ZoneInfo("America/New_York"), "opens_at")


def test_a_small_matter_waits_for_its_days_and_for_whoever_has_a_concern() -> None:
    first = date(2026, 11, 5)
    assert str(what_holds_small(None, first, open_concerns=True)) == A_CONCERN_HOLDS
    assert what_holds_small(None, first, open_concerns=False) is None
    assert what_holds_small(first, first, open_concerns=False) is None
    held = what_holds_small(first, first - timedelta(days=1), open_concerns=False)
    assert held is not None
    assert held.values == {"day": first}


def test_a_full_meeting_holds_a_vote_for_its_days_of_notice_once_more() -> None:
    stands = date(2026, 11, 2)
    assert goes_before_meeting(stands, CHARTER) == stands + timedelta(days=2 * CHARTER.notice_days)


@pytest.mark.parametrize(("kind", "may"), [(Kind.BUDGET, False), (Kind.MAJORITY, True)])
def test_money_is_no_small_matter(kind: Kind, *, may: bool) -> None:
    with let_through() if may else pytest.raises(RuleRefused):
        check_kind_fits(kind, KindFacts("majority", is_small=True), CHARTER)
