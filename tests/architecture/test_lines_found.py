"""Lines of the ledger are found by what was hashed: one module alone looks for them by their text.

A line whose text was spoilt is not found by its text, and nobody misses it (`ledger/service/lines_found.py`). Nor does
anything read the text of a line past its hash.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tests.architecture.house import files, nodes_of, place_of

# These look at texts for what they are: the finding itself, the check of all, and files that are held to a root.
MAY = {"ledger/service/lines_found.py", "ledger/rules.py", "ledger/models.py"}
# Columns of that name in other tables.
NO_LINES = {"people/service/chain.py", "people/leaves.py", "people/service/enrolment.py"}
SEARCH = {"contains", "like", "ilike", "startswith", "endswith", "regexp_match", "icontains"}
READ = {"loads", "facts_in", "substr", "literal_eval"}


def past_the_hash(code: Iterable[ast.AST]) -> Iterator[int]:
    """Yield the lines of some *code* in which the text of a row (`….body`) is searched, cut or read as JSON."""
    for call in code:
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        of = call.func.value if isinstance(call.func, ast.Attribute) and name in SEARCH else None
        read = call.args if name in READ else []
        if any(isinstance(each, ast.Attribute) and each.attr == "body" for each in (of, *read)):
            yield call.lineno


def test_no_other_module_goes_by_the_text_of_a_line() -> None:
    found = {
        f"{place_of(path)}:{line}"
        for path in files()
        if place_of(path) not in MAY | NO_LINES
        for line in past_the_hash(nodes_of(path))
    }
    assert found == set()


def test_it_finds_what_it_looks_for() -> None:
    source = 'a = Leaf.body.like("x")\nb = json.loads(leaf.body)\nc = func.substr(line.body, 1, 2)\nd = leaf.facts\n'
    assert sorted(past_the_hash(ast.walk(ast.parse(source)))) == [1, 2, 3]
