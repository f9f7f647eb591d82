"""What the templates use of the house's rules: the names behind what a view hands them, as the pages really say them.

A view hands a page a whole module (`rules=rules`), and the page says `rules.STATUS_WORDS`. Each page is parsed, so that
a word in its text, in an address or in the name of a file is no call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

from governance import assets
from tests.architecture.house import bound_in, files, nodes_of, place_of

Given = dict[str, set[str]]
PAGES_READ = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
PARTS = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


@cache
def pages() -> dict[str, nodes.Template]:
    """Every template, parsed, by its name."""
    folder = assets.folder("templates")
    return {
        page.relative_to(folder).as_posix(): PAGES_READ.parse(page.read_text(encoding="utf-8"))
        for page in sorted(folder.rglob("*.*ml"))
    }


def said_of(page: nodes.Template, given: Given) -> Iterator[str]:
    """The dotted names that *page* says, where *given* has the modules that each of its variables may be."""
    for node in page.find_all(nodes.Getattr):
        for module in given.get(node.node.name, ()) if isinstance(node.node, nodes.Name) else ():
            yield f"{module}.{node.attr}"


def attributes_of(page: nodes.Template) -> Iterator[str]:
    """Every word behind a dot in the code of *page*, and those that a filter asks for by name."""
    yield from (node.attr for node in page.find_all(nodes.Getattr))
    for node in page.find_all(nodes.Filter):
        if node.name in ("map", "selectattr", "rejectattr", "groupby", "sort", "sum"):
            asked = [*node.args, *(each.value for each in node.kwargs if each.key == "attribute")]
            yield from (part for each in asked if isinstance(each, nodes.Const) for part in str(each.value).split("."))


def parts_of(page: nodes.Template) -> Iterator[str]:
    """The templates that *page* is made of, which see what it was given."""
    for node in page.find_all(PARTS):
        if isinstance(node.template, nodes.Const):
            yield node.template.value


def given_in(path: Path, modules: frozenset[str], bound: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """What the code of a file hands on by name: to which page ("" if it does not say), under which word, which module.

    A view that gathers what several pages need, in a dictionary, does not say which page it is for.
    """
    for node in nodes_of(path):
        if isinstance(node, ast.Call):
            named = node.args[0] if node.args else None
            page = named.value if isinstance(named, ast.Constant) and is_drawing(node) else ""
            pairs = [(each.arg, each.value) for each in node.keywords]
        elif isinstance(node, ast.Dict):
            page, pairs = "", [(key.value, value) for key, value in _by_word(node)]
        else:
            continue
        for word, value in pairs:
            module = bound.get(value.id, "") if isinstance(value, ast.Name) else ""
            if word and module in modules:
                yield str(page), word, module


def is_drawing(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "render_template"


def _by_word(node: ast.Dict) -> Iterator[tuple[ast.Constant, ast.expr]]:
    yield from ((key, each) for key, each in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant))


@cache
def given(modules: frozenset[str]) -> dict[str, Given]:
    """For each page and each part of a page: which of *modules* its variables may be."""
    found: dict[str, Given] = {name: {} for name in pages()}
    for path in files():
        for page, word, module in given_in(path, modules, bound_in(path)):
            for name in [page] if page else pages_near(path):
                found.setdefault(name, {}).setdefault(word, set()).add(module)
    waiting = list(pages())
    while waiting:
        name = waiting.pop()
        for part in parts_of(pages()[name]):
            before = sum(map(len, found[part].values()))
            for word, handed in found[name].items():
                found[part].setdefault(word, set()).update(handed)
            if sum(map(len, found[part].values())) > before:
                waiting.append(part)
    return found


def pages_near(path: Path) -> set[str]:
    """The pages that the package of a file draws."""
    return {name for name in pages() if name.startswith(f"{place_of(path).split('/')[0]}/")}


@cache
def names_in_pages(modules: frozenset[str]) -> frozenset[str]:
    """The dotted names of things in *modules* that some page says."""
    return frozenset(name for page, words in given(modules).items() for name in said_of(pages()[page], words))


@cache
def attributes_in_pages() -> frozenset[str]:
    """Every word behind a dot in any page."""
    return frozenset(word for page in pages().values() for word in attributes_of(page))
