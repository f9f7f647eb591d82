"""What takes two people, or a vote, every member is told of on their first page; or everybody reads it in public."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.gates import GATES
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.gates import Gate
from governance.people.models import Told
from governance.people.rules import A_DAY
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import Sentence, to_json
from tests.architecture.house import HOUSE, files, nodes_of
from tests.factories import NOW, Founded, an_open_programme
from tests.feedback.messages import LATER, released
from tests.people.factories import TODAY, a_card, a_chain, enrol, remove, told_to_members
from tests.second_yes import enter

TELLS = {"tell", "tell_of_one_hand", "telling", "tell_of_accounts", "tell_of_card", "tell_of_end", "tell_of_role"}
DEEP = 4  # So many calls below what is done together.
__all__ = ["enter"]


def tells(what: Callable[..., Any], deep: int = DEEP) -> bool:
    """Whether this function tells members, or one of the house that it calls."""
    called = [call.func for call in ast.walk(_read(what)) if isinstance(call, ast.Call)]
    names = {getattr(each, "attr", getattr(each, "id", "")) for each in called}
    if names & TELLS:
        return True
    return deep > 0 and any(tells(each, deep - 1) for each in _of_the_house(what, called))


def _read(what: Callable[..., Any]) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(what)))


def _of_the_house(what: Callable[..., Any], called: list[ast.expr]) -> list[Callable[..., Any]]:
    there = what.__globals__  # type: ignore[attr-defined]
    found = []
    for each in called:
        holder = (
            there.get(each.value.id) if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) else None
        )
        one = (
            getattr(holder, each.attr, None) if isinstance(each, ast.Attribute) else there.get(getattr(each, "id", ""))
        )
        if inspect.isfunction(one) and one.__module__.startswith("governance."):
            found.append(one)
    return found


def for_two() -> list[str]:
    return sorted(name for name, act in GATES.items() if act.one or act.other)


@pytest.mark.parametrize("act", for_two())
def test_what_two_people_do_every_member_is_told(app: Flask, act: str) -> None:
    assert tells(people.DOINGS[act])


def test_one_that_tells_nobody_would_be_found() -> None:
    def quietly(agreed: people.Agreed) -> None:
        feedback.leave_shown(agreed.session, agreed.values["message"])

    assert not tells(quietly)


def test_those_that_a_package_holds_by_itself_are_these() -> None:
    """Hiding and readers: below. Cards and shares: tests of each. A box, papers, alerts: everybody reads what came."""
    by_themselves = {
        act.words for act in GATES.values() if act.gate in (Gate.TWO_PEOPLE, Gate.BOARD_VOTE) and not act.one
    }
    assert sorted(words.partition(":")[0] for words in by_themselves) == [
        "Bring lost keys back, or open a backup. It takes two of the three who hold a recovery share.",
        "Count paper ballots", "Give a new card for a lost one", "Hide a message", "Make an account",
        "Make or remove a reader", "Open the ballot box", "Put up a drug alert",
    ]  # fmt: skip


# On the first page


def first_page(device: Any) -> str:
    return str(device.get("/board").text)


def test_every_member_reads_that_a_message_was_hidden_and_by_whom(
    session: Session, keys: KeyFolder, enter: Any, founded: Founded
) -> None:
    message_id = released(founded)
    feedback.ask_to_hide(session, keys, message_id, HideReason.TEST, founded.account("Ash"), LATER)
    session.commit()
    with clock.stopped_at(datetime.combine(LATER, NOW.timetz())):
        assert "A message was hidden" not in first_page(enter("Dogwood")), "the control: one asked, nothing is done"
        roles = people.roles_of(session, founded.account("Juniper"))
        feedback.agree_to_hide(session, keys, message_id, rules.Lane.OTHER, founded.account("Juniper"), roles, LATER)
        session.commit()
        for alias in ("Dogwood", "Elder"):
            page = first_page(enter(alias))
            assert "A message was hidden" in page
            assert "Ash asked, Juniper agreed." in page


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    return an_open_programme(session, keys)


def test_every_member_reads_who_became_a_reader_and_who_is_none_any_more(session: Session, keys: KeyFolder) -> None:
    readers, card = a_chain(session, keys), a_card(session, keys, Role.STAFF_READER, alias="New")
    member = a_card(session, keys, Role.MEMBER, alias="Plain")
    before = told(session, keys, member)
    enrol(session, keys, readers, card, "Ash", "Sam")
    remove(session, keys, readers, card.account_id, "Sam", "Ash")
    assert [each for each in told(session, keys, member) if each not in before] == [
        "New reads nothing new that people say. Sam and Ash signed for that.",
        "New can read what people say. Ash and Sam signed for it.",
    ]


def told(session: Session, keys: KeyFolder, member: people.Card) -> list[str]:
    """What this member has not read yet, the newest first."""
    return [str(said) for _, said in people.notices(session, keys, member.account_id, TODAY).rows]


# Nobody drowns it

# Who tells members a thing that no line of the ledger holds. One hand must not be able to bury with it what counts:
# so it tells by `tell_of_one_hand`, or it stands here, with what else bounds it.
BOUND = {
    "governance/ballots/calling/before_opening.py:hold_opening": "a vote is called off once; another calls it",
    "governance/commands/words.py:_offered": "two people at the terminal",
    "governance/feedback/service/hiding.py:agree_to_hide": "two people, and a message is hidden once",
    "governance/feedback/service/hiding.py:forget_hidings_over": "a round, and each sentence once",
    "governance/people/service/enrolment.py:confirm_enrolment": "two readers sign",
    "governance/people/service/enrolment.py:confirm_removal": "two readers sign",
    "governance/people/service/notices.py:tell_of_one_hand": "so often a day",
    "governance/people/service/second_yes.py:forget_asked": "a round, and each sentence once",
    "governance/people/service/second_yes.py:refuse": "one asks, another says no",
    "governance/proposals/service/talk.py:call_in": "each alternate once for a proposal, and nothing takes it back",
    "governance/publishing/views/wall.py:_tell": "`is_told`: each sentence once a day",
}


def without_a_line() -> dict[str, bool]:
    """Each function that tells members with no area, by file and name: whether two people agreed to what it does."""
    found = {}
    for path in files():
        here = path.relative_to(HOUSE.parent).as_posix()
        for function in [each for each in nodes_of(path) if isinstance(each, ast.FunctionDef)]:
            for call in [each for each in ast.walk(function) if isinstance(each, ast.Call)]:
                named, plain = ast.unparse(call.func), here.startswith("governance/people/service/")
                if named == "people.tell" or (named == "tell" and plain):
                    areas = call.args[4:] or [each for each in call.keywords if each.arg == "area"]
                    if not areas:
                        found[f"{here}:{function.name}"] = ast.unparse(call.args[1]) == "agreed.keys"
    return found


def test_who_tells_without_a_line_is_two_people_or_is_bound() -> None:
    found = without_a_line()
    alone = {name for name, by_two in found.items() if not by_two}
    assert sum(found.values()) > 9, "the walk sees what two people agreed to"
    assert alone == set(BOUND)


def test_one_hand_fills_no_first_page(session: Session, keys: KeyFolder) -> None:
    """The same thing is told so often a day; then it is refused, and done in silence by nobody. It goes a day later."""
    said = [Sentence("{name} closed it. {why}", name="Cricket", why=f"Because {n}.") for n in range(A_DAY + 1)]
    for each in said[:A_DAY]:
        people.tell_of_one_hand(session, keys, each, TODAY, "why")
    with pytest.raises(RuleRefused, match="again tomorrow"):
        people.tell_of_one_hand(session, keys, said[A_DAY], TODAY, "why")
    people.tell_of_one_hand(session, keys, Sentence("{name} closed it. {why}", name="Mo", why=""), TODAY, "why")
    people.tell_of_one_hand(session, keys, said[A_DAY], TODAY + timedelta(days=1), "why")
    assert len(told_to_members(session, 9)) == A_DAY + 2


@pytest.mark.on_both
@pytest.mark.parametrize("by_hand", [True, False])
def test_what_somebody_put_in_by_hand_silences_nothing(session: Session, keys: KeyFolder, by_hand: bool) -> None:
    """The control: what was truly told so often is refused, and is told already."""
    said, other = Sentence("{name} moved it.", name="Cricket"), Sentence("{name} came.", name="Mo")
    people.tell(session, keys, other, TODAY)
    for n in range(A_DAY):
        if by_hand:
            put_in = {"facts": {}, "said": to_json(said), "salt": b"x", "mark": bytes(64), "number": 100 + n}
            session.add(Told(day=TODAY, **put_in))
        else:
            people.tell(session, keys, said, TODAY)
    session.commit()
    assert people.is_told(session, keys, said, TODAY) is not by_hand
    with nullcontext() if by_hand else pytest.raises(RuleRefused, match="again tomorrow"):
        people.tell_of_one_hand(session, keys, said, TODAY)
