"""The lines of the doctor, read out of the program: what its looks give to `wrong` and `note`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from governance import assets
from governance.clockwork import timekeeping

MODULES = ("backups", "disks", "history", "key_folder", "regularly", "the_database", "looks")
GIVEN = {"wrong": 0, "note": 0, "_unread": 1}  # Which argument says what is so.
PASSES_ON = "_unread"  # What it is given is read where it is given.


def lines_of_the_doctor() -> tuple[set[str], set[str]]:
    """Return the sentences, and the names of the functions that give on what is put together elsewhere."""
    found: set[str] = set()
    elsewhere: set[str] = set()
    for module in MODULES:
        tree = ast.parse((assets.PACKAGE / "health" / f"{module}.py").read_text(encoding="utf-8"))
        functions = {each.name: each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
        for name, function in functions.items():
            for given in _given(function):
                sentences = _sentences(given, function, functions)
                found |= sentences
                elsewhere |= set() if sentences or name == PASSES_ON else {name}
    return found, elsewhere


def _given(function: ast.FunctionDef) -> Iterator[ast.expr]:
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in GIVEN:
            yield call.args[GIVEN[call.func.id]]


def _sentences(value: ast.expr, function: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> set[str]:
    """Return the sentences that *value* may be in *function*: of a name those it is given, of a call those in it."""
    if isinstance(value, ast.Name):
        given = [each.value for each in ast.walk(function) if isinstance(each, ast.Assign) and _names(each, value.id)]
        return {line for each in given for line in _sentences(each, function, functions)}
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in functions:
        return set(_marked(functions[value.func.id]))
    if isinstance(value, ast.Subscript) and ast.unparse(value.value) == "timekeeping.WHY":
        return set(timekeeping.WHY.values())
    return set(_marked(value))


def _names(assigned: ast.Assign, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in assigned.targets)


def _marked(node: ast.AST) -> Iterator[str]:
    """Yield what is marked for the catalogue inside *node*."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "N_":
            yield ast.literal_eval(each.args[0])
