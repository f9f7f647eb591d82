"""Promise 8 on the text of a line: a page goes by no line of the ledger whose text is not what was hashed.

A page compares its rows with their line, and shows the line where they differ. So whoever rewrites the text of the
line alone would have their own words shown as those that were first made public. With the hash not looked at, they are.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from governance.ledger import models, rules
from governance.ledger.service import lines_found
from governance.storage import database
from governance.storage.database import db
from governance.storage.leaves import NOT_AS_PUBLISHED, SOME_LINE
from tests.demo.served import Demo

FORGED = "Forged by whoever owns the database."
LINES = "SELECT number, body FROM leaf WHERE log = 'decisions'"


# The kind of a line, what is written into its text, a page that reads it, and what of it would stand there.
CASES: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "an answer": ("response", {"short": FORGED, "words": FORGED}, "/decisions/{record}", FORGED),
    "an answer on the wall": ("response", {"short": FORGED}, "/", FORGED),
    "a vote": ("manifest", {"question": FORGED}, "/ballots/{ballot}", FORGED),
    "what came of a vote": ("result", {"result": "not_adopted"}, "/ballots/{ballot}", "The board did not say yes."),
    "a drug alert": ("alert", {"title": FORGED}, "/alerts", FORGED),
    "what was hidden": ("tombstone", {"lane": "thanks"}, "/removed", "Thanks"),
    "a look at a record": ("looked-again", {"why": FORGED}, "/decisions/{looked}", FORGED),
}


@pytest.fixture
def rewrite(demo_to_spoil: Demo) -> Iterator[Callable[[str, dict[str, Any], str], str]]:
    """Write words into the text of each line of a kind, and return a page about one of them, as plain text."""
    with demo_to_spoil.app.app_context(), db.engine.begin() as connection:
        kept = [dict(row) for row in connection.execute(text(LINES)).mappings()]
    facts = [json.loads(row["body"]) for row in kept]

    def first(kind: str, name: str) -> Any:
        return next((each[name] for each in facts if each.get("kind") == kind and name in each), "")

    of = {
        "record": first("response", "decision"), "ballot": first("result", "ballot"),
        "looked": first("looked-again", "record"), "proposal": first("words", "proposal"),
    }  # fmt: skip

    def rewrite(kind: str, words: dict[str, Any] | None, page: str) -> str:
        changed = [
            {"number": row["number"], "body": "{}" if words is None else canonical({**each, **words})}
            for row, each in zip(kept, facts, strict=True)
            if each.get("kind") == kind
        ]
        assert changed, "the demo has such a line"
        write(demo_to_spoil, changed)
        answer = demo_to_spoil.as_somebody().get(page.format(**of))
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", html.unescape(answer.text))

    yield rewrite
    write(demo_to_spoil, kept)


def canonical(facts: dict[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"))


def write(demo: Demo, rows: list[dict[str, Any]]) -> None:
    with demo.app.app_context(), database.writing():
        db.session.execute(text("UPDATE leaf SET body = :body WHERE log = 'decisions' AND number = :number"), rows)
        db.session.commit()
    demo.app.extensions.get("kept pages", {}).clear()  # They are five seconds old at most.


@pytest.mark.parametrize("case", CASES)
def test_a_text_that_was_not_hashed_is_shown_by_no_page(rewrite: Callable[..., str], case: str) -> None:
    kind, words, page, shown = CASES[case]
    told = rewrite(kind, words, page)
    assert shown not in told
    assert NOT_AS_PUBLISHED in told


# A page that finds lines by their kind, and what it says where the text of such a line says nothing any more.
FOUND_BY_KIND = {
    "tombstone": ("/removed", SOME_LINE), "result": ("/ballots/{ballot}", NOT_AS_PUBLISHED),
    "manifest": ("/ballots/{ballot}", NOT_AS_PUBLISHED), "words": ("/proposals/{proposal}", SOME_LINE),
    "alert": ("/", NOT_AS_PUBLISHED), "record": ("/ledger", "Someone changed lines of this list in our books: "),
}  # fmt: skip


@pytest.mark.parametrize("kind", FOUND_BY_KIND)
def test_a_line_that_says_nothing_any_more_is_missed(rewrite: Callable[..., str], kind: str) -> None:
    page, doubt = FOUND_BY_KIND[kind]
    assert doubt in rewrite(kind, None, page)


@pytest.mark.of_a_broken_program
@pytest.mark.parametrize("kind", ["tombstone", "words", "record"])
def test_where_spoilt_lines_are_not_asked_for_nobody_misses_them(
    rewrite: Callable[..., str], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_found, "is_held", lambda line=models.Leaf: line.number >= 0)
    page, doubt = FOUND_BY_KIND[kind]
    assert doubt not in rewrite(kind, None, page)


@pytest.mark.of_a_broken_program
@pytest.mark.parametrize("case", CASES)
def test_where_the_hash_is_not_looked_at_the_forged_text_is_shown(
    rewrite: Callable[..., str], case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "facts_held", lambda body, hashed: rules.facts_in(body))
    monkeypatch.setattr(lines_found, "is_held", lambda line=models.Leaf: line.number >= 0)
    kind, words, page, shown = CASES[case]
    assert shown in rewrite(kind, words, page)
