"""What staff, the board and readers wrote is marked on a page in another language, for the voice that reads it."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.assets import folder
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.keys.keyfolder import KeyFolder
from governance.places.models import Programme
from governance.responses import service as responses
from governance.responses.rules import Answer, CommitmentFacts, Reason
from governance.responses.service import AnswerFields
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.page import VOID
from tests.proposals.factories import WHOLE as A_PROPOSAL
from tests.proposals.factories import frozen
from tests.responses.factories import MANAGER, a_theme_duty
from tests.words.catalogue import their_words

OTHERS = ("ar", "es")
TITLE, ASKED, SHORT, BODY = "Let us wait inside", "Which door is it?", "The hall is open.", "You are right. Wait in it."
FIRST, LONGER = "We look at the lease.", "The lease is with a lawyer."
PROMISE = "Open the hall at 10:45"
ANSWER = AnswerFields(
    answer=Answer.PARTLY, words=BODY, short=SHORT, instead="A tent for now.", would_change="A new lease.",
    reasons=frozenset({Reason.BUILDING}), push_back="Ask any of us.",
    commitments=(CommitmentFacts(PROMISE, "the opening worker", TODAY + timedelta(days=4)),),
)  # fmt: skip


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    return an_open_programme(session, keys)


def in_language(client: Any, language: str) -> Any:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    return client


def marks(html: str, words: str) -> list[str]:
    """The language that is nearest to each place where a page shows *words*: "" where none but the page's own is."""
    main = html[html.index("<main") : html.index("</main>")]
    found, opened = [], [""]
    for piece in re.split(r"(<[^>]*>)", main):
        if re.match(r"</", piece):
            opened.pop()
        elif piece.startswith("<") and not piece.endswith("/>") and re.split(r"[\s>]", piece[1:])[0] not in VOID:
            own = re.search(r' lang="([^"]*)"', piece)
            opened.append(own[1] if own else opened[-1])
        elif words in " ".join(piece.split()):
            found.append(opened[-1])
    return found


def code_of_a_word(founded: Founded) -> str:
    """The code of a word that was let out, put into an answered theme, and written back to."""
    session = founded.session
    prepared = feedback.prepare_code(founded.keys, b"one form token", "en")
    word = feedback.Submission(secrets.token_bytes(16), rules.Lane.SUGGESTION, words="rain", code=prepared)
    feedback.take(session, founded.keys, word, TODAY)
    feedback.release(session, founded.keys, TODAY + timedelta(days=3))
    inbox = feedback.inbox(session, founded.keys, founded.reader("Ash"), rules.Audience.EVERYONE)
    theme = feedback.start_theme(session, TITLE, "", rules.Lane.SUGGESTION, TODAY)
    message = next(each for each in inbox.messages if each.words == "rain")
    feedback.put_in(session, theme, message.id, feedback.Hand(founded.keys, TODAY))
    duty = responses.start_duty_for_theme(session, theme.id, TODAY)
    feedback.write_back(session, founded.keys, message, ASKED, asks=True, today=TODAY)
    responses.answer(session, duty, ANSWER, MANAGER, TODAY)
    session.commit()
    return prepared.code.words


@pytest.mark.parametrize("language", OTHERS)
def test_the_page_of_a_code_marks_what_others_wrote(founded: Founded, client: Any, language: str) -> None:
    with clock.stopped_at(NOW):
        code = code_of_a_word(founded)
        html = in_language(client, language).submit("/code", code=code).text
        control = in_language(client, "en").submit("/code", code=code).text
    for words in (TITLE, ASKED, SHORT, BODY, "A tent for now.", PROMISE, "the opening worker", MANAGER):
        assert set(marks(html, words)) == {"en"}, words
        assert set(marks(control, words)) == {""}, words
    assert re.search(r'<p class="prose" data-own lang="en" dir="auto">' + re.escape(ASKED), html)


@pytest.mark.parametrize("language", OTHERS)
def test_the_wall_marks_what_staff_wrote(session: Session, founded: Founded, client: Any, language: str) -> None:
    waits = a_theme_duty(session, TITLE, TODAY)
    waits.first_word, waits.complex_note = FIRST, LONGER
    done = a_theme_duty(session, "Open late", TODAY)
    responses.answer(session, done, ANSWER, MANAGER, TODAY)
    session.commit()
    with clock.stopped_at(NOW):
        html = in_language(client, language).get("/").text
        control = in_language(client, "en").get("/").text
    for words in (TITLE, "Open late", SHORT, FIRST, LONGER):
        assert set(marks(html, words)) == {"en"}, words
        assert set(marks(control, words)) == {""}, words


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_asked_of_the_board_is_marked(session: Session, founded: Founded, client: Any, language: str) -> None:
    proposal = frozen(session, founded.account("Ash"))
    session.commit()
    for address, shown in (
        (f"/proposals/{proposal.number}", (A_PROPOSAL.title, A_PROPOSAL.why, "Which room.", "The line may be long.")),
        ("/proposals", (A_PROPOSAL.title, "Move drug checking from Monday")),
    ):
        with clock.stopped_at(NOW):
            html = in_language(client, language).get(address).text
            control = in_language(client, "en").get(address).text
        for words in shown:
            assert set(marks(html, words)) == {"en"}, (address, words)
            assert set(marks(control, words)) == {""}, (address, words)


def test_a_site_whose_staff_write_spanish_marks_it_on_the_english_page(
    session: Session, founded: Founded, client: Any
) -> None:
    session.get_one(Programme, 1).languages = ["es", "en"]
    a_theme_duty(session, "Esperar adentro", TODAY)
    session.commit()
    with clock.stopped_at(NOW):
        assert set(marks(in_language(client, "en").get("/").text, "Esperar adentro")) == {"es"}
        assert set(marks(in_language(client, "es").get("/").text, "Esperar adentro")) == {""}


# What runs either way and says of no language that it is in it: a name, what one person said, read back to them,
# lines of a charter, which are ours with what the board wrote in them, and from where to where words were moved.
OF_NO_LANGUAGE = {
    "board/_charter_lines.html": 1,
    "feedback/offline.html": 1,
    "feedback/read_back.html": 1,
    "places/where.html": 1,
    "proposals/_versions.html": 1,
    "publishing/removed.html": 2,
}


def without_a_language(template: str) -> list[str]:
    """The tags of a template that have words of people run either way, and say of no language that they are in it."""
    return [
        tag for tag in re.findall(r"<[a-z][^<]*?>", template, re.DOTALL) if 'dir="auto"' in tag and "lang=" not in tag
    ]


def test_whatever_people_wrote_says_in_which_language_it_is_wherever_participants_see_it() -> None:
    pages = {name: (folder("templates") / name).read_text(encoding="utf-8") for name in their_words.templates()}
    assert len(pages) > 60
    found = {name: len(tags) for name, page in pages.items() if (tags := without_a_language(page))}
    assert found == OF_NO_LANGUAGE


def test_words_that_say_nothing_of_their_language_are_found() -> None:
    """The control."""
    template = '<p dir="auto">{{ a }}</p><q lang="{{ b.tag }}" dir="auto"></q><b{{ written_in() }}></b>'
    assert without_a_language(template) == ['<p dir="auto">']
