"""The proof that two things were made with one key: it holds for what is so, and for nothing else."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from governance import sealing
from governance.sealing import edwards, same_key
from governance.sealing.same_key import NotProved, prover, shared_in
from tests.examples import examples
from tests.sealing.test_edwards import OF_EIGHT, keys_of

BOX = sealing.new_pair()
KEY = keys_of(bytes(range(32)))[1]
ABOUT = b"of this vote, and this ballot"
PROOF = prover(BOX.private)(KEY, ABOUT)
seeds = st.binary(min_size=32, max_size=32)


@settings(max_examples=examples(20), deadline=None)
@given(seeds, seeds, st.binary(max_size=40))
def test_what_is_shown_is_what_the_library_gives(private: bytes, seed: bytes, about: bytes) -> None:
    _, own, other = keys_of(seed)
    mine = X25519PrivateKey.from_private_bytes(private)
    public = mine.public_key().public_bytes_raw()
    shown = shared_in(prover(private)(own, about), public, own, about)
    assert shown == mine.exchange(X25519PublicKey.from_public_bytes(other))


def test_a_key_with_a_small_part_is_proved_as_x25519_takes_it() -> None:
    """A sender can add a small point to their key. It falls out, as it does in X25519."""
    mixed = edwards.encoded(edwards.add(edwards.decoded(KEY), OF_EIGHT))
    theirs = X25519PublicKey.from_public_bytes(edwards.to_montgomery(mixed))
    exchanged = X25519PrivateKey.from_private_bytes(BOX.private).exchange(theirs)
    assert shared_in(prover(BOX.private)(mixed, ABOUT), BOX.public, mixed, ABOUT) == exchanged


def test_no_two_proofs_are_alike() -> None:
    assert prover(BOX.private)(KEY, ABOUT)[:32] == PROOF[:32]
    assert prover(BOX.private)(KEY, ABOUT)[32:] != PROOF[32:]


@pytest.mark.parametrize("place", range(same_key.PROOF_BYTES))
def test_a_byte_of_the_proof_changed_and_it_does_not_hold(place: int) -> None:
    changed = bytearray(PROOF)
    changed[place] ^= 1 << place % 8
    with pytest.raises(NotProved):
        shared_in(bytes(changed), BOX.public, KEY, ABOUT)


@settings(max_examples=examples(60), deadline=None)
@given(st.data())
def test_a_bit_of_what_it_is_about_changed_and_it_does_not_hold(data: st.DataObject) -> None:
    given_to = [BOX.public, KEY, ABOUT]
    which = data.draw(st.integers(0, 2))
    changed = bytearray(given_to[which])
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    given_to[which] = bytes(changed)
    with pytest.raises(NotProved):
        shared_in(PROOF, *given_to)


def test_of_another_key_cut_short_made_longer_or_written_in_another_way_it_does_not_hold() -> None:
    strange = sealing.new_pair()
    other = keys_of(bytes(32))[1]
    larger = PROOF[:32] + (int.from_bytes(PROOF[32:64], "little") + edwards.ORDER).to_bytes(32, "little") + PROOF[64:]
    for wrong in (
        prover(strange.private)(KEY, ABOUT), prover(BOX.private)(other, ABOUT), prover(BOX.private)(KEY, b"else"),
        b"", PROOF[:-1], PROOF + b"\0", PROOF[:64], larger,
        prover(strange.private)(KEY, ABOUT)[:32] + PROOF[32:],
    ):  # fmt: skip
        with pytest.raises(NotProved):
            shared_in(wrong, BOX.public, KEY, ABOUT)


def a_lie(about: bytes) -> bytes:
    """A proof of what is not so, by who has the key: a small point is added where the lot is a number 8 divides."""
    secret = same_key._secret(BOX.private, BOX.public)
    eight_times = edwards.times(8, edwards.decoded(KEY))
    shown = edwards.encoded(edwards.add(edwards.times(secret, eight_times), OF_EIGHT))
    for nonce in range(1, 1000):
        began = (edwards.times(nonce, edwards.EIGHT_TIMES_BASE), edwards.times(nonce, eight_times))
        lot = same_key._lot(about, BOX.public, KEY, shown, began)
        if lot % 8 == 0:
            answer = (nonce + lot * secret) % edwards.ORDER
            return shown + lot.to_bytes(32, "little") + answer.to_bytes(32, "little")
    raise AssertionError("no lot was a number that 8 divides")


def test_a_small_point_added_to_what_is_shown_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the look at its order the lie would pass, and the ballot would seem not to open."""
    lie = a_lie(ABOUT)
    with pytest.raises(NotProved):
        shared_in(lie, BOX.public, KEY, ABOUT)
    monkeypatch.setattr(same_key, "has_its_order", lambda point: True)
    assert shared_in(lie, BOX.public, KEY, ABOUT) != shared_in(PROOF, BOX.public, KEY, ABOUT)


def test_the_number_drawn_for_a_proof_hangs_on_chance_and_on_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the system's chance fail, two proofs of different things still draw different numbers."""
    monkeypatch.setattr("os.urandom", bytes)
    secret = same_key._secret(BOX.private, BOX.public)
    drawn = {same_key._nonce(*each) for each in ((secret, KEY, b"1"), (secret, KEY, b"2"), (secret + 1, KEY, b"1"))}
    assert len(drawn) == 3
    assert max(drawn) < edwards.ORDER
    plain = b"".join((same_key._written(secret), bytes(64), KEY, b"1"))
    as_a_lot = int.from_bytes(hashlib.sha512(same_key.LABEL + plain).digest(), "little") % edwards.ORDER
    assert as_a_lot not in drawn, "it is hashed under a label of its own"
    monkeypatch.undo()
    assert same_key._nonce(secret, KEY, b"1") != same_key._nonce(secret, KEY, b"1")


def test_the_lot_is_a_hash_of_everything_that_is_claimed() -> None:
    """Worked out here once more, as the text of the module has it."""
    shown, lot, answer = PROOF[:32], int.from_bytes(PROOF[32:64], "little"), int.from_bytes(PROOF[64:], "little")
    eight, own, point = (edwards.times(8, edwards.decoded(KEY)), edwards.from_montgomery(BOX.public),
                         edwards.decoded(shown))  # fmt: skip
    first = edwards.add(edwards.times(answer, edwards.EIGHT_TIMES_BASE), edwards.minus(edwards.times(lot, own)))
    second = edwards.add(edwards.times(answer, eight), edwards.minus(edwards.times(lot, point)))
    said = b"real-voice same key v1\0" + len(ABOUT).to_bytes(4, "big") + ABOUT + BOX.public + KEY + shown
    said += edwards.encoded(first) + edwards.encoded(second)
    assert int.from_bytes(hashlib.sha512(said).digest(), "little") % edwards.ORDER == lot
