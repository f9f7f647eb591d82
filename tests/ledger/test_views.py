"""The ledger as a visitor meets it."""

import gzip
import re
from base64 import b64encode
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, rules, service
from governance.ledger.models import Leaf
from governance.ledger.witness import Memory
from governance.publishing.views.entries import place_of
from governance.storage import database
from governance.storage.leaves import NOT_AS_PUBLISHED
from tests.demo.served import Demo
from tests.page import Page

MONDAY = date(2026, 11, 23)


def test_a_visitor_reads_what_the_ledger_is_for_before_anything_is_in_it(client: Any) -> None:
    page = client.get("/ledger")
    assert page.status_code == 200
    assert "You can check that nobody changed it" in page.text
    assert "Nothing is signed yet." in page.text
    lead, about = (
        re.search(rf"<{tag}[^>]*>(.*?)</", page.text, re.DOTALL)
        for tag in ('p class="lead"', 'div class="prose" id="about"')
    )
    assert lead
    assert about
    sentences = re.findall(r"[^.]+\.", re.sub(r"<[^>]+>", "", lead[1] + about[1]))
    assert len(sentences) == 5


def test_a_visitor_reads_the_newest_entries_in_plain_words(client: Any, session: Session, keys: KeyFolder) -> None:
    service.append(session, "decisions", "record", {"number": "2026-014", "title": "<b>Longer hours</b>"})
    service.append_many(session, "intake", [("batch", {"day": "2026-11-23", "commit": "ab" * 32})] * 8)
    service.publish_head(session, keys, "decisions", MONDAY)
    session.commit()
    page = client.get("/ledger").text
    assert "A decision was written down." in page
    assert "&lt;b&gt;Longer hours" in page
    assert "a message or a blank, so that no one can count them" in page
    assert "/ledger/decisions/checkpoint" in page
    assert "/ledger/intake/checkpoint" not in page
    assert service.verifier_key(keys, "decisions").replace("+", "&#43;") in page.replace("+", "&#43;")


def test_the_checkpoint_is_the_newest_signed_head_as_plain_text(client: Any, session: Session, keys: KeyFolder) -> None:
    for _ in range(2):
        service.append(session, "decisions", "record", {"number": "2026-014"})
        service.publish_head(session, keys, "decisions", MONDAY)
    session.commit()
    answer = client.get("/ledger/decisions/checkpoint")
    assert answer.content_type == "text/plain; charset=utf-8"
    name, public = "real-voice/test-programme/decisions", note.public_key(keys.need("ledger-decisions.key"))
    assert note.read_checkpoint(note.open_note(answer.text, name, public)).size == 2


def test_there_is_no_checkpoint_before_the_first_and_none_of_other_ledgers(client: Any, session: Session) -> None:
    service.append(session, "decisions", "record", {"number": "2026-014"})
    session.commit()
    assert client.get("/ledger/decisions/checkpoint").status_code == 404
    assert client.get("/ledger/gossip/checkpoint").status_code == 404


def test_a_bundle_is_packed_once_however_often_it_is_asked_for(
    client: Any, session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.append(session, "decisions", "record", {"number": "2026-014"})
    service.publish_head(session, keys, "decisions", MONDAY)
    session.commit()
    packed, compress = [], gzip.compress

    def watched(content: bytes, **options: Any) -> bytes:
        packed.append(content)
        return compress(content, **options)

    monkeypatch.setattr(gzip, "compress", watched)
    url = "/ledger/decisions/tile/entries/000.p/1"
    answers = [client.get(url, headers={"Accept-Encoding": "gzip"}).data for _ in range(3)]
    assert [gzip.decompress(each) for each in answers] == [client.get(url).data] * 3
    assert len(packed) == 1


def test_an_entry_somebody_broke_still_shows_as_an_entry(client: Any, session: Session) -> None:
    service.append(session, "decisions", "record", {"number": "2026-014"})
    session.execute(update(Leaf).values(body="broken"))
    session.commit()
    assert NOT_AS_PUBLISHED in client.get("/ledger").text


def test_the_page_shows_the_head_the_witnesses_and_when_each_last_signed(
    client: Any, session: Session, keys: KeyFolder, tmp_path: Path
) -> None:
    service.append(session, "decisions", "record", {"number": "2026-014"})
    service.publish_head(session, keys, "decisions", MONDAY)
    partner = Memory(tmp_path / "partner")
    service.add_witness(session, "partner", str(partner.begin("partner.example.org")), "")
    service.add_witness(session, "late", str(Memory(tmp_path / "late").begin("late.example.org")), "")
    partner.trust(service.verifier_key(keys, "decisions"))
    answer = partner.add_checkpoint(service.request_text(session, "decisions", 1, 0), 1_790_000_000)
    service.accept(session, "decisions", 1, answer.text)
    session.commit()
    signed = service.head(session, "decisions")
    session.rollback()
    page = client.get("/ledger").text
    text = " ".join(Page(page).text)
    assert b64encode(signed.root).decode() in text
    assert "partner signed for 1 line on" in text
    assert "late has not signed yet." in text
    assert "Not yet signed by people outside" in text
    assert re.findall(r"governance verify \S+(?: --since \S+)?", text) == [
        "governance verify http://localhost/ledger",
        "governance verify http://localhost/ledger/decisions --since decisions.checkpoint",
    ]
    # A browser would save a plain text without an ending as checkpoint.txt, and the command would not find it.
    assert 'href="/ledger/decisions/checkpoint" download="decisions.checkpoint"' in " ".join(page.split())


def test_one_witness_alone_is_named_and_not_counted(client: Any, session: Session, tmp_path: Path) -> None:
    service.add_witness(session, "partner", str(Memory(tmp_path).begin("partner.example.org")), "")
    session.commit()
    text = " ".join(Page(client.get("/ledger").text).text)
    assert re.search(r"when these have signed it:\s+partner", text)
    assert "All 1 of these" not in text


LEADS_TO = {
    "programme": {"/promises"}, "charter": {"/promises"}, "reader-chain": {"/promises"},
    "key": {"/promises", "/ballots"}, "words": {"/proposals"},
    "verifier": {"/verifier.py"}, "roll": {"/ballots"}, "manifest": {"/ballots"}, "box": {"/ballots"},
    "result": {"/ballots"}, "record": {"/decisions"}, "response": {"/decisions", "/answers"},
    "duty": {"/decisions", "/answers"},
    "commitment": {"/decisions", "/answers"}, "correction": {"/decisions"}, "tombstone": {"/removed"},
    "looked-again": {"/decisions"}, "alert": {"/alerts"},
    "summary": {"/measures"}, "moved": {"/removed"}, "question": {"/"}, "batch": set(), "power": set(),
}  # fmt: skip


def test_each_line_leads_to_what_it_is_about(demo: Demo) -> None:
    """Every line of the demo, whatever its kind; and the newest as the page shows them."""
    place, leads = place_of, {kind: set() for kind in LEADS_TO}
    with demo.app.test_request_context("/ledger"):
        for log in rules.LOGS:
            for _, facts in service.leaves(database.db.session, log):
                found = place(facts)
                leads[facts.get("kind", rules.SEALED_ENTRY)] |= {found.url} if found else set()
    assert {kind: {"/" + url.split("/")[1] for url in urls} for kind, urls in leads.items()} == LEADS_TO
    visitor = demo.as_somebody()
    shown = re.findall(r'<strong>Line \d+</strong>.*?<a href="([^"]+)">', visitor.get("/ledger").text, re.DOTALL)
    assert len(set(shown)) >= 3
    for url in set().union(*leads.values(), shown):
        assert visitor.get(url).status_code == 200, url


def test_records_answers_and_tombstones_offer_their_proof_and_say_who_signed(demo: Demo) -> None:
    visitor = demo.as_somebody()
    decision = re.search(r'href="(/decisions/\d{4}-\d+)"', visitor.get("/decisions").text)
    for address in (decision[1], "/removed"):
        page = visitor.get(address).text
        assert "Prove this was not changed" in page
        assert "No one outside has signed for" in page
        proof = re.search(r'href="(/ledger/decisions/\d+\.tlog-proof)"', page)
        assert visitor.get(proof[1]).text.startswith("c2sp.org/tlog-proof@v1\n")


def test_a_line_that_somebody_broke_leads_nowhere(demo: Demo) -> None:
    place = place_of
    with demo.app.test_request_context("/ledger"):
        for facts in (
            {},
            {"kind": "x"},
            {"ballot": "x"},
            {"ballot": -1},
            {"theme": 10**30},
            {"theme": None},
            {"theme": 99999},
        ):
            assert place(facts) is None
        assert place({"record": "../x"}).url.startswith("/decisions/")
