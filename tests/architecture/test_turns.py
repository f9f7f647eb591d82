"""Two at once: whoever looks whether something may be done, and then does it, has its row locked before they look.

On SQLite a request that writes holds the one lock from its beginning; on PostgreSQL a row that is not locked may be
another one by the time it is written. So this walks the code of the services.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from governance.packages import PACKAGES
from tests.architecture.house import files, nodes_of, place_of, tree_of

WRITES = {"session.add", "session.delete", "session.flush", "session.merge"}
# Its callers hold the lock: they looked whether the ballot may come in.
HELD_BY_CALLERS = {"ballots/box/dropping.py: put_in"}

Functions = Mapping[str, list[tuple[str, ast.FunctionDef]]]  # By name: the file, and its code.


def functions() -> Functions:
    """The functions of the packages that take no request."""
    found: dict[str, list[tuple[str, ast.FunctionDef]]] = {}
    for path in files():
        place = place_of(path)
        if place.split("/")[0] in PACKAGES and "/views/" not in place:
            for node in tree_of(path).body:
                if isinstance(node, ast.FunctionDef):
                    found.setdefault(node.name, []).append((place, node))
    return found


def models() -> set[str]:
    return {
        node.name
        for path in files()
        if path.name == "models.py"
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef)
    }


def name_called(node: ast.AST) -> str:
    called = node.func if isinstance(node, ast.Call) else None
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


@cache
def within(function: ast.FunctionDef) -> tuple[ast.AST, ...]:
    """Every node of a function, as `ast.walk` gives them."""
    return tuple(ast.walk(function))


@cache
def that_may_lock(function: ast.FunctionDef) -> tuple[ast.AST, ...]:
    """What of a function can take a lock: its calls, and what they are given by name."""
    return tuple(each for each in within(function) if isinstance(each, (ast.Call, ast.keyword)))


def locks(node: ast.AST) -> bool:
    return (isinstance(node, ast.keyword) and node.arg == "with_for_update") or name_called(node) == "with_for_update"


def that_lock(there: Functions) -> set[tuple[str, str]]:
    """The functions that lock a row, themselves or through another one, by file and name."""
    found: set[tuple[str, str]] = set()
    while True:
        more = {
            (place, name)
            for name, alike in there.items()
            for place, node in alike
            if (place, name) not in found
            and any(takes_a_lock(each, place, there, found) for each in that_may_lock(node))
        }
        if not more:
            return found
        found |= more


def takes_a_lock(node: ast.AST, place: str, there: Functions, locking: set[tuple[str, str]]) -> bool:
    """Whether this line of a file locks a row. Of two functions of one name it calls that of its own file, or both."""
    name = name_called(node)
    alike = {each for each, _ in there.get(name, ())}
    here = {place} if place in alike else alike
    return locks(node) or (bool(here) and all((each, name) in locking for each in here))


def first_look(node: ast.FunctionDef, rows: set[str]) -> int | None:
    """The line on which a function first asks whether it may, about one of its *rows*."""
    asked = [each for each in within(node) if name_called(each).lstrip("_").startswith("check_")]
    tests = [
        each.test
        for each in within(node)
        if isinstance(each, ast.If) and any(isinstance(inner, ast.Raise) for inner in each.body)
    ]
    lines = [
        each.lineno
        for part in (*asked, *tests)
        for each in ast.walk(part)
        if isinstance(each, ast.Name) and each.id in rows
    ]
    return min(lines, default=None)


def without_a_lock(there: Functions, known: set[str]) -> Iterator[str]:
    """Name the functions that look at a row, change something, and lock nothing before they look."""
    locking = that_lock(there)
    for name, alike in there.items():
        for place, node in alike if not name.startswith(("_", "check_")) else ():
            given = [each for each in (*node.args.args, *node.args.kwonlyargs) if each.annotation]
            rows = {each.arg for each in given if each.annotation and ast.unparse(each.annotation) in known}
            lines = that_may_lock(node)
            writes = any(isinstance(each, ast.Call) and ast.unparse(each.func) in WRITES for each in lines)
            looks = first_look(node, rows) if writes else None
            held = [each.lineno for each in lines if takes_a_lock(each, place, there, locking)]
            if looks is not None and min(held, default=looks + 1) > looks:
                yield f"{place}: {name}"


def test_who_looks_and_then_writes_has_the_row_locked() -> None:
    assert set(without_a_lock(functions(), models())) == HELD_BY_CALLERS


LOCK = """
def lock(session: Session, proposal: Proposal) -> None:
    session.refresh(proposal, with_for_update=True)
"""
REMARK = """
def remark(session: Session, proposal: Proposal, text: str) -> None:
    {before}
    rules.check_open_to_talk(proposal.status)
    {after}
    session.add(Remark(text=text))
"""


def test_one_that_looks_first_is_found() -> None:
    def of(**lines: str) -> list[str]:
        nodes = ast.parse(LOCK + REMARK.format(**lines)).body
        there = {node.name: [("x.py", node)] for node in nodes if isinstance(node, ast.FunctionDef)}
        return list(without_a_lock(there, {"Proposal"}))

    takes = "lock(session, proposal)"
    assert of(before="pass", after="pass") == ["x.py: remark"]
    assert of(before="pass", after=takes) == ["x.py: remark"], "too late: it has looked"
    assert of(before=takes, after="pass") == []


# Those that are given no row look one up, or look at nothing but what was typed. Each says what holds it.
TYPED = "looks at what was typed, or at who asks, and at no row that another one changes"
KEY = "a key of its table lets one of two in, and the other is told that somebody was first"
CALLER = "its callers hold the row that it is about"
SEATS = "within `telling`, where seats change in turns"
TERMINAL = "somebody at the terminal, alone"
HELD_BY = {
    "ballots/box/dropping.py: put_in": CALLER,
    "ballots/passes/co_signing.py: note_signed": CALLER,
    "board/service/charters.py: adopt_charter": KEY,
    "board/service/ending_terms.py: ask_for_seat": CALLER,
    "board/service/ending_terms.py: remove_member": SEATS,
    "board/service/roll.py: call_in": CALLER,
    "board/service/adding_seats.py: add_seat": SEATS,
    "board/service/seats.py: pause": SEATS,
    "board/service/seats.py: resume": SEATS,
    "decisions/service/drafting.py: draft_record": KEY,
    "feedback/service/hiding.py: ask_to_hide": KEY,
    "feedback/service/sorting.py: tick_urgent": KEY,
    "feedback/service/sorting.py: write_back": TYPED,
    "feedback/service/themes.py: start_theme": TYPED,
    "ledger/service/cosigning.py: add_witness": TERMINAL,
    "ledger/service/cosigning.py: remove_witness": TERMINAL,
    "ledger/service/witnessed.py: choose_quorum": TERMINAL,
    "people/service/accounts.py: new_account": KEY,
    "people/service/second_yes.py: ask": KEY,
    "places/service/calls.py: call_worker": KEY,
    "publishing/service/alerts.py: write_alert": TYPED,
    "questions/service.py: propose": TYPED,
    "responses/service/second_look.py: ask_second_look": TYPED,
}


def looks_before_it_locks(there: Functions) -> Iterator[str]:
    """Name the functions that ask whether something may be, write, and lock nothing before they ask."""
    locking = that_lock(there)
    for name, alike in there.items():
        for place, node in alike if not name.startswith(("_", "check_")) else ():
            lines = that_may_lock(node)
            writes = any(isinstance(each, ast.Call) and ast.unparse(each.func) in WRITES for each in lines)
            asks = [each.lineno for each in within(node) if is_asked(each)]
            held = [each.lineno for each in lines if takes_a_lock(each, place, there, locking)]
            if writes and asks and min(held, default=min(asks) + 1) > min(asks):
                yield f"{place}: {name}"


def is_asked(node: ast.AST) -> bool:
    """Whether this line may end what goes on: it calls a check, or raises where something is so."""
    raises = isinstance(node, ast.If) and any(isinstance(inner, ast.Raise) for inner in node.body)
    return raises or name_called(node).lstrip("_").startswith("check_")


def test_each_that_asks_before_it_locks_says_what_holds_it() -> None:
    assert set(looks_before_it_locks(functions())) == set(HELD_BY)


def seats_that_change_without_a_turn() -> Iterator[str]:
    """The files that change a seat outside of `telling`."""
    changing = {each.split(": ")[1] for each, why in HELD_BY.items() if why == SEATS}
    changing |= {"seat_member", "seat_chosen", "end_term"}
    for path in files():
        in_turn = {
            id(inner)
            for node in nodes_of(path)
            if isinstance(node, ast.With) and any(name_called(item.context_expr) == "telling" for item in node.items)
            for inner in ast.walk(node)
        }
        for node in nodes_of(path):
            called = name_called(node)
            if called in changing and id(node) not in in_turn and is_of_the_board(node):
                yield f"{place_of(path)}: {called}"


def is_of_the_board(node: ast.AST) -> bool:
    """Whether this line calls what the board's own service offers."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("service.", "board."))


def test_seats_change_in_turns() -> None:
    """Founding and the demo lay a whole table before anybody sits at it."""
    assert {
        each for each in seats_that_change_without_a_turn() if not each.startswith(("demo/", "programme/"))
    } == set()


# What is locked is read again: a row that this request has read before would keep what it said then.


def locked_and_not_read_again(nodes: Iterable[ast.AST]) -> Iterator[int]:
    """The lines that lock a row by its key and leave what was read of it before as it was."""
    for node in nodes:
        if name_called(node) in ("get", "get_one") and isinstance(node, ast.Call):
            given = {each.arg for each in node.keywords}
            if "with_for_update" in given and "populate_existing" not in given:
                yield node.lineno


def test_what_is_locked_by_its_key_is_read_again() -> None:
    found = [f"{place_of(path)}: {line}" for path in files() for line in locked_and_not_read_again(nodes_of(path))]
    assert found == []


def test_one_that_is_locked_and_not_read_again_is_found() -> None:
    reads = "session.get(Item, 1, with_for_update=True, populate_existing=True)\nsession.get(Item, 1)\n"
    code = ast.parse(f"{reads}session.get_one(Item, 1, with_for_update=True)")
    assert list(locked_and_not_read_again(ast.walk(code))) == [3]
