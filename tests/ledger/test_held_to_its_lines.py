"""What a list is held to: its lines and their texts, what stands beside it, its tiles, and who signed it when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import network, note, rules, service
from governance.ledger.models import Leaf, Log, TileRow, leaf_hash
from governance.ledger.service import growing, lines_found, mending, tiling
from governance.ruling.errors import RuleRefused

MONDAY = date(2026, 11, 23)
NOW = 1_790_000_000


@pytest.fixture
def three(session: Session, keys: KeyFolder) -> Session:
    """A list of three lines whose head is signed."""
    service.append_many(session, "decisions", [("record", {"number": f"{number}"}) for number in range(3)])
    service.publish_head(session, keys, "decisions", MONDAY)
    return session


def spoil(session: Session, number: int) -> None:
    session.execute(update(Leaf).where(Leaf.log == "decisions", Leaf.number == number).values(body="{}"))
    session.expire_all()


def test_each_database_hashes_a_text_as_the_list_does() -> None:
    asked = select(leaf_hash(Leaf.body))
    assert "sha256(" in str(asked.compile(dialect=postgresql.dialect()))
    assert "leaf_hash(" in str(asked.compile(dialect=sqlite.dialect()))


def is_refused(session: Session, log: str) -> bool:
    try:
        service.check_whole(session, log)
    except RuleRefused:
        return True
    return False


def test_a_whole_list_may_be_gone_by_and_one_that_ends_early_is_whole_to_there(three: Session) -> None:
    assert not is_refused(three, "decisions")
    assert not is_refused(three, "intake")
    text = '{"kind":"record","v":1}'
    new = {"log": "decisions", "number": 3, "body": text, "hash": rules.leaf_hash(text.encode())}
    three.execute(insert(Leaf).values(new))
    assert not is_refused(three, "decisions"), "somebody adds it, and the size beside the list comes with it"


@pytest.mark.parametrize("what", ["a text", "the root", "a line"])
def test_nobody_goes_by_a_list_that_was_changed(three: Session, what: str) -> None:
    if what == "a text":
        spoil(three, 1)
    elif what == "the root":
        three.execute(update(Log).where(Log.name == "decisions").values(root=bytes(32)))
    else:
        three.execute(delete(Leaf).where(Leaf.log == "decisions", Leaf.number == 1))
    three.expire_all()
    assert is_refused(three, "decisions")


def test_spoilt_lines_are_named_those_that_are_gone_as_well(three: Session) -> None:
    assert lines_found.spoilt(three, "decisions") == []
    spoil(three, 1)
    assert lines_found.spoilt(three, "decisions") == [1]
    three.execute(delete(Leaf).where(Leaf.log == "decisions", Leaf.number == 2))
    assert lines_found.spoilt(three, "decisions") == [1, 2]


def test_a_tile_that_is_gone_is_missed_and_made_again(session: Session, keys: KeyFolder) -> None:
    lines: list[tuple[str, dict[str, Any]]] = [("record", {"number": f"{number}"}) for number in range(300)]
    service.append_many(session, "decisions", lines)
    service.publish_head(session, keys, "decisions", MONDAY)
    service.keep_heads(session, keys)
    assert tiling.has_all(session, "decisions", 300)
    said = [body.encode() for _, body, _ in growing.rows(session, "decisions", 0)]
    session.execute(delete(TileRow))
    spoil(session, 3)
    assert not tiling.has_all(session, "decisions", 300)
    found = service.to_bring_back(session, keys, "decisions", said)
    assert service.bring_back(session, found, MONDAY).back == [3]
    assert tiling.has_all(session, "decisions", 300)
    assert service.check(session, keys, "decisions") == []


def test_an_end_that_nobody_signed_and_nobody_has_is_left_and_the_board_lets_it_go(
    three: Session, keys: KeyFolder
) -> None:
    service.keep_heads(three, keys)
    service.append(three, "decisions", "record", {"number": "3"})
    three.execute(delete(Leaf).where(Leaf.log == "decisions", Leaf.number == 3))
    found = service.to_bring_back(three, keys, "decisions")
    assert (found.back, found.left) == ({}, [3])
    mended = service.bring_back(three, found, MONDAY)
    assert (mended.back, mended.left) == ([], [3])
    assert mending.let_go(three, "decisions") == []
    assert three.get_one(Log, "decisions").size == 3
    assert mending.let_go(three, "decisions") == [], "and there is nothing left to let go of"


def test_a_line_beyond_a_gap_does_not_count_as_the_next(three: Session, keys: KeyFolder) -> None:
    service.keep_heads(three, keys)
    said = [body.encode() for _, body, _ in growing.rows(three, "decisions", 0)]
    spoil(three, 1)
    found = service.to_bring_back(three, keys, "decisions", said)
    text = '{"kind":"record","v":1}'
    far = {"log": "decisions", "number": 9, "body": text, "hash": rules.leaf_hash(text.encode())}
    three.execute(insert(Leaf).values(far))
    assert service.bring_back(three, found, MONDAY).back == [1]
    assert three.get_one(Log, "decisions").size == 4, "the three, and the line that says which was mended"


def test_a_size_changed_beside_the_list_comes_back_with_its_lines(three: Session, keys: KeyFolder) -> None:
    service.keep_heads(three, keys)
    three.execute(update(Log).where(Log.name == "decisions").values(size=2, root=bytes(32)))
    three.expire_all()
    mended = service.bring_back(three, service.to_bring_back(three, keys, "decisions"), MONDAY)
    assert (mended.back, mended.left) == ([], [])
    assert three.get_one(Log, "decisions").size == 3
    assert service.check(three, keys, "decisions") == []


def test_when_a_witness_signed_is_known_by_its_own_key_alone(three: Session, keys: KeyFolder) -> None:
    private = bytes(reversed(range(32)))
    name = "witness.example.org"
    key = note.Key(name, note.COSIGNATURE, note.public_key(private))
    service.add_witness(three, "partner", str(key), "")
    question = service.HeadToSign("partner", "", "decisions", 3, 0)
    head = service.head(three, "decisions")
    assert head
    text, _ = note.split(head.note)
    signed = note.cosign(text, name, private, NOW)
    assert service.time_of_answer(three, question, signed) == NOW
    assert service.time_of_answer(three, question, "") is None
    assert service.time_of_answer(three, question, note.cosign(text, name, bytes(32), NOW)) is None
    unknown = service.HeadToSign("nobody", "", "decisions", 3, 0)
    assert service.time_of_answer(three, unknown, signed) is None


@pytest.mark.server
@pytest.mark.of_one_database
@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("http://127.0.0.1:8000/", True),
        ("http://localhost/", True),
        ("http://127.0.0.2/", True),  # By no name of its own, and somebody here may listen there.
        ("http://192.0.2.1/", False),  # RFC 5737: of nobody's computer.
        ("http://a..b/", False),  # No name at all.
    ],
)
def test_an_address_that_leads_to_this_computer_is_known(url: str, ours: bool) -> None:
    assert network.is_this_computer(url) is ours


def test_letters_of_a_line_are_cut_out_where_the_text_has_them(three: Session) -> None:
    begin = '{"kind":"record"'
    found = select(Leaf.number).where(lines_found.part_of(Leaf, 1, len(begin)) == begin, Leaf.log == "decisions")
    assert sorted(three.scalars(found)) == [0, 1, 2]
