"""One word is as much as many: it comes back too when keeping it fails, from the real server, with one button."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask

from governance.frame import typed_again
from tests.databases import PostgreSQL
from tests.promises.participant import with_code
from tests.promises.test_13_words_come_back import REFUSED_AT_COMMIT, begin
from tests.visitor import Visitor, posting_form

WORD = "Thanks"


def opened_by_code(visitor: Visitor) -> tuple[str, dict[str, Any]]:
    """Say something with a code and open the page behind it; return its form for more words."""
    found = re.search(r"(?:\d{4} ){4}\d{4}", with_code(visitor).text)
    assert found
    address, fields = posting_form(visitor.get("/code").page, "/code", "code")
    page = visitor.post(address, fields | {"code": found[0]}).page
    return posting_form(page, "/code/more", "words")


def test_more_words_behind_a_code(postgresql: PostgreSQL, tmp_path: Path) -> None:
    url = postgresql.fresh()
    installation = begin(tmp_path / "home", url)
    try:
        visitor = Visitor(installation.port)
        address, fields = opened_by_code(visitor)
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(REFUSED_AT_COMMIT)
            for words in ("Agreed, thanks", WORD):
                answer = visitor.post(address, fields | {"words": words})
                assert answer.status in (500, 503)
                assert f"{words}</textarea>" in answer.text
                address, fields = posting_form(answer.page, "/code/more", "words")
                assert fields["words"].strip() == words
            connection.execute("DROP TRIGGER refused ON held")
        assert "Your words are in." in visitor.post(address, fields).text
    finally:
        installation.stop()
        postgresql.drop()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([("words", "Agreed")], True),
        ([("words", "  ")], False),
        ([("consent", "idea"), ("go", "send")], False),
        ([("held", "a" * 90), ("sealed", "0f" * 16), ("sealed_for", "b9a0c1d2-0000-4000-8000-0123456789ab")], False),
        ([("options-0", "Yes")], True),
        ([("anything", "two words")], True),
    ],
)
def test_one_word_is_known_by_its_field(app: Flask, fields: list[tuple[str, Any]], words: bool) -> None:
    assert typed_again.has_words(fields) is words
