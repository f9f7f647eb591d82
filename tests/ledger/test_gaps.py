"""After a loss: the board says what is missing, the log goes on, and what was signed is never contradicted."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import leaves, note, rules, service
from governance.ledger.models import Head, Leaf, Log
from governance.ledger.service import growing
from governance.ledger.service.names import origin, secret_of_head
from governance.ruling.errors import NotReady
from governance.storage.leaves import Books

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def signed(session: Session, keys: KeyFolder) -> Session:
    """Five entries under two heads, of which the key folder knows the second."""
    for count in (3, 2):
        service.append_many(session, "decisions", [("record", {"number": str(each)}) for each in range(count)])
        service.publish_head(session, keys, "decisions", MONDAY)
    service.keep_heads(session, keys)
    session.commit()
    return session


def back_to_the_first_head(session: Session) -> None:
    """Make it an older database: what the second head signed is gone."""
    session.execute(delete(Leaf).where(Leaf.number >= 3))
    session.execute(delete(Head).where(Head.size == 5))
    first = session.get_one(Head, ("decisions", 3))
    session.execute(update(Log).where(Log.name == "decisions").values(size=3, root=first.root, frontier=first.frontier))
    session.commit()
    session.expire_all()


def test_an_older_database_signs_no_second_history(signed: Session, keys: KeyFolder) -> None:
    assert service.behind(signed, keys) == []
    back_to_the_first_head(signed)
    (late,) = service.behind(signed, keys)
    assert str(late) == "5 entries of the ledger of decisions were signed, and 3 are here."
    growing.refuse_another_history(signed, keys, "intake")
    with pytest.raises(service.LedgerBroken, match="5 entries of the ledger of decisions were signed, and 3 are here"):
        growing.refuse_another_history(signed, keys, "decisions")
    kept = keys.read(secret_of_head("decisions"))
    service.keep_heads(signed, keys)
    assert keys.read(secret_of_head("decisions")) == kept


def test_other_entries_than_those_signed_are_another_history(signed: Session, keys: KeyFolder) -> None:
    name, private = origin(keys, "decisions"), keys.need("ledger-decisions.key")
    ours = keys.read(secret_of_head("decisions")) or b""
    keys.write(
        secret_of_head("decisions"), note.sign(note.Checkpoint(name, 5, b"x" * 32).text(), name, private).encode()
    )
    (other,) = service.behind(signed, keys)
    assert str(other) == "The first 5 entries of the ledger of decisions are not those that were signed."
    keys.write(secret_of_head("decisions"), ours)
    assert service.behind(signed, keys) == []
    signed.execute(delete(Leaf).where(Leaf.number == 1))
    signed.commit()
    signed.expire_all()
    assert len(service.behind(signed, keys)) == 1


@pytest.mark.parametrize("kept", [b"\xff", b"no note", None])
def test_a_head_that_was_damaged_or_is_of_another_name_holds_nothing_up(
    signed: Session, keys: KeyFolder, kept: bytes | None
) -> None:
    if kept is None:
        text = note.split((keys.read(secret_of_head("decisions")) or b"").decode())[0].replace(
            "/decisions", "/other", 1
        )
        kept = note.sign(text, origin(keys, "decisions"), keys.need("ledger-decisions.key")).encode()
    keys.write(secret_of_head("decisions"), kept)
    back_to_the_first_head(signed)
    assert service.behind(signed, keys) == []


def test_the_board_says_what_is_missing_and_the_log_goes_on_under_a_new_name(signed: Session, keys: KeyFolder) -> None:
    back_to_the_first_head(signed)
    for words in (" ", "x" * 2001):
        with pytest.raises(NotReady, match="what happened and what is missing"):
            service.state_gap(signed, keys, words, TUESDAY, {}, [])
    before = origin(keys, "decisions")
    names = service.state_gap(signed, keys, " The disk\nbroke. ", TUESDAY, {"decisions": 5}, ["decisions"])
    signed.commit()
    service.take_names(keys, names)
    assert origin(keys, "decisions") == names["decisions"]
    assert names["decisions"].startswith(before)
    assert service.behind(signed, keys) == []
    assert service.head(signed, "decisions") is None
    (told,) = service.gaps(signed)
    assert (told.day, told.words, told.anew) == (TUESDAY, "The disk broke.", ("decisions",))
    assert service.publish_head(signed, keys, "decisions", TUESDAY)
    kind = leaves.LEAVES[0]
    assert list(kind.check(Books(signed, keys, TUESDAY, {3: {"kind": "gap"}}))) == []
    assert list(kind.check(Books(signed, keys, TUESDAY, {}))) == ["What the board said of a loss is not shown."]


def test_only_a_line_that_the_board_named_is_let_go_of(signed: Session, keys: KeyFolder) -> None:
    """One that somebody puts into its place, with its hash, is none of them."""
    signed.execute(update(Leaf).where(Leaf.number == 1).values(body="{}"))
    signed.commit()
    assert service.let_go_of(signed, "decisions") == frozenset()
    service.state_gap(signed, keys, "A line is lost.", TUESDAY, {}, ["decisions"], ["decisions"])
    assert service.let_go_of(signed, "decisions") == {1}
    for number in (2, 3):
        text = service.canonical("decisions", "lost", {"line": 2})
        said = {"body": text.decode(), "hash": rules.leaf_hash(text)}
        signed.execute(update(Leaf).where(Leaf.number == number).values(said))
    assert service.let_go_of(signed, "decisions") == {1}


def test_a_loss_that_ended_nothing_keeps_each_name(signed: Session, keys: KeyFolder) -> None:
    service.append(signed, "decisions", "record", {"why": 'he wrote "kind":"gap"'})
    assert service.state_gap(signed, keys, "Some messages.", TUESDAY, {"decisions": 5}, []) == {}
    (told,) = service.gaps(signed)
    assert told.anew == ()
    assert service.head(signed, "decisions") is not None
