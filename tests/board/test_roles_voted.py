"""Roles that a vote is for: which ones, who gives one up, and when one waits. The rules, and the rows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from governance.board import needs, service
from governance.board.roles_voted import UNTIL_THE_NEXT, VOTED, check_role_offered, who_gives_up
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.board.factories import DAY, a_member

CLOSES = date(2026, 5, 1)
PEOPLE = st.sets(st.integers(1, 9), max_size=6)
RUNS = Role.FACILITATOR


@pytest.mark.parametrize("role", sorted(Role))
def test_a_vote_gives_only_the_roles_on_the_list(role: Role) -> None:
    if role in VOTED:
        check_role_offered(role, CLOSES, CLOSES)
        return
    with pytest.raises(RuleRefused, match="does not give this role"):
        check_role_offered(role, CLOSES, CLOSES)


def test_a_role_begins_when_its_vote_is_over() -> None:
    with pytest.raises(RuleRefused, match="not over by then"):
        check_role_offered(RUNS, CLOSES - timedelta(days=1), CLOSES)


@given(st.sampled_from(VOTED), PEOPLE, PEOPLE)
def test_who_was_chosen_never_gives_it_up_and_no_teller_does(role: Role, holders: set[int], chosen: set[int]) -> None:
    left = who_gives_up(role, holders, chosen)
    assert not left & chosen
    assert left == (holders - chosen if role in UNTIL_THE_NEXT else set())


def test_a_role_waits_until_it_is_given_by_that_record_and_for_nobody_who_cannot(
    session: Session, keys: KeyFolder
) -> None:
    teal, oak = a_member(session, keys, "Teal"), a_member(session, keys, "Oak", RUNS)
    staff = a_member(session, keys, "Ash", Role.RESPONDER)
    assert service.role_waits_for(session, RUNS, teal, "2026-001")
    assert service.role_waits_for(session, RUNS, oak, "2026-001"), "who was chosen again has it anew, by the vote"
    assert not service.role_waits_for(session, RUNS, staff, "2026-001")
    assert not service.role_waits_for(session, RUNS, 9999, "2026-001")
    changed = service.role_chosen(session, RUNS, teal, "2026-001", [teal], [oak])
    assert changed == {teal, oak}
    assert not service.role_waits_for(session, RUNS, teal, "2026-001")
    assert service.role_waits_for(session, RUNS, teal, "2026-002")
    assert people.with_role(session, RUNS) == {teal: "Teal"}


@pytest.mark.on_both
def test_two_who_were_chosen_together_both_keep_it(session: Session, keys: KeyFolder) -> None:
    teal, moss, oak = (a_member(session, keys, name, Role.MEMBER, RUNS) for name in ("Teal", "Moss", "Oak"))
    service.role_chosen(session, RUNS, teal, "2026-001", [teal, moss], [oak])
    service.role_chosen(session, RUNS, moss, "2026-001", [teal, moss], [])
    assert set(people.with_role(session, RUNS)) == {teal, moss}
    assert people.roles_of(session, oak) == {Role.MEMBER}


def test_staff_and_ended_accounts_get_no_role(session: Session, keys: KeyFolder) -> None:
    staff, gone = a_member(session, keys, "Ash", Role.MANAGER), a_member(session, keys, "Fern")
    people.end_account(session, keys, gone, DAY)
    assert service.may_hold_role(session) == {}
    for account, says in ((staff, "Staff hold no vote"), (gone, "This account has ended")):
        with pytest.raises(RuleRefused, match=says):
            service.check_may_get_role(session, RUNS, account, "2026-001", DAY, DAY)


def test_the_first_page_names_what_waits_for_a_first_person() -> None:
    chosen = [needs.RoleToGive("Runs it", "Teal"), needs.RoleToGive("Runs it", "Moss", asked=True)]
    (line,) = needs.roles_to_give(chosen)
    assert (str(line.title), line.page) == ("Give a role to Teal: Runs it", "board.roles")
