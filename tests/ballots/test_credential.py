"""Cards, credentials and what lies inside the seal: one form, and no way from one half to the other."""

from __future__ import annotations

import json
import string

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ballots.bundle.canonical import canonical
from governance.ballots.papers import envelope
from governance.ballots.passes.credential import (
    drop_message,
    from_code,
    in_groups,
    key_message,
    new_code,
    read_code,
    tracker_of,
)

ELECTION = "a-programme/ballot-7"
CODE = "ABCDEFGHIJKLMNOP2345"
OLD_CODE = "OIBL234567OIBL234567"  # Without check letters, as cards of before have none.

names = st.text(string.ascii_letters, max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=50)
@given(values)
def test_our_canonical_json_is_that_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.5, {1: 2}, {"\ud800": 1}, 2**53, "\ud800", [{"a": b""}]])
def test_what_two_programs_could_write_in_two_ways_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"[cC]anonical JSON|surrogates"):
        canonical(value)


@given(st.sampled_from([" ", "-", "", "  "]), st.booleans())
def test_a_code_is_typed_from_paper_with_slips_and_still_read(between: str, small: bool) -> None:
    for code in (new_code(), OLD_CODE):
        typed = in_groups(code).replace(" ", between).replace("O", "0").replace("I", "1").replace("B", "8")
        assert read_code(typed.lower() if small else typed) == code
    assert len(in_groups(code).split()) == 5


@pytest.mark.parametrize("typed", ["", "A" * 19, "A" * 21, "A" * 19 + "9", "é" * 20, "²" * 20, "x" * 5000])
def test_what_is_no_code_reads_as_none(typed: str) -> None:
    assert read_code(typed) == ""


def test_both_halves_come_from_the_code_and_the_election_alone() -> None:
    """Fixed values: a card printed today must open its vote in any later version, and in a browser."""
    card = from_code(CODE, ELECTION)
    assert card == from_code(CODE, ELECTION)
    assert card.drop_token.hex() == "1787d5c2d402cf1a6692c0daa6ac7131ebebbd51451da7a1c4f9213a412e127f"
    assert card.seed.hex() == "96966fb7b82c5f94e7eb51c1818eb8a3cf315afd2a29b2183eae4e01ea384989"
    assert card.tracker == tracker_of(card.public) == "3Z746MKGPF"
    other = from_code(CODE, ELECTION + "0")
    tags = {card.drop_tag, card.key_tag, other.drop_tag, other.key_tag}
    messages = {drop_message(ELECTION, card.drop_token), key_message(ELECTION, card.drop_token)}
    assert (len(tags), len(messages)) == (4, 2)
    assert CODE not in repr(card)
    assert card.seed.hex() not in repr(card)


def test_a_ballot_is_read_back_and_every_changed_byte_is_noticed() -> None:
    card = from_code(CODE, ELECTION)
    plain = envelope.signed(card, ELECTION, {"choice": "yes"})
    assert len(plain) == envelope.BALLOT_BYTES
    read = envelope.read(plain, ELECTION)
    assert (read["choice"], read["key"], read["grants"]) == ({"choice": "yes"}, card.public.hex(), [])

    for at in range(0, len(plain.rstrip()), 7):
        changed = plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1 :]
        with pytest.raises(envelope.Unreadable):
            envelope.read(changed, ELECTION)


def test_a_ballot_of_another_vote_or_form_is_not_read() -> None:
    plain = envelope.signed(from_code(CODE, ELECTION), ELECTION, {"choice": "yes"})
    with pytest.raises(envelope.Unreadable, match="another vote"):
        envelope.read(plain, "a-programme/ballot-8")
    for wrong in (b"", b" " * 4096, plain[:-1], plain + b" ", b"[" * 4096, json.dumps(json.loads(plain)).encode()):
        with pytest.raises(envelope.Unreadable, match="not written as a ballot"):
            envelope.read(wrong, ELECTION)
    with pytest.raises(ValueError, match="at most 4096"):
        envelope.signed(from_code(CODE, ELECTION), ELECTION, {"named": "x" * 5000})
