"""The record on its pages: written at the table, read by everyone, followed by feed."""

from __future__ import annotations

import hashlib
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from governance import clock
from governance.board.rules import SeatClass
from governance.decisions import service
from governance.decisions.rules import DissentChoice
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ledger import verifying
from governance.ledger.verifying import Trust
from governance.permissions.roles import Role
from governance.places.models import Programme
from governance.storage.database import db
from tests.ballots.factories import AFTER, NOW, a_vote
from tests.decisions.factories import TODAY, WHOLE, a_counted_vote, a_draft, a_record
from tests.page import Page
from tests.publishing.test_written import marks
from tests.second_yes import agree

pytestmark = pytest.mark.usefixtures("ledger_last")

SignIn = Callable[..., Any]
ATOM = "{http://www.w3.org/2005/Atom}"
NINE = (SeatClass.LIVED,) * 7 + (SeatClass.FAMILY, SeatClass.HEALTH)
WRITTEN = {
    "result": "Drug checking moves to Friday.", "why": "Friday is *pay day*.", "gets_better": "Safer weekends.",
    "review_on": (TODAY + timedelta(days=90)).isoformat(),
}  # fmt: skip


def words_of(answer: Any) -> str:
    """The words of a page on one line."""
    return " ".join("".join(Page(answer.text).text).split())


@pytest.mark.parametrize(
    ("language", "not_all"), [("ar", "لم نتفق كلنا."), ("zh-Hant", "我們不是所有人都同意。")], ids=["ar", "zh-Hant"]
)
def test_a_record_is_read_in_any_language_and_marks_what_the_board_wrote(
    session: Session, keys: KeyFolder, client: Any, language: str, not_all: str
) -> None:
    record, vote = a_draft(session, keys)
    service.say_dissent(session, record, vote.members[0], DissentChoice.ONLY_THAT_THERE_WAS_DISAGREEMENT, "")
    service.say_dissent(session, record, vote.members[1], DissentChoice.MY_WORDS, "The line will be long.")
    service.complete(session, record, WHOLE)
    service.adopt(session, keys, record, TODAY)
    session.commit()
    with clock.stopped_at(AFTER):
        there, here = (client.get("/decisions/2026-001", headers={"Accept-Language": to}).text for to in (language, ""))
    assert f'<html lang="{language}"' in there
    for words in (WHOLE.result, WHOLE.gets_better, "The line will be long."):
        assert set(marks(there, words)) == {"en"}, words
        assert set(marks(here, words)) == {""}, words
    assert set(marks(there, not_all)) == {""}, "it is ours"


def test_what_was_wrong_is_marked_with_its_language_inside_our_sentence(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    """On the correction itself, and in the list of versions under the first words."""
    record, _ = a_record(session, keys)
    fixed = service.correct(session, record, replace(WHOLE, result="On Friday."), "It said Monday.", TODAY)
    session.commit()
    for number in (fixed.number, "2026-001"):
        with clock.stopped_at(AFTER):
            there, here = (
                client.get(f"/decisions/{number}", headers={"Accept-Language": to}).text for to in ("ar", "")
            )
        assert set(marks(there, "It said Monday.")) == {"en"}, number
        assert set(marks(here, "It said Monday.")) == {""}, number


def test_a_counted_vote_becomes_a_record_on_the_wall(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any
) -> None:
    a_counted_vote(session, keys)
    session.add(Programme(id=1, name="Test programme", place_name="Test town", board_name="The Table"))
    session.commit()
    with clock.stopped_at(AFTER):
        facilitator, member = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER, sits=True)

        assert (
            facilitator.submit("/board/ballots/1", "record").headers["Location"].endswith("/board/decisions/2026-001")
        )
        assert (
            client.get("/decisions/2026-001").status_code == client.get("/decisions/2026-001.json").status_code == 404
        )
        assert "Choose a day to look at it again." in member.get("/board/decisions/2026-001").text
        half = facilitator.submit("/board/decisions/2026-001", "result", **{**WRITTEN, "why": "", "review_on": ""})
        assert half.status_code == 303, "half done is kept"
        assert facilitator.submit("/board/decisions/2026-001", "result", **WRITTEN).status_code == 303
        assert "Ask to adopt" not in member.get("/board/decisions/2026-001").text
        assert facilitator.submit("/board/decisions/2026-001", "adopt").status_code == 303
        service.complete(session, service.by_number(session, "2026-001"), replace(WHOLE, why="Other words."))
        session.commit()
        assert client.get("/decisions/2026-001").status_code == 404
        assert "words have changed" in agree(member).text, "nobody agrees to words they have not read"
        member.submit("/second-yes", "/refuse")
        assert facilitator.submit("/board/decisions/2026-001", "result", **WRITTEN).status_code == 303
        assert facilitator.submit("/board/decisions/2026-001", "adopt").status_code == 303
        assert agree(member).status_code == 303

        page = client.get("/decisions/2026-001")
        assert "<title>Drug checking on Fridays" in page.text
        assert re.search(r"<h1[^>]*>Drug checking on Fridays</h1>", page.text)
        assert re.search(r"<p class=\"lead\"[^>]*>Drug checking moves to Friday.</p>", page.text)
        assert "<em>pay day</em>" in page.text
        assert "Drug checking moves to Friday." in client.get("/decisions").text
        assert "2026-001" in member.get("/board/decisions").text


def test_no_public_page_shows_a_name_a_seat_or_an_unsafe_number(session: Session, keys: KeyFolder, client: Any) -> None:
    record, vote = a_draft(session, keys, ("yes",) * 6 + ("no", None, "abstain"), classes=NINE)
    service.say_dissent(session, record, vote.members[6], DissentChoice.MY_WORDS, "The line <b>will</b> be long.")
    service.complete(session, record, WHOLE)
    service.adopt(session, keys, record, TODAY)
    session.commit()

    with clock.stopped_at(AFTER):
        pages = [client.get(a) for a in ("/decisions", "/decisions/2026-001", "/decisions/2026-001.json")]
        pages.append(client.get("/decisions.atom"))
    for page in pages:
        for hidden in ("Chair", "Seat ", "Person", "seat_id", "account", "active seats"):
            assert hidden not in page.text, page.request.path
    words = words_of(pages[1])
    assert "Yes: not shown." in words
    assert "No: fewer than 3." in words
    assert "The line <b>will</b> be long." in words
    assert "What was said against it" in words


@pytest.mark.on_both
def test_the_file_is_what_the_ledger_vouches_for(session: Session, keys: KeyFolder, client: Any) -> None:
    record, _ = a_record(session, keys)
    ledger.publish_head(session, keys, "decisions", TODAY)
    session.commit()

    with clock.stopped_at(AFTER):
        file, page = client.get("/decisions/2026-001.json"), words_of(client.get("/decisions/2026-001"))

    leaf = ledger.leaf(session, "decisions", record.leaf or 0)
    assert leaf
    fingerprint = hashlib.sha256(file.data).hexdigest()
    assert fingerprint == json.loads(leaf.body)["sha256"]
    assert fingerprint in page
    head = ledger.head(session, "decisions")
    assert head
    assert head.code in page
    assert f"Line {record.leaf} of our ledger" in page
    assert file.mimetype == "application/json"
    found = verifying.check_proof(client.get("/decisions/2026-001.tlog-proof").text, Trust())
    assert found[1] == leaf.body
    assert client.get("/decisions/2026-009.tlog-proof").status_code == 404
    assert "No one outside has signed for it yet." in page


def test_a_record_that_said_no_says_that_the_board_can_try_again(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    a_record(session, keys, ("no", "no", "no", "yes", "yes"), replace(WHOLE, result="Drug checking stays on Monday."))

    with clock.stopped_at(AFTER):
        page = words_of(client.get("/decisions/2026-001"))

    assert "The board did not say yes" in page
    assert "The board can try once more" in page


def test_a_member_hears_their_dissent_read_back_before_it_is_kept(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    with clock.stopped_at(NOW):
        member, facilitator = sign_in(Role.MEMBER), sign_in(Role.FACILITATOR)
        vote = a_vote(session, keys, seats=[member.card.account_id])
    vote.cast("yes", "yes", "yes", "no", "no")
    vote.count()
    record = service.draft_record(session, vote.ballot, TODAY)
    session.commit()
    with clock.stopped_at(AFTER):
        for person in (member, facilitator):
            person.submit("/sign-in", alias=person.card.alias, passphrase=person.card.passphrase)
        address = "/board/decisions/2026-001/dissent"
        assert member.submit(address, choice="my_words", text=" ").status_code == 422
        heard = member.submit(address, choice="my_words", text="Not on <i>Fridays</i>.")
        assert "&lt;i&gt;Fridays&lt;/i&gt;" in heard.text
        session.expire_all()
        assert service.preview(session, record) == [], "reading back keeps nothing"
        session.commit()
        form = next(form for form in Page(heard.text).forms if "choice" in form["fields"])
        assert member.post(form["action"], data={**form["fields"], "go": "keep"}).status_code == 303
        assert "Not on &lt;i&gt;Fridays&lt;/i&gt;." in member.get("/board/decisions/2026-001").text

        spoken = member.submit(address, choice="facilitators_words", text="")
        form = next(form for form in Page(spoken.text).forms if "choice" in form["fields"])
        member.post(form["action"], data={**form["fields"], "go": "keep"})
        assert member.card.alias not in facilitator.get("/board/decisions/2026-001").text
        unread = facilitator.submit("/board/decisions/2026-001", "dissent_id", text="They worry.")
        assert unread.status_code == 422
        assert "They worry." in unread.text
        kept = facilitator.submit("/board/decisions/2026-001", "dissent_id", text="They worry.", read_back="y")
        assert kept.status_code == 303
        assert "They worry." in member.get("/board/decisions/2026-001").text
        assert member.submit("/board/decisions/2026-001", "take-back").status_code == 303
        assert "I disagreed" in member.get("/board/decisions/2026-001").text
        newcomer = sign_in(Role.MEMBER)
        assert "Did you disagree?" not in newcomer.get("/board/decisions/2026-001").text, "they had no vote on it"


def test_a_correction_and_what_it_corrects_show_each_other(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any
) -> None:
    a_record(session, keys)
    with clock.stopped_at(AFTER):
        facilitator, teller = sign_in(Role.FACILITATOR), sign_in(Role.TELLER)
        typed = {"result": "It moves to Thursday.", "correction": ""}
        assert facilitator.submit("/board/decisions/2026-001/correct", **typed).status_code == 422
        done = facilitator.submit("/board/decisions/2026-001/correct", **{**typed, "correction": "It said Friday."})
        assert done.status_code == 303
        assert agree(teller).status_code == 303

        old, new = words_of(client.get("/decisions/2026-001")), words_of(client.get("/decisions/2026-002"))
        assert "The newest words are in 2026-002." in old
        assert "It moves to Thursday." in old
        assert "This corrects 2026-001. What was wrong: It said Friday." in new
        assert "Drug checking moves to Friday." in new
        assert "Corrected since, in 2026-002." in words_of(client.get("/decisions"))
        assert json.loads(client.get("/decisions/2026-002.json").data)["corrects"] == "2026-001"


def test_the_list_is_searched_and_turned_page_by_page(session: Session, keys: KeyFolder, client: Any) -> None:
    record, _ = a_record(session, keys)
    for nth in range(31):
        record = service.correct(session, record, replace(WHOLE, result=f"Words {nth}"), "Better.", TODAY)
    session.commit()

    with clock.stopped_at(AFTER):
        first = client.get("/decisions")
        older = next(facts["href"] for tag, facts in Page(first.text).tags if facts.get("rel") == "next")
        assert "2026-002" in client.get(older).text
        assert "2026-003" not in words_of(client.get(older)).replace("in 2026-003", "")
        assert "Words 7" in client.get("/decisions?q=words+7").text
        assert "Nothing found" in client.get("/decisions?q=%25%25%25").text
        assert "&lt;script&gt;" in client.get("/decisions?q=<script>").text
        for odd in ("?after=x", "?after=2026-03-05.99999999999999999999", "?after=9999-99-99.1", "?q=" + "x" * 5000):
            assert client.get("/decisions" + odd).status_code == 200


def test_the_feed_is_valid_atom_with_ids_that_stay(session: Session, keys: KeyFolder, client: Any) -> None:
    with clock.stopped_at(AFTER):
        empty = ET.fromstring(client.get("/decisions.atom").data)
    assert empty.findall(ATOM + "entry") == []
    record, _ = a_record(session, keys, fields=replace(WHOLE, why="1 < 2 & <script>", result="Yes & no"))

    with clock.stopped_at(AFTER):
        answer = client.get("/decisions.atom")
        elsewhere = ET.fromstring(client.get("/decisions.atom", base_url="https://other.example/").data)

    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.data)
    for name in ("id", "title", "updated"):
        assert feed.findtext(ATOM + name)
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    entry = feed.find(ATOM + "entry")
    assert entry is not None
    assert entry.findtext(ATOM + "title") == "Yes & no"
    assert entry.findtext(ATOM + "updated") == f"{record.adopted_on}T00:00:00Z"
    assert (entry.findtext(ATOM + "id") or "").startswith("urn:uuid:")
    assert entry.findtext(ATOM + "id") == elsewhere.findtext(f"{ATOM}entry/{ATOM}id")
    assert all(link.get("href", "").startswith("http") for link in feed.iter(ATOM + "link"))


def test_advice_beside_the_draft_stops_nothing_but_a_name(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    record, _ = a_draft(session, keys)
    session.commit()
    typed = {"result": WHOLE.result, "gets_better": WHOLE.gets_better, "review_on": str(WHOLE.review_on)}
    with clock.stopped_at(AFTER):
        facilitator = sign_in(Role.FACILITATOR)
        why = "Addicts asked for it. Chair2 did too."
        refused = facilitator.submit("/board/decisions/2026-001", **typed, why=why)
        assert (refused.status_code, why in refused.text) == (409, True)
        assert "“Chair2” is the name of a member or of a seat, and a record is public." in words_of(refused)
    service.complete(session, record, replace(WHOLE, why="Addicts asked for it."))
    session.commit()
    with clock.stopped_at(AFTER):
        page = words_of(facilitator.get("/board/decisions/2026-001"))
    assert "Addicts" in page
    assert "Ask to adopt and publish" in page


@pytest.mark.on_both
def test_the_page_of_a_vote_leads_to_its_record_once_it_is_published(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    record, vote = a_draft(session, keys)
    address = f"/board/ballots/{vote.ballot.number}"
    with clock.stopped_at(AFTER):
        member = sign_in(Role.MEMBER, sits=True)
        assert "Next comes the record" in member.get(address).text
        service.complete(session, record, WHOLE)
        service.adopt(session, keys, record, TODAY)
        session.commit()
        page = member.get(address).text
        assert "Next comes the record" not in page
        assert f'href="/decisions/{record.number}"' in page


def test_lists_and_pages_ask_the_database_a_fixed_number_of_times(
    session: Session, keys: KeyFolder, client: Any, app: Any
) -> None:
    record, _ = a_record(session, keys)
    seen: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *facts: seen.append(facts[2].split()[0]))

    def cost(address: str) -> int:
        seen.clear()
        assert client.get(address).status_code == 200
        return seen.count("SELECT")

    with clock.stopped_at(AFTER):
        addresses = ("/decisions", "/decisions?q=friday", "/decisions.atom", "/decisions/2026-001.json")
        before = [cost(address) for address in addresses]
        for nth in range(10):
            record = service.correct(session, record, replace(WHOLE, result=f"Friday {nth}"), "Better.", TODAY)
        session.commit()
        assert before == [cost(address) for address in addresses]
    assert max(before) <= 7, "the feed reads what was decided, what came of looking again, and what took its place"


@pytest.mark.on_both
def test_what_is_not_there_is_not_there(client: Any, sign_in: SignIn) -> None:
    facilitator = sign_in(Role.FACILITATOR, Role.MEMBER)
    for number in ("2026-001", "x", "'", "9" * 500, "%F0%9F%92%99"):
        assert client.get(f"/decisions/{number}").status_code == 404
        assert client.get(f"/decisions/{number}.json").status_code == 404
        for page in ("", "/dissent", "/correct"):
            assert facilitator.get(f"/board/decisions/{number}{page}").status_code == 404
    assert "No records yet" in facilitator.get("/board/decisions").text
    assert "No decisions yet" in client.get("/decisions").text
