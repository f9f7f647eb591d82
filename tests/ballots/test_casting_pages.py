"""The pages of casting: of several votes each is a choice, and none sets a cookie or keeps a token for long."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import CLOSES, VOTING, a_vote, another_vote
from tests.ballots.test_pages import OF_NOBODY, a_pass, go_on
from tests.page import Page


def test_of_several_open_votes_each_is_a_choice_and_leads_to_where_the_device_seals(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        assert "data-cast" in client.get("/vote").text, "with one open vote its paper is here"
        other = another_vote(vote, closes_at=CLOSES - timedelta(days=1))
        asks = client.get("/vote").text
        assert re.findall(r'href="(/vote/\d+)"', asks) == ["/vote/2", "/vote/1"], "the one that closes first"
        assert "data-cast" not in asks
        assert "data-cast" in client.get("/vote/2").text
        assert "Open for whom?" in asks
        assert re.search(r'<noscript><details>\s*<summary>[^<]*</summary>\s*<div class="field', asks), (
            "with a script no field comes here"
        )
        wrong = client.submit("/vote", **{"pass": vote.cards[0][:-1], "go": "pass"})
        assert (wrong.status_code, "<details open>" in wrong.text) == (422, True)
        paper = client.submit("/vote", **{"pass": vote.cards[0], "go": "pass"})
        assert 'action="/vote/1"' in paper.text, "without a script the card itself knows the vote"
        service.cancel(session, keys, other, "The words were wrong.", VOTING)
        session.commit()
        assert "data-cast" in client.get("/vote").text


def test_who_votes_with_a_pass_reads_of_passes_wherever_a_card_is_asked_for(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        pages = [client.get("/vote"), client.get("/vote/1"), client.get("/not-here")]
        another_vote(vote)
        pages += [client.get("/vote"), client.submit("/vote", **{"pass": OF_NOBODY, "go": "pass"})]
        of_help = re.compile(r'<section class="help-sheet".*?</section>', re.DOTALL)  # Its cards are others.
        shown = [of_help.sub("", page.text) for page in pages]
        told = [said for page in shown for said in Page(page).text if re.search(r"\bcards?\b", said)]
        assert len(told) >= 2 * len(pages), "the control: each page does speak of cards"
        assert [said for said in told if not re.search(r"\bpass(es)?\b", said)] == []


def test_no_page_of_casting_sets_a_cookie(session: Session, keys: KeyFolder, client: Any) -> None:
    """A cookie would tell two requests of one device apart: on these pages everybody is nobody. The wall's has one."""
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        paper = client.submit("/vote/1", **{"pass": a_pass(vote), "go": "pass"})
        reviewed = go_on(client, paper, "review", choice="yes")
        done = go_on(client, reviewed, "drop")
        pages = [client.get("/vote"), client.get("/vote/1"), paper, reviewed, done]

        assert "It is in the box" in done.text
        assert "Those do not keep your marks." in paper.text, "for that a browser would need one (decision 017)"
        assert not [page for page in pages if "Set-Cookie" in page.headers]
        assert "Set-Cookie" in client.get("/say").headers, "the control: a form of another page"


@pytest.mark.parametrize("later", [timedelta(hours=2), timedelta(days=-1)])
def test_the_token_of_a_ballots_form_runs_out_and_belongs_to_this_site(
    session: Session, keys: KeyFolder, client: Any, later: timedelta
) -> None:
    with clock.stopped_at(VOTING):
        words = a_pass(a_vote(session, keys))
        form = client.form("/vote/1")
    with clock.stopped_at(VOTING + later if later > timedelta(0) else VOTING):
        token = form["fields"]["csrf_token"] if later > timedelta(0) else form["fields"]["csrf_token"][:-4] + "AAA="
        sent = {"csrf_token": token, "pass": words, "choice": "yes", "go": "drop"}
        late = client.post("/vote/1", data=sent)
        assert (late.status_code, "lay open for a long time" in late.text) == (422, True)
