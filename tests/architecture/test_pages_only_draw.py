"""A page draws what a rule allows: none weighs for itself who looks against how a thing stands.

`{% if may('run_board') %}` around a link is the door of a permission. Where such a question meets one of another kind
(in one test, in an `elif`, or one inside the other), the page decides what somebody may do now. That is a rule, and has
its place in `*/next_steps.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jinja2 import nodes

from tests.architecture.in_pages import PAGES_READ, pages

Names = set[str]
WHO = {"may", "is_mine", "signed_in.account_id"}


def questions_of(test: nodes.Node) -> Iterator[Names]:
    """Each question that *test* asks, as the names in it: one on each side of an `and`, an `or` and a `not`."""
    if isinstance(test, nodes.And | nodes.Or | nodes.Not):
        for side in test.iter_child_nodes():
            yield from questions_of(side)
        return
    every = (test, *test.find_all((nodes.Name, nodes.Getattr)))
    names = {each.name for each in every if isinstance(each, nodes.Name)} - {"signed_in"}
    of_mine = {f"signed_in.{each.attr}" for each in every if isinstance(each, nodes.Getattr) and is_me(each.node)}
    yield names | of_mine & WHO


def is_me(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "signed_in"


def weighed(node: nodes.Node, around: tuple[Names, ...] = ()) -> Iterator[int]:
    """The lines of *node* where who looks meets how a thing stands. *around*: the questions asked on the way there."""
    asked = around
    if isinstance(node, nodes.If | nodes.CondExpr):
        asked = (*around, *questions_of(node.test))
        if any(each & WHO for each in asked) and any(each - WHO for each in asked):
            yield node.lineno
    for each in node.iter_child_nodes():  # An `elif` is one of them: it is asked where the tests before it said no.
        yield from weighed(each, asked)


def test_no_page_weighs_who_looks_against_how_a_thing_stands() -> None:
    found = {name: sorted(set(weighed(page))) for name, page in pages().items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "text",
    [
        "{% if may('vote') and is_open %}x{% endif %}",
        "{% if may('vote') %}{% if mine %}x{% endif %}{% endif %}",
        "{% if mine %}x{% elif may('vote') %}y{% endif %}",
        "{% if mine %}{% for each in rows %}{{ x if not may('vote') else y }}{% endfor %}{% endif %}",
        "{% if asked.account_id != signed_in.account_id %}x{% endif %}",
        "{% if refused and not is_mine %}x{% endif %}",
    ],
)
def test_a_page_that_weighs_is_seen(text: str) -> None:
    assert list(weighed(PAGES_READ.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        "{% if may('vote') or may('run_board') %}x{% endif %}",
        "{% if is_open %}x{% endif %}{% if may('vote') %}y{% else %}z{% endif %}",
        "{% if signed_in %}{{ 'a' if may('vote') else '' }}{% endif %}",
    ],
)
def test_a_door_is_left_alone(text: str) -> None:
    assert not list(weighed(PAGES_READ.parse(text)))
