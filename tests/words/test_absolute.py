"""No page of a participant says nobody, never or all without somebody having asked whether it is true.

`governance/data/absolute.toml` says of each such sentence where it is proved, or where its limit is.
"""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from governance import assets
from tests.words.catalogue import ROOT, forms, messages

ABSOLUTE = re.compile(
    r"\b(nobody|no one|none|nothing|never|always|cannot|all|every\w*|anyone|anybody|anything|impossible|for good"
    r"|no \w+ can)\b",
    re.IGNORECASE,
)
ABSOLUTE_IN_SPANISH = re.compile(r"\b(nadie|nunca|jamás|siempre|imposible)\b", re.IGNORECASE)
# What no program can promise of what people see and know: such a sentence is a limit, or names its own.
OF_PEOPLE = re.compile(
    r"\b(nobody|no one)( here)?( will| can)? (be traced|see|sees|watch|watches|know|knows|is watching)"
)
LISTED = tomllib.loads((assets.PACKAGE / "data" / "absolute.toml").read_text(encoding="utf-8"))
PROVED = [sentence for each in LISTED["proved"] for sentence in each["sentences"]]
SENTENCES = [*PROVED, *LISTED["limits"], *LISTED["states"]["sentences"]]
# Of the code: what speaks to a participant.
SAID_BY = re.compile(
    r"governance/(frame/|data/promises\.toml|publishing/(?!forms)|feedback/(rules|forms/say|views/(say|sending|thanks|leaving))\.py"
    r"|places/views/(public|kiosks)\.py|ballots/views/(vote|public)\.py)"
)
NAMES = re.compile(r'"([\w/]+\.html)"')
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def participants_pages() -> set[str]:
    """Every template that stands in a page outside the work pages: what it extends and takes in with it."""
    folder = assets.folder("templates")
    sources = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    names = {name: set(NAMES.findall(COMMENT.sub("", source))) for name, source in sources.items()}

    def whole(name: str, found: frozenset[str] = frozenset()) -> frozenset[str]:
        for part in names.get(name, set()) - found:
            found = whole(part, found | {part})
        return found | {name}

    pages = [whole(name) for name in names if not Path(name).name.startswith("_") and name != "style.html"]
    return set().union(*(parts for parts in pages if "_work.html" not in parts))


@pytest.fixture(scope="module")
def said(english: Catalog) -> dict[str, set[str]]:
    """Each sentence a participant may be shown, with where it stands."""
    pages = {f"templates/{name}" for name in participants_pages()}
    return {
        sentence: paths
        for message in messages(english)
        if (paths := {path for path, _ in message.locations if path in pages or SAID_BY.match(path)})
        for sentence in forms(message.id)
    }


def test_the_pages_of_a_participant_are_found(said: dict[str, set[str]]) -> None:
    pages = participants_pages()
    assert {"feedback/start.html", "_still_there.html", "publishing/promises.html", "ballots/_cast.html"} <= pages
    assert not {"feedback/desk.html", "board/home.html", "_work.html"} & pages
    assert "What do you want to say?" in said


def test_every_absolute_sentence_was_held_against_what_nobody_can_promise(said: dict[str, set[str]]) -> None:
    unheld = {text: where for text, where in said.items() if ABSOLUTE.search(text) and text not in SENTENCES}
    assert unheld == {}, "write in governance/data/absolute.toml where it is proved, or say it less absolutely"


def test_the_list_holds_nothing_that_no_page_says(said: dict[str, set[str]]) -> None:
    assert [sentence for sentence in SENTENCES if sentence not in said or not ABSOLUTE.search(sentence)] == []
    assert sorted(SENTENCES) == sorted(set(SENTENCES)), "each once"


def is_there(test: str) -> bool:
    """Whether *test*, named as pytest names it, is a function of its file."""
    place, _, name = test.partition("::")
    body = ast.parse((ROOT / place).read_text(encoding="utf-8")).body if (ROOT / place).is_file() else []
    return any(isinstance(each, ast.FunctionDef) and each.name == name for each in body)


def test_what_is_proved_names_tests_that_are_there() -> None:
    named = [test for each in LISTED["proved"] for test in each["by"]]
    assert len(named) >= len(LISTED["proved"])
    assert [test for test in named if not is_there(test)] == []
    for none in ("tests/words/test_absolute.py", "tests/words/test_absolute.py::test_of_nothing", "tests/none.py::x"):
        assert not is_there(none), "the control: a file alone proves nothing"


def test_nothing_is_promised_of_who_sees_or_knows(said: dict[str, set[str]]) -> None:
    assert [text for text in said if OF_PEOPLE.search(text.lower()) and text not in LISTED["limits"]] == []
    for false in ("Nobody is watching this screen.", "Nobody here can be traced.", "Nobody will know it was you."):
        assert OF_PEOPLE.search(false.lower()), "the control: what the pages once said"
        assert ABSOLUTE.search(false)


def test_spanish_is_no_more_absolute_than_english(said: dict[str, set[str]], spanish: Catalog) -> None:
    more = {
        text: forms(message.string)
        for message in messages(spanish)
        for text in forms(message.id)
        if text in said and not ABSOLUTE.search(text)
        if any(ABSOLUTE_IN_SPANISH.search(form) for form in forms(message.string))
    }
    assert more == {}
