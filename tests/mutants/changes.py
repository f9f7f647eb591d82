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
                before, after = ast.unparse(nodes[seen]), ast.unparse(list(ast.walk(other))[seen])
                yield Mutant(getattr(node, "lineno", 0), before, after, ast.fix_missing_locations(other))


def _expressions_around(nodes: list[ast.AST]) -> Iterator[tuple[int, int]]:
    """For each value that stands in an expression, the place of both: "0 -> 1" alone would name too many changes."""
    places = {id(node): place for place, node in enumerate(nodes)}
    for place, node in enumerate(nodes):
        if isinstance(node, ast.expr | ast.keyword | ast.Assign):
            yield from ((places[id(each)], place) for each in ast.iter_child_nodes(node))


def _is_of_a_rule(node: ast.AST) -> bool:
    return isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp | ast.Constant | ast.If | ast.IfExp)


def _changes(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    match node:
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


def _are_types(node: ast.BinOp) -> bool:
    """Whether this is `int | None`, or a pattern of types: Python never reads the first, and it is no sum."""
    sides = (node.left, node.right)
    return isinstance(node.op, ast.BitOr) and any(
        (isinstance(side, ast.Constant) and side.value is None) or (isinstance(side, ast.Name) and side.id in TYPES)
        for side in sides
    )


TYPES = frozenset({"int", "str", "bytes", "date", "datetime", "bool", "Sentence"})
