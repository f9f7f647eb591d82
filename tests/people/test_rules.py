"""The by-laws of accounts and keys."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.people.rules import (
    FREE_TRIES,
    LONGEST_WAIT,
    READS,
    Audience,
    Device,
    alias_key,
    audiences_for,
    check_just_signed_in,
    check_may_read,
    check_roles,
    clean_alias,
    device_of,
    gets_card,
    here_today,
    is_new,
    quarter_of,
    seconds_left,
    sign_in_lasts,
    stamp_due,
    wait_after,
    week_is_new,
    words_wait,
)
from governance.permissions.roles import ROLE_WORDS, Role
from governance.ruling.errors import RuleRefused

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# Chosen names


@pytest.mark.parametrize(
    "name", ["Ash", "Old Bill", "D.J.", "Ana-Lucía", "O’Neil", "J 2", "阿明", "Ümit", "आशा", "a" * 40]
)
def test_a_name_is_what_the_person_chose(name: str) -> None:
    assert clean_alias(f"  {name} ") == name


@pytest.mark.parametrize("name", ["", "A", " ", "-Ash", "Ash!", "Ash\u202e", "A\x00B", "<b>", "a" * 41, "Ash-", "a/b"])
def test_what_cannot_be_a_name_is_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(RuleRefused, match="Choose a name"):
        clean_alias(name)


def test_case_spaces_and_unseen_marks_do_not_make_another_name() -> None:
    assert alias_key("  OLD   bill\u200b ") == alias_key("Old Bill")


@given(st.text())
def test_any_text_can_be_looked_up_and_the_key_stays_the_same(typed: str) -> None:
    key = alias_key(typed)
    assert len(key) <= 200
    assert "\x00" not in key
    key.encode()


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=2, max_size=20))
def test_a_name_is_found_by_itself_in_any_case(name: str) -> None:
    try:
        chosen = clean_alias(name)
    except RuleRefused:  # Normal forms of a few letters are longer, or end in a sign.
        return
    assert alias_key(chosen) == alias_key(chosen.casefold())


# Waiting


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (1, 0), (2, 0), (3, 0), (4, 2), (5, 4), (6, 8), (7, 16), (8, 32), (9, 60), (10, 60), (1000, 60)],
)
def test_the_wait_grows_and_then_stays(failures: int, seconds: int) -> None:
    assert wait_after(failures) == timedelta(seconds=seconds)


@given(st.integers(min_value=0, max_value=10**9))
def test_nobody_is_ever_locked_out_for_longer_than_a_minute(failures: int) -> None:
    assert wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT
    assert failures > FREE_TRIES or not wait_after(failures)


@pytest.mark.parametrize(("minute", "begins"), [(0, 0), (14, 0), (15, 15), (29, 15), (44, 30), (59, 45)])
def test_of_a_wrong_try_no_more_is_kept_than_its_quarter_of_an_hour(minute: int, begins: int) -> None:
    now = datetime(2026, 11, 23, 9, minute, 41, 7, tzinfo=UTC)
    assert quarter_of(now) == datetime(2026, 11, 23, 9, begins, tzinfo=UTC)


def test_a_part_of_a_second_counts_as_a_whole_one() -> None:
    assert seconds_left(NOON + timedelta(seconds=1.2), NOON) == 2
    assert seconds_left(NOON, NOON) == 0
    assert seconds_left(None, NOON) == 0


# How long a sign-in lasts


@pytest.mark.parametrize(
    ("since", "seen", "lasts"),
    [
        (0, 0, True),
        (14, 14, True),
        (15, 15, False),
        (600, 1, True),
        (719, 1, True),
        (720, 1, False),
        (5, 20, False),  # seen before it began
        (0, -5, False),  # seen in the future
    ],
)
def test_a_sign_in_ends_after_15_quiet_minutes_and_after_12_hours(since: int, seen: int, lasts: bool) -> None:
    assert sign_in_lasts(NOON - since * MINUTE, NOON - seen * MINUTE, NOON, Device.SHARED) is lasts


@pytest.mark.parametrize(("since", "seen", "lasts"), [(15, 15, True), (719, 719, True), (720, 1, False)])
def test_on_a_device_of_ones_own_it_ends_after_12_hours_alone(since: int, seen: int, lasts: bool) -> None:
    assert sign_in_lasts(NOON - since * MINUTE, NOON - seen * MINUTE, NOON, Device.OWN) is lasts


def test_whoever_does_not_say_so_shares_the_device() -> None:
    assert device_of("own", is_shared_screen=False) is Device.OWN
    assert device_of("own", is_shared_screen=True) is Device.SHARED
    assert {device_of(said, is_shared_screen=False) for said in (None, "", "shared", "x", 7)} == {Device.SHARED}


def test_a_clock_may_be_one_minute_ahead_and_no_more() -> None:
    assert sign_in_lasts(NOON, NOON + MINUTE, NOON, Device.SHARED)
    assert not sign_in_lasts(NOON, NOON + 2 * MINUTE, NOON, Device.SHARED)


def test_the_cookie_is_stamped_at_most_once_a_minute() -> None:
    assert not stamp_due(NOON - timedelta(seconds=59), NOON)
    assert stamp_due(NOON - MINUTE, NOON)


# Roles


def test_nobody_reads_for_the_board_and_for_the_staff() -> None:
    for staff in (Role.STAFF_READER, Role.MANAGER, Role.DIRECTOR):
        with pytest.raises(RuleRefused, match="for the board and for the staff"):
            check_roles({Role.BOARD_READER, staff})
    check_roles({Role.MEMBER, Role.BOARD_READER, Role.TELLER, Role.ADMIN})


def test_nobody_of_the_staff_votes_runs_votes_or_opens_the_box() -> None:
    for staff in (Role.STAFF_READER, Role.RESPONDER, Role.MANAGER, Role.DIRECTOR):
        for board in (Role.MEMBER, Role.FACILITATOR, Role.TELLER):
            with pytest.raises(RuleRefused, match="Staff hold no vote"):
                check_roles({board, staff})
        check_roles({staff})


@pytest.mark.parametrize("roles", [set(), {Role.VISITOR}, {Role.MEMBER, Role.KIOSK}])
def test_a_card_carries_only_roles_of_people(roles: set[Role]) -> None:
    with pytest.raises(RuleRefused):
        check_roles(roles)


def test_every_role_of_a_person_has_words() -> None:
    assert set(ROLE_WORDS) == set(Role) - {Role.VISITOR, Role.KIOSK}


def test_a_reader_is_given_no_more_than_their_roles_open() -> None:
    check_may_read({Role.MANAGER}, ["everyone", "grievance"], board=False)
    for roles, audiences, board in (
        ({Role.MANAGER}, ["manager"], False),
        ({Role.STAFF_READER}, ["everyone", "urgent"], False),
        ({Role.STAFF_READER}, ["everyone"], True),
        ({Role.MEMBER}, ["everyone"], True),
        ({Role.BOARD_READER}, [], True),
    ):
        with pytest.raises(RuleRefused):
            check_may_read(roles, audiences, board)


@given(st.sets(st.sampled_from(Role)))
def test_a_manager_never_reads_about_the_manager(roles: set[Role]) -> None:
    assert Audience.MANAGER not in audiences_for(roles | {Role.MANAGER})
    assert bool(audiences_for(roles)) == bool(roles & set(READS))


MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("newest", "before", "today", "then"),
    [
        (None, None, 0, (0, None)),
        (0, None, 0, (0, None)),
        (0, None, 3, (3, 0)),
        (3, 0, 3, (3, 0)),
        (3, 0, 9, (9, 3)),
        (9, 3, 8, (9, 3)),
    ],
)
def test_the_day_before_is_kept_until_another_day_comes(
    newest: int | None, before: int | None, today: int, then: tuple[int, int | None]
) -> None:
    def day(number: int | None) -> date | None:
        return None if number is None else MONDAY + timedelta(days=number)

    assert here_today(day(newest), day(before), MONDAY + timedelta(days=today)) == tuple(map(day, then))


@pytest.mark.parametrize(("came", "new"), [(-1, False), (0, True), (1, True)])
def test_what_came_on_the_day_somebody_was_last_here_or_later_is_new(came: int, *, new: bool) -> None:
    assert is_new(MONDAY + timedelta(days=came), MONDAY) is new


def test_nothing_is_marked_for_who_comes_first_and_nothing_without_a_day_is() -> None:
    assert not is_new(MONDAY, None)
    assert not is_new(None, MONDAY)


@pytest.mark.parametrize(("last_here", "new"), [(0, True), (6, True), (7, False)])
def test_a_week_is_new_while_a_day_of_it_may_be(last_here: int, *, new: bool) -> None:
    assert week_is_new(MONDAY, MONDAY + timedelta(days=last_here)) is new


@pytest.mark.parametrize(("minutes", "fine"), [(-1, False), (0, True), (10, True), (11, False)])
def test_a_card_is_given_new_words_by_whoever_has_just_shown_it(minutes: int, fine: bool) -> None:
    with nullcontext() if fine else pytest.raises(RuleRefused, match="You signed in a while ago"):
        check_just_signed_in(NOON, NOON + timedelta(minutes=minutes))


@pytest.mark.parametrize(("seconds", "waits"), [(-1, False), (0, True), (1800, True), (1801, False)])
def test_new_words_wait_half_an_hour_to_be_typed_back(seconds: int, waits: bool) -> None:
    assert words_wait(NOON, NOON + timedelta(seconds=seconds)) is waits


def test_members_are_told_for_whom_a_card_is_and_all_that_it_is_for() -> None:
    one, two = ROLE_WORDS[Role.MEMBER], ROLE_WORDS[Role.TELLER]
    assert str(gets_card("Ash", {Role.TELLER})) == f"Ash gets a card: {two}."
    assert str(gets_card("Ash", {Role.TELLER, Role.MEMBER})) == f"Ash gets a card: {one}; {two}."
