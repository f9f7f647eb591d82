"""What is promised has one source, says where it ends, and is promised no further than tests hold that can fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from governance.publishing.rules import KEPT_WORDS, PromiseHolds
from governance.publishing.service import Promise, promises
from tests.page import Page
from tests.publishing import documents
from tests.publishing.documents import ROOT

FOLDER = ROOT / "tests" / "promises"


def functions_in(file: Path) -> dict[str, ast.FunctionDef]:
    """The functions of *file* by name."""
    tree = ast.parse(file.read_text("utf-8"))
    return {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}


def can_fail(name: str, functions: dict[str, ast.FunctionDef]) -> bool:
    """Whether a function asserts something, or expects a refusal, by itself or by another one of its file.

    A name or a value alone is true whatever the program does: it takes a call or a comparison.
    """
    for each in ast.walk(functions[name]) if name in functions else ():
        if (isinstance(each, ast.Assert) and asks(each.test)) or (
            isinstance(each, ast.Attribute) and each.attr == "raises"
        ):
            return True
        called = each.func.id if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) else name
        if called != name and can_fail(called, functions):
            return True
    return False


def asks(test: ast.expr) -> bool:
    """Whether what is asserted asks anything: it calls, compares or looks into something, and not at values alone."""
    asked = [
        each for each in ast.walk(test) if isinstance(each, ast.Call | ast.Compare | ast.Subscript | ast.Attribute)
    ]
    return bool(asked) and any(isinstance(each, ast.Name) for each in ast.walk(test))


def faults_of(promise: Promise, root: Path = ROOT) -> Iterator[str]:
    """What is wrong with the proofs of *promise*: nothing, as it should be."""
    if not promise.tests:
        yield "It has no test."
    if not promise.covers or not promise.not_covered:
        yield "It does not say what it covers, and where it ends."
    for proof in promise.tests:
        file = root / proof.file
        if not file.is_file() or file.parent != root / "tests" / "promises":
            yield f"{proof.file} is no file of tests/promises."
            continue
        functions = functions_in(file)
        if not proof.control.startswith("test_") or not can_fail(proof.control, functions):
            yield f"{proof.file} has no control {proof.control}."
        others = [name for name in functions if name.startswith("test_") and name != proof.control]
        if not any(can_fail(name, functions) for name in others):
            yield f"{proof.file} has no test that can fail."
        if not file.name.startswith(f"test_{promise.number:02}_"):
            yield f"{proof.file} is named after another promise."


@pytest.mark.parametrize("promise", promises(), ids=lambda promise: promise.name)
def test_each_has_tests_that_can_fail_and_a_control_and_says_where_it_ends(promise: Promise) -> None:
    assert list(faults_of(promise)) == []


def test_each_file_of_promises_is_named_once() -> None:
    named = [proof.file for promise in promises() for proof in promise.tests]
    assert sorted(named) == sorted(f"tests/promises/{each.name}" for each in FOLDER.glob("test_*.py"))


def test_there_are_fifteen_and_each_says_whether_it_is_kept() -> None:
    assert [promise.number for promise in promises()] == list(range(1, 16))
    assert set(KEPT_WORDS) == set(PromiseHolds)


def test_a_promise_that_no_test_holds_is_found(tmp_path: Path) -> None:
    """The control: what is wrong is named, one thing at a time."""
    (tmp_path / "tests" / "promises").mkdir(parents=True)
    idle, other = "def test_idle():\n    assert open\n    assert 1 == 1\n", "def test_real():\n    assert open('x')\n"
    for name, text in {"idle": idle * 2, "alone": other, "whole": other + other.replace("real", "control")}.items():
        (tmp_path / "tests" / "promises" / f"test_01_{name}.py").write_text(text)

    def faults(file: str, control: str, **changed: Any) -> str:
        held = {"covers": ("So.",), "not_covered": ("But.",), "tests": (documents.Proof(file, control),), **changed}
        return " ".join(faults_of(Promise(1, "A", "B.", PromiseHolds.YES, **held), tmp_path))

    assert faults("tests/promises/test_01_whole.py", "test_control") == ""
    assert faults("tests/promises/test_01_whole.py", "test_control", tests=()) == "It has no test."
    assert "where it ends" in faults("tests/promises/test_01_whole.py", "test_control", not_covered=())
    assert "is no file" in faults("tests/promises/test_01_nowhere.py", "test_control")
    assert "has no test that can fail" in faults("tests/promises/test_01_idle.py", "test_idle")
    assert "has no control" in faults("tests/promises/test_01_idle.py", "test_idle")
    assert faults("tests/promises/test_01_alone.py", "test_real") == (
        "tests/promises/test_01_alone.py has no test that can fail."
    )


@pytest.mark.parametrize("document", documents.written())
def test_the_documents_say_the_same(document: str) -> None:
    """Run `make promises` where this fails."""
    assert documents.part_of(document) == documents.written()[document]


def test_the_page_says_of_each_what_it_covers_by_what_test_and_where_it_ends(client: Any) -> None:
    answer = client.get("/promises").text
    said, closed = (" ".join(" ".join(words).split()) for words in (Page(answer).text, in_sight(answer)))
    for promise in promises():
        first, *others = promise.not_covered
        for each in (f"{promise.number}. {promise.name}", promise.says, KEPT_WORDS[promise.kept]):
            assert each in closed, "in sight at once"
        assert f"What this does not cover: {first} And {len(others)} more." in closed, "beside the yes"
        assert not any(each in closed for each in (*others, *promise.covers)), "the control: the rest is folded"
        assert all(each in said for each in (*promise.not_covered, *promise.covers, *promise.also))
        assert all(proof.file in said for proof in promise.tests)


def in_sight(page: str) -> list[str]:
    """The words of *page* before anybody opens anything: what stands in no fold, and the head of each."""
    return InSight(page).words


class InSight(HTMLParser):
    """Reads a page and leaves out what is folded."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.heads: list[bool] = []  # Of each fold that it is in: whether it is in the head.
        self.feed(page)

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag == "details":
            self.heads.append(False)
        elif tag == "summary":
            self.heads[-1] = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self.heads.pop()
        elif tag == "summary":
            self.heads[-1] = False

    def handle_data(self, data: str) -> None:
        if all(self.heads):
            self.words.append(data)
