"""Promise 13 where the page itself is broken, on the real server: the words come back, and go in once it is mended."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from governance import assets
from governance.feedback.models import Held
from governance.storage import database
from tests.promises.participant import thanked
from tests.server import Installation, free_port
from tests.visitor import Answer, Visitor, posting_form

pytestmark = pytest.mark.of_one_database
WORDS = "the kettle is cold since May"
TORN = "{% block"
BESIDE = ("static", "migrations")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program whose templates may be torn; what it runs is this checkout."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "governance").symlink_to(assets.PACKAGE)
    for name in BESIDE:
        (folder / name).symlink_to(assets.folder(name))
    shutil.copytree(assets.folder("templates"), folder / "templates")
    return folder


@pytest.fixture
def site(tmp_path: Path, program: Path) -> Iterator[Installation]:
    here = Installation(tmp_path, free_port(), workers=1, typed_before=["env", "-C", str(program)])
    here.found()
    yield here
    here.stop()
    database.db.session.remove()
    here.close()


def walk_to_words(visitor: Visitor, page: str) -> Answer:
    answer = visitor.get(page)
    while "words" not in posting_form(answer.page, page, "so_far")[1]:
        address, fields = posting_form(answer.page, page, "so_far")
        answer = visitor.post(address, {**fields, "go": "next"})
    return answer


def send(visitor: Visitor, page: str, shown: Answer, **words: str) -> Answer:
    address, fields = posting_form(shown.page, page, "so_far")
    answer = visitor.post(address, {**fields, **words, "go": "send"})
    hurried = "Press send once more." in answer.text  # On a phone, of whoever types faster than a person.
    return send(visitor, page, answer) if hurried else answer


def held() -> int:
    session = database.db.session
    session.rollback()
    found = session.scalar(select(func.count()).select_from(Held)) or 0
    session.rollback()
    return found


def words_are_back(answer: Answer) -> bool:
    """Whether a page says that it went wrong, holds what was typed, and has a button to send it again."""
    return answer.status >= 500 and WORDS in answer.text and "<button" in answer.text


def test_the_check_sees_a_torn_page_that_keeps_the_words() -> None:
    kept = Answer(500, {}, f"<textarea>{WORDS}</textarea> <button>Send it</button>".encode())

    assert words_are_back(kept)
    assert not words_are_back(replace(kept, body=b"It went wrong. <button>Send it</button>"))
    assert not words_are_back(replace(kept, body=WORDS.encode()))
    assert not words_are_back(replace(kept, status=200))


def test_words_come_back_from_a_torn_page_and_go_in_when_it_is_mended(site: Installation, program: Path) -> None:
    done = program / "templates/feedback/done.html"
    whole = done.read_text(encoding="utf-8")
    done.write_text(TORN, encoding="utf-8")
    site.start()
    came_back = {}
    for page in ("/say", "/kiosk"):
        visitor = Visitor(site.port)
        answer = send(visitor, page, walk_to_words(visitor, page), words=WORDS)
        assert words_are_back(answer), page
        came_back[page] = visitor, answer
    before = held()
    done.write_text(whole, encoding="utf-8")
    for page, (visitor, answer) in came_back.items():
        assert thanked(send(visitor, page, answer)), page
    assert (before, held()) == (0, 2)
