"""Sealing: what RFC 9180 says, what does not open, what a size gives away."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance import sealing
from governance.sealing.hpke import public_of
from governance.sealing.padding import LENGTH_BYTES
from tests.sealing import rfc9180

INFO = sealing.context("a-programme", "2026-11", "everyone", "message")
READER = sealing.new_pair()
KEY = sealing.new_key()
ODE = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
BEAUTY = b"Beauty is truth, truth beauty"
short_texts = st.binary(max_size=600)


def test_the_second_reading_opens_the_vector_of_the_rfc() -> None:
    """RFC 9180, appendix A.1.1: AES-128-GCM, the suite of ours that the RFC has a vector for but the cipher."""
    private = bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    enc = bytes.fromhex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
    ciphertext = bytes.fromhex(
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
    )
    assert rfc9180.open_first(private, enc, ciphertext, ODE, b"Count-0", rfc9180.AES_128_GCM) == BEAUTY


def test_the_second_reading_seals_the_published_vector_of_our_suite() -> None:
    """The vector for AES-256-GCM that BoringSSL publishes with the RFC's own."""
    public = bytes.fromhex("ac66bae9ffa270cf4a89ed9f274e30c0456babae2572aaaf002ff0d8884ab018")
    ephemeral = bytes.fromhex("28e212563a8b6f068af7ff17400ff1baf23612b7a738bbaf5dfb321b2b5b431a")
    _, ciphertext = rfc9180.seal(public, BEAUTY, ODE, b"Count-0", rfc9180.AES_256_GCM, ephemeral)
    assert ciphertext == bytes.fromhex(
        "23ded2d5d90ea89d975dac4792b297240f194952d7421aacbff0474100052b6bb8aa58d18ef6c42b6960e2e28f"
    )


@given(short_texts)
def test_the_second_reading_opens_what_we_sealed(plain: bytes) -> None:
    sealed = sealing.seal(READER.public, plain, INFO)
    filled = rfc9180.open_first(READER.private, sealed[1:33], sealed[33:], INFO, b"", rfc9180.AES_256_GCM)
    assert sealing.unpadded(filled) == plain


@given(short_texts)
def test_we_open_what_the_second_reading_sealed(plain: bytes) -> None:
    enc, ciphertext = rfc9180.seal(
        READER.public, sealing.padded(plain), INFO, b"", rfc9180.AES_256_GCM, sealing.new_pair().private
    )
    assert sealing.open_sealed(READER.private, b"\x01" + enc + ciphertext, INFO) == plain


@given(short_texts)
def test_what_is_sealed_opens_and_is_never_sealed_the_same_way_twice(plain: bytes) -> None:
    first, second = sealing.seal(READER.public, plain, INFO), sealing.seal(READER.public, plain, INFO)
    assert first != second
    assert (
        sealing.open_sealed(READER.private, first, INFO) == sealing.open_sealed(READER.private, second, INFO) == plain
    )


@given(st.data())
def test_one_changed_bit_anywhere_and_nothing_opens(data: st.DataObject) -> None:
    for whole, opened in (
        (sealing.seal(READER.public, b"a word", INFO), lambda it: sealing.open_sealed(READER.private, it, INFO)),
        (sealing.lock(KEY, b"a word", INFO), lambda it: sealing.unlock(KEY, it, INFO)),
    ):
        changed = bytearray(whole)
        changed[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises(sealing.SealBroken):
            opened(bytes(changed))


@given(st.data())
def test_cut_short_or_made_longer_nothing_opens(data: st.DataObject) -> None:
    sealed, locked = sealing.seal(READER.public, b"a word", INFO), sealing.lock(KEY, b"a word", INFO)
    extra = data.draw(st.binary(min_size=1, max_size=20))
    for wrong in (sealed[: data.draw(st.integers(0, len(sealed) - 1))], sealed + extra):
        with pytest.raises(sealing.SealBroken):
            sealing.open_sealed(READER.private, wrong, INFO)
    for wrong in (locked[: data.draw(st.integers(0, len(locked) - 1))], locked + extra):
        with pytest.raises(sealing.SealBroken):
            sealing.unlock(KEY, wrong, INFO)


@given(st.binary(max_size=700))
def test_what_was_never_sealed_does_not_open(noise: bytes) -> None:
    for wrong in (noise, b"\x01" + noise, b"\x11" + noise, b"\x01" + bytes(32) + noise):
        with pytest.raises(sealing.SealBroken):
            sealing.open_sealed(READER.private, wrong, INFO)
        with pytest.raises(sealing.SealBroken):
            sealing.unlock(KEY, wrong, INFO)


def test_another_key_or_another_context_opens_nothing() -> None:
    sealed, locked = sealing.seal(READER.public, b"a word", INFO), sealing.lock(KEY, b"a word", INFO)
    other_month = sealing.context("a-programme", "2026-12", "everyone", "message")
    for attempt in (
        lambda: sealing.open_sealed(sealing.new_pair().private, sealed, INFO),
        lambda: sealing.open_sealed(READER.private, sealed, other_month),
        lambda: sealing.unlock(sealing.new_key(), locked, INFO),
        lambda: sealing.unlock(KEY, locked, other_month),
    ):
        with pytest.raises(sealing.SealBroken):
            attempt()


def test_what_does_not_open_never_says_why() -> None:
    sealed = sealing.seal(READER.public, b"a word", INFO)
    said = set()
    for wrong in (b"", sealed[:-1], b"\x02" + sealed[1:], os.urandom(200)):
        with pytest.raises(sealing.SealBroken) as broken:
            sealing.open_sealed(READER.private, wrong, INFO)
        said.add(str(broken.value))
    assert said == {""}


parts = st.text(max_size=12)


@given(
    st.tuples(parts, parts, parts, parts, st.integers(1, 99)), st.tuples(parts, parts, parts, parts, st.integers(1, 99))
)
def test_two_contexts_are_never_mistaken_for_each_other(
    one: tuple[str, str, str, str, int], other: tuple[str, str, str, str, int]
) -> None:
    assert (sealing.context(*one) == sealing.context(*other)) == (one == other)


def test_moving_a_letter_to_the_next_part_is_another_context() -> None:
    assert sealing.context("ab", "c", "d", "e") != sealing.context("a", "bc", "d", "e")


@given(st.binary(max_size=5000))
def test_padding_comes_off_again_and_leaves_only_a_few_sizes(plain: bytes) -> None:
    filled = sealing.padded(plain)
    assert len(filled) in sealing.BUCKETS
    assert sealing.unpadded(filled) == plain


def test_a_tap_and_a_short_story_have_the_same_size() -> None:
    sizes = {len(sealing.seal(READER.public, bytes(n), INFO)) for n in (0, 1, 100, 400)}
    assert len(sizes) == 1


def test_the_longest_text_fits_and_one_byte_more_is_refused() -> None:
    longest = sealing.BUCKETS[-1] - LENGTH_BYTES
    assert len(sealing.padded(bytes(longest))) == sealing.BUCKETS[-1]
    with pytest.raises(ValueError, match="At most"):
        sealing.seal(READER.public, bytes(longest + 1), INFO)


@given(st.binary(max_size=600).filter(lambda noise: len(noise) not in sealing.BUCKETS))
def test_what_fills_no_bucket_was_never_padded(noise: bytes) -> None:
    with pytest.raises(sealing.SealBroken):
        sealing.unpadded(noise)


@given(st.integers(0, 500), st.data())
def test_anything_hidden_in_the_padding_is_noticed(length: int, data: st.DataObject) -> None:
    filled = bytearray(sealing.padded(bytes(length)))
    filled[data.draw(st.integers(LENGTH_BYTES + length, len(filled) - 1))] = 1
    with pytest.raises(sealing.SealBroken):
        sealing.unpadded(bytes(filled))


@given(st.binary(max_size=300))
def test_a_signature_holds_for_its_message_and_its_signer_only(message: bytes) -> None:
    signer, other = sealing.new_signer(), sealing.new_signer()
    signature = sealing.sign(signer.private, message)
    assert sealing.signature_holds(signer.public, message, signature)
    assert not sealing.signature_holds(signer.public, message + b".", signature)
    assert not sealing.signature_holds(other.public, message, signature)
    assert not sealing.signature_holds(signer.public, message, signature[:-1])
    assert not sealing.signature_holds(b"short", message, signature)


def test_the_first_vector_of_rfc_8032() -> None:
    private = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = sealing.sign(private, b"")
    assert signature.hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155")
    assert sealing.signature_holds(public, b"", signature)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_message_is_never_passed_off_as_padding(salt: bytes, digest: bytes) -> None:
    assert sealing.commitment(salt, digest) != sealing.dummy_commitment(salt)
    assert sealing.commitment(salt, digest) != sealing.dummy_commitment(salt + digest)
    assert len(sealing.commitment(salt, digest)) == len(sealing.dummy_commitment(salt)) == 32


def test_private_halves_are_not_printed() -> None:
    pair = sealing.new_pair()
    assert repr(pair.private) not in repr(pair)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_what_is_no_private_key_opens_nothing(length: int) -> None:
    with pytest.raises(sealing.SealBroken):
        sealing.open_sealed(b"k" * length, b"anything", b"context")
    with pytest.raises(ValueError, match="32"):
        public_of(b"k" * length)


def test_the_public_half_belongs_to_the_private_one() -> None:
    pair = sealing.new_pair()
    assert public_of(pair.private) == pair.public


def test_a_pair_made_from_a_secret_is_the_same_each_time_and_another_for_another_purpose() -> None:
    pair = sealing.pair_from(KEY, b"one purpose")
    assert pair == sealing.pair_from(KEY, b"one purpose")
    assert pair.public == public_of(pair.private)
    others = {sealing.pair_from(KEY, b"another"), sealing.pair_from(sealing.new_key(), b"one purpose")}
    assert pair not in others
    assert len({each.public for each in others} | {pair.public}) == 3
