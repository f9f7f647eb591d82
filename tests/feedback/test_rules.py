"""The by-laws of feedback: who reads, when it is let out, what may be hidden."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.feedback.hiding import HideReason, check_two_hiders
from governance.feedback.rules import (
    IN_WORDS,
    LONGEST_WORDS,
    QUICKEST,
    SECOND_PRESS,
    TOPIC_KEYS,
    TOPICS,
    About,
    Audience,
    Lane,
    Route,
    about_of,
    asks_about,
    asks_when,
    audience_for,
    audiences_for,
    behind,
    check_may_pass_to,
    kept_from,
    padding_for,
    release_due,
    release_is_late,
    theme_on_agenda,
    words_over,
)
from governance.permissions.roles import Role
from governance.privacy import week_of
from governance.ruling.errors import RuleRefused
from tests.let_through import let_through

EVERYONE, GRIEVANCE, MANAGER, URGENT = Audience

# Who may read


@given(st.sampled_from(Lane), st.sampled_from(About), st.lists(st.sampled_from(Audience)))
def test_no_way_of_passing_it_on_leads_to_readers_it_was_kept_from(
    lane: Lane, about: About, hops: list[Audience]
) -> None:
    begun = here = audience_for(lane, about)
    for there in hops:
        try:
            check_may_pass_to(there, here, lane, about)
        except RuleRefused:
            continue
        here = there
    assert here is not EVERYONE or begun in (EVERYONE, URGENT)
    assert here is not GRIEVANCE or about is not About.MANAGER


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize("about", About)
def test_a_word_is_kept_from_whoever_it_may_be_about(lane: Lane, about: About) -> None:
    if about in (About.MANAGER, About.UNKNOWN):
        kept = {EVERYONE, GRIEVANCE, URGENT}
    elif about is About.WORKER:
        kept = {EVERYONE}
    else:
        kept = {EVERYONE} if lane is Lane.GRIEVANCE else set()
    assert kept_from(lane, about) == kept


def test_what_is_urgent_and_about_nobody_may_go_to_everyone() -> None:
    with let_through():
        check_may_pass_to(EVERYONE, URGENT, Lane.URGENT, About.NOBODY)


@pytest.mark.parametrize("lane", Lane)
def test_whom_it_is_about_is_kept_out_whatever_the_lane(lane: Lane) -> None:
    assert audience_for(lane, About.MANAGER) is MANAGER
    assert audience_for(lane, About.WORKER) is GRIEVANCE


def test_otherwise_the_lane_decides() -> None:
    assert {lane: audience_for(lane, About.NOBODY) for lane in Lane} == {
        Lane.SUGGESTION: EVERYONE,
        Lane.THANKS: EVERYONE,
        Lane.GRIEVANCE: GRIEVANCE,
        Lane.ALERT: EVERYONE,
        Lane.URGENT: URGENT,
        Lane.OTHER: EVERYONE,
    }


@pytest.mark.parametrize(
    ("roles", "reads"),
    [
        ({Role.STAFF_READER}, {EVERYONE}),
        ({Role.BOARD_READER}, {EVERYONE, GRIEVANCE, MANAGER}),
        ({Role.MANAGER}, {EVERYONE, GRIEVANCE}),
        ({Role.DIRECTOR}, {EVERYONE, GRIEVANCE, MANAGER}),
        ({Role.BOARD_READER, Role.URGENT_TRAINED}, {EVERYONE, GRIEVANCE, MANAGER, URGENT}),
        ({Role.STAFF_READER, Role.URGENT_TRAINED}, {EVERYONE, URGENT}),
        ({Role.URGENT_TRAINED}, set()),
        ({Role.MANAGER, Role.DIRECTOR}, {EVERYONE, GRIEVANCE}),
        ({Role.ADMIN, Role.FACILITATOR, Role.RESPONDER, Role.TELLER, Role.MEMBER, Role.KIOSK, Role.VISITOR}, set()),
    ],
)
def test_each_reader_holds_the_keys_of_their_audiences(roles: set[Role], reads: set[Audience]) -> None:
    assert audiences_for(roles) == reads


@given(st.frozensets(st.sampled_from(Role)))
def test_no_mix_of_roles_lets_a_manager_or_a_plain_worker_read_what_is_not_for_them(roles: frozenset[Role]) -> None:
    reads = audiences_for(roles)
    if Role.MANAGER in roles:
        assert MANAGER not in reads
    if not roles & {Role.BOARD_READER, Role.MANAGER, Role.DIRECTOR}:
        assert not reads & {GRIEVANCE, MANAGER}
    if Role.URGENT_TRAINED not in roles:
        assert URGENT not in reads


# When held messages are let out

TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("held", "due"),
    [
        ([], False),
        ([(TODAY, Route.LATER)] * 2, False),
        ([(TODAY, Route.LATER)] * 3, True),
        ([(TODAY, Route.LATER)] * 2 + [(TODAY, Route.PAPER)] * 5, False),
        ([(TODAY, Route.LATER)] * 2 + [(TODAY, Route.NOW)], False),
        ([(TODAY - timedelta(days=2), Route.LATER)], False),
        ([(TODAY - timedelta(days=3), Route.LATER)], True),
        ([(TODAY - timedelta(days=3), Route.PAPER)], True),
        ([(TODAY - timedelta(days=9), Route.NOW)], False),
        ([(YESTERDAY, Route.LATER), (TODAY, Route.LATER), (YESTERDAY, Route.LATER)], True),
        ([(TODAY + timedelta(days=1), Route.LATER)], True),  # The clock stood ahead when it was sent.
        ([(TODAY + timedelta(days=365), Route.NOW)], False),
    ],
)
def test_three_go_together_or_one_has_waited_three_days(held: list[tuple[date, Route]], due: bool) -> None:
    assert release_due(held, TODAY) is due


def test_a_release_is_late_a_day_after_it_was_missed() -> None:
    assert [release_is_late(TODAY - timedelta(days=days), TODAY) for days in (0, 1, 2)] == [False, False, True]
    assert not release_is_late(None, TODAY)


HELD = st.lists(st.tuples(st.dates(TODAY - timedelta(days=5), TODAY), st.sampled_from(Route)), max_size=6)


@given(HELD)
def test_whatever_is_held_goes_out_within_three_days(held: list[tuple[date, Route]]) -> None:
    waiting = [route for _, route in held if route is not Route.NOW]
    assert release_due(held, TODAY + timedelta(days=3)) == bool(waiting)


@given(HELD, st.dates(TODAY - timedelta(days=5), TODAY), st.sampled_from(Route))
def test_one_more_message_never_holds_the_others_back(held: list[tuple[date, Route]], day: date, route: Route) -> None:
    assert release_due([*held, (day, route)], TODAY) or not release_due(held, TODAY)


# Themes


def test_five_alike_in_sixty_days_put_themselves_on_the_agenda() -> None:
    week = week_of(TODAY)
    assert theme_on_agenda([week] * 5, TODAY)
    assert not theme_on_agenda([week] * 4, TODAY)
    assert not theme_on_agenda([week] * 4 + [week - timedelta(weeks=10)], TODAY)
    assert theme_on_agenda([week] * 4 + [week - timedelta(weeks=9)], TODAY)


def test_a_week_counts_as_long_as_its_sunday_is_within_sixty_days() -> None:
    monday = date(2026, 9, 7)
    last = monday + timedelta(days=66)
    assert theme_on_agenda([monday] * 5, last)
    assert not theme_on_agenda([monday] * 5, last + timedelta(days=1))


@given(st.lists(st.dates(TODAY - timedelta(days=200), TODAY).map(week_of), max_size=12))
def test_only_the_last_sixty_days_count(weeks: list[date]) -> None:
    long_ago = TODAY - timedelta(days=60 + 6)
    assert theme_on_agenda(weeks, TODAY) == theme_on_agenda([week for week in weeks if week >= long_ago], TODAY)


def test_who_may_come_to_harm_by_a_guess_is_asked() -> None:
    assert {lane for lane in Lane if asks_when(lane)} == {Lane.ALERT, Lane.URGENT}
    assert {lane for lane in Lane if asks_about(lane)} == {Lane.GRIEVANCE}
    assert (asks_when(""), asks_about("")) == (False, False)


def test_where_nothing_is_said_the_most_people_are_kept_out() -> None:
    assert about_of(Lane.GRIEVANCE, "") is About.UNKNOWN
    assert about_of(Lane.OTHER, "") is About.NOBODY
    assert about_of(Lane.GRIEVANCE, "worker") is About.WORKER


@given(st.sampled_from(Lane), st.sampled_from(About))
def test_more_words_on_a_message_are_kept_from_the_same_people(lane: Lane, about: About) -> None:
    here = audience_for(lane, about)
    assert (audience_for(*behind(here)) is here) == (here is not Audience.URGENT)
    assert here is Audience.URGENT or here not in kept_from(*behind(here))


@pytest.mark.parametrize(("characters", "words"), [(1, 1), (6, 1), (7, 2), (LONGEST_WORDS, IN_WORDS)])
def test_too_long_is_said_in_words(characters: int, words: int) -> None:
    assert words_over(characters) == words


def test_a_message_goes_on_to_other_readers_only() -> None:
    with pytest.raises(RuleRefused, match="have it already"):
        check_may_pass_to(EVERYONE, EVERYONE, Lane.OTHER, About.NOBODY)
    with pytest.raises(RuleRefused, match="kept from those readers"):
        check_may_pass_to(EVERYONE, MANAGER, Lane.OTHER, About.MANAGER)
    check_may_pass_to(GRIEVANCE, EVERYONE, Lane.OTHER, About.NOBODY)


# Hiding


def test_the_tone_of_a_message_is_no_reason_to_hide_it() -> None:
    assert {reason.value for reason in HideReason} == {"names_a_person", "threat", "duplicate", "test", "legal_order"}


def test_hiding_takes_a_board_reader_and_a_staff_reader() -> None:
    board, staff = {Role.BOARD_READER}, [{Role.STAFF_READER}, {Role.MANAGER}, {Role.DIRECTOR}]
    for each in staff:
        check_two_hiders(board, each, same_person=False)
        check_two_hiders(each, board, same_person=False)
    for first, second in [(board, board), *product(staff, staff), (board, {Role.ADMIN}), (board, {Role.MEMBER})]:
        with pytest.raises(RuleRefused, match="one board reader and one staff reader"):
            check_two_hiders(first, second, same_person=False)


def test_one_person_with_both_roles_hides_nothing_alone() -> None:
    both = {Role.BOARD_READER, Role.STAFF_READER}
    with pytest.raises(RuleRefused):
        check_two_hiders(both, both, same_person=True)


# Topics


def test_topics_have_a_key_and_a_short_label_each() -> None:
    assert len(TOPIC_KEYS) == len(TOPICS)
    assert all(topic.label and len(topic.label.split()) <= 5 for topic in TOPICS)


def test_every_way_of_using_and_stopping_stand_side_by_side() -> None:
    assert {"smoking", "injecting", "drug-checking", "stopping"} <= TOPIC_KEYS


@pytest.mark.parametrize(("messages", "dummies"), [(0, 8), (1, 7), (7, 1), (8, 0), (9, 7)])
def test_a_day_has_a_full_batch_and_never_none(messages: int, dummies: int) -> None:
    assert padding_for(messages) == dummies


def test_who_sends_a_form_within_two_seconds_is_no_person() -> None:
    assert timedelta(seconds=2) == QUICKEST
    assert timedelta(minutes=1) == SECOND_PRESS
