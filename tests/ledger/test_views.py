"""The ledger as a visitor meets it."""

from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from governance.keyfolder import KeyFolder
from governance.ledger import note, service
from governance.ledger.models import Leaf

MONDAY = date(2026, 11, 23)


def test_a_visitor_reads_what_the_ledger_is_for_before_anything_is_in_it(client: Any) -> None:
    page = client.get("/ledger")
    assert page.status_code == 200
    assert "You can check that nobody changed it." in page.text
    assert "Nothing is signed yet." in page.text


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


def test_an_entry_somebody_broke_still_shows_as_an_entry(client: Any, session: Session) -> None:
    service.append(session, "decisions", "record", {"number": "2026-014"})
    session.execute(update(Leaf).values(body="broken"))
    session.commit()
    assert "An entry." in client.get("/ledger").text
