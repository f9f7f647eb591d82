"""Putting a mutant in the place of the code that is loaded, where every importer meets it."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from werkzeug.local import LocalProxy

from tests.mutants.changes import Mutant


class BrokenModule(Exception):
    """The module with this change cannot even be read: whoever imports it notices."""


def cannot_be_swapped(mutant: Mutant) -> bool:
    """Whether the change stands in the body of a class or in a default, which Python has read and made things of."""
    for owner in ast.walk(mutant.tree):
        if isinstance(owner, ast.ClassDef):
            marks = [part for mark in owner.decorator_list for part in ast.walk(mark) if isinstance(part, ast.expr)]
            if any(part.lineno == mutant.line for part in marks):
                return True
            if any(part.lineno <= mutant.line <= (part.end_lineno or 0) for part in owner.body if _is_read_once(part)):
                return True
        elif isinstance(owner, ast.FunctionDef):
            heads = [owner.args, *owner.decorator_list]
            parts = [part for head in heads for part in ast.walk(head) if hasattr(part, "lineno")]
            if any(part.lineno == mutant.line and ast.unparse(part) == mutant.after for part in parts):
                return True
    return False


def _is_read_once(part: ast.stmt) -> bool:
    return not isinstance(part, ast.FunctionDef | ast.ClassDef)


def swap(name: str, mutant: Mutant) -> None:
    """Give the functions of the loaded module the code of *mutant*, and every importer its changed numbers."""
    dotted = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    module = importlib.import_module(dotted)  # As `package.__init__` it would be a second one, which nobody uses.
    code = compile(mutant.tree, str(module.__file__), "exec")
    changed = {(each.co_qualname, each.co_firstlineno): each for each in _codes(code)}
    for function in _functions(module):
        twin = changed.get((function.__code__.co_qualname, function.__code__.co_firstlineno))
        if twin:
            function.__code__ = twin
    _swap_numbers(module, mutant)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    for thing in vars(module).values():
        if type(thing) is LocalProxy:  # Flask's `g` and `request` cannot be asked anything between two requests.
            continue
        for each in (thing, *(vars(thing).values() if isinstance(thing, type) else ())):
            inside = (getattr(each, name, None) for name in ("fget", "func", "__func__"))
            bare = next((found for found in inside if found), each)
            while hasattr(bare, "__wrapped__"):
                bare = bare.__wrapped__
            if isinstance(bare, FunctionType) and bare.__module__ == module.__name__:
                yield bare


def _swap_numbers(module: ModuleType, mutant: Mutant) -> None:
    """Work out again the assignment at the top of the module that the mutant changes, and what is made of it below."""
    anew: set[str] = set()
    for statement in mutant.tree.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        parts = {part.id for part in ast.walk(statement.value) if isinstance(part, ast.Name)}
        if not (parts & anew or statement.lineno <= mutant.line <= (statement.end_lineno or 0)):
            continue
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in (each for each in targets if isinstance(each, ast.Name)):
            old, new = getattr(module, target.id), _value(statement.value, module)
            anew.add(target.id)
            _give(target.id, old, new)
            _give_as_default(module, mutant.tree, target.id, new)


def _value(expression: ast.expr, module: ModuleType) -> Any:
    try:
        return eval(compile(ast.Expression(expression), "<mutant>", "eval"), vars(module))
    except Exception as error:
        raise BrokenModule from error


def _give_as_default(module: ModuleType, tree: ast.Module, name: str, new: Any) -> None:
    """A default was read when the function was made: `floor: int = FLOOR`."""
    for head in (each for each in tree.body if isinstance(each, ast.FunctionDef)):
        function, defaults = getattr(module, head.name, None), head.args.defaults
        if isinstance(function, FunctionType) and function.__defaults__:
            named = [isinstance(each, ast.Name) and each.id == name for each in defaults]
            pairs = zip(named, function.__defaults__, strict=True)
            function.__defaults__ = tuple(new if changed else old for changed, old in pairs)


def _give(name: str, old: Any, new: Any) -> None:
    for module in list(sys.modules.values()):
        if name in getattr(module, "__dict__", {}) and vars(module)[name] is old:
            setattr(module, name, new)
