"""Options as people wrote them say on every ballot in which language they are, and our own words beside them do not."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots.calling.kinds import Kind, Settings
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import VOTING, a_vote
from tests.ballots.test_pages import a_pass, go_on
from tests.page import PageClient

OPTIONS = ("Later hours", "A drying room", "Soup")
THREE = Settings(options=OPTIONS, prices=(300, 200, 100), budget=300)
MARKED = re.compile(r'<(?:bdi|legend)[^>]* lang="en" dir="auto">([^<]+)</')
MARKS = {
    Kind.CHOOSE_ONE: {"choice": "1"},
    Kind.CHOOSE_SEVERAL: {"o1": "1", "none": ""},
    Kind.SCORE: {"o0": "3"},
    Kind.RANKED: {"p1": "1", "p2": "end"},
}


@pytest.mark.parametrize("kind", sorted(MARKS))
def test_what_people_wrote_is_marked_in_another_language_and_what_we_say_is_not(
    session: Session, keys: KeyFolder, client: PageClient, kind: Kind
) -> None:
    vote = a_vote(session, keys, kind, settings=THREE)
    letters = a_pass(vote)
    with clock.stopped_at(VOTING):
        there, here = (client.get("/vote/1", headers={"Accept-Language": code}).text for code in ("es", "en"))
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
        answer = client.submit("/vote/1", "pass", **{"pass": letters})
        read_back = go_on(client, answer, "review", at="9", **MARKS[kind]).text
    marked = {words.strip() for words in MARKED.findall(there)}
    assert 'lang="es"' in there
    assert set(OPTIONS) <= marked
    assert not {"Ninguna de estas", "1", "3"} & marked
    assert not [words for words in marked if words not in (*OPTIONS, vote.ballot.question)]
    assert MARKED.findall(here) == []
    assert set(MARKED.findall(read_back)) & set(OPTIONS), read_back
