"""The ways in which a rule is broken: one small change at a time, where a slip of a person's hand would be."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


# What takes all of something for any, and the most for the least.
TWINS = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """A module with one change: where it is, what stood there, what stands there instead."""

    line: int
    before: str
    after: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The change without its line, so that a list of survivors outlives the lines above it."""
        return f"{self.before} -> {self.after}"


def mutants(source: str) -> Iterator[Mutant]:
    """Yield the module with each small change in turn. Words, types and docstrings are left as they are.

    So is the `strict` of a zip, a net under the code: it hangs there so that nothing ever falls into it.
    """
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    nets = {id(each.value) for each in nodes if isinstance(each, ast.keyword) and each.arg == "strict"}
    around = dict(_expressions_around(nodes))
    for place, node in enumerate(nodes):
        if _is_of_a_rule(node) and id(node) not in nets:
            for changed in _changes(node):
                other = copy.deepcopy(tree)
                twin = list(ast.walk(other))[place]
                twin.__class__ = changed.__class__
                twin.__dict__.update(ast.copy_location(changed, node).__dict__)
                seen = around.get(place, place)
                before, after = _told(nodes[seen]), _told(list(ast.walk(other))[seen])
                yield Mutant(_line_of(node), before, after, ast.fix_missing_locations(other))


def _told(node: ast.AST) -> str:
    """What stands there, on one line: of a branch its condition alone."""
    return f"if {ast.unparse(node.test)}" if isinstance(node, ast.If) else ast.unparse(node)


def _line_of(node: ast.AST) -> int:
    """The line of *node*. A `for … in …` inside brackets has none of its own."""
    return int(getattr(node.target if isinstance(node, ast.comprehension) else node, "lineno", 0))


def _expressions_around(nodes: list[ast.AST]) -> Iterator[tuple[int, int]]:
    """For each value that stands in an expression, the place of both: "0 -> 1" alone would name too many changes."""
    places = {id(node): place for place, node in enumerate(nodes)}
    for place, node in enumerate(nodes):
        if isinstance(node, ast.expr | ast.keyword | ast.Assign | ast.comprehension):
            yield from ((places[id(each)], place) for each in ast.iter_child_nodes(node))


def _is_of_a_rule(node: ast.AST) -> bool:
    sums = ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp
    return isinstance(node, sums | ast.Constant | ast.If | ast.IfExp | ast.comprehension | ast.Name)


def _changes(node: ast.AST) -> Iterator[ast.expr | ast.stmt | ast.comprehension]:
    match node:
        case ast.If(test=test, body=body, orelse=orelse) if _is_plain(test):
            yield ast.If(_not(test), body, orelse)
        case ast.comprehension(target=target, iter=over, ifs=ifs, is_async=is_async):
            for at, test in enumerate(ifs):
                if _is_plain(test):
                    yield ast.comprehension(target, over, [*ifs[:at], _not(test), *ifs[at + 1 :]], is_async)
        case ast.Name(id=name, ctx=ast.Load()) if name in TWINS:
            yield ast.Name(TWINS[name], ast.Load())
        case ast.Compare(ops=ops):
            for at, comparison in enumerate(ops):
                for other in COMPARISONS[type(comparison)]:
                    yield ast.Compare(node.left, [*ops[:at], other(), *ops[at + 1 :]], node.comparators)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SUMS and not _are_types(node):
            yield ast.BinOp(left, SUMS[type(op)](), right)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test, orelse, body)


def _is_plain(test: ast.expr) -> bool:
    """Whether a condition is one word or one call, in which nothing else is changed."""
    is_for_types = isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"  # What is below it never runs.
    return isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.Subscript) and not is_for_types


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _are_types(node: ast.BinOp) -> bool:
    """Whether this is `int | None`, or a pattern of types: Python never reads the first, and it is no sum."""
    sides = (node.left, node.right)
    return isinstance(node.op, ast.BitOr) and any(
        (isinstance(side, ast.Constant) and side.value is None) or (isinstance(side, ast.Name) and side.id in TYPES)
        for side in sides
    )


TYPES = frozenset({"int", "str", "bytes", "date", "datetime", "bool", "Sentence"})
