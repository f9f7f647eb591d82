"""Points of the curve: held against the library's keys, which know nothing of how ours are made."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.sealing import edwards
from tests.examples import examples

P = 2**255 - 19
seeds = st.binary(min_size=32, max_size=32)
# A point that is nothing when taken eight times, and not before; found as L times a random point.
OF_EIGHT = edwards.decoded(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"))


def keys_of(seed: bytes) -> tuple[int, bytes, bytes]:
    """The secret number of a seed (RFC 8032), its Ed25519 key, and the X25519 key of the same number."""
    half = hashlib.sha512(seed).digest()[:32]
    number = int.from_bytes(half, "little") & ((1 << 254) - 8) | 1 << 254
    own = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return number, own, X25519PrivateKey.from_private_bytes(half).public_key().public_bytes_raw()


@settings(max_examples=examples(20), deadline=None)
@given(seeds)
def test_a_key_is_the_base_taken_so_many_times_and_reads_as_a_key_of_the_other_kind(seed: bytes) -> None:
    number, own, other = keys_of(seed)
    point = edwards.times(number, edwards.BASE)
    assert edwards.encoded(point) == own
    assert edwards.encoded(edwards.decoded(own)) == own
    assert edwards.to_montgomery(own) == other
    back = edwards.from_montgomery(other)
    assert edwards.encoded(back) in (own, edwards.encoded(edwards.minus(point)))
    assert edwards.encoded(back)[31] < 128
    assert edwards.has_its_order(point)
    assert not edwards.is_small(own)


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(0, 2**256), st.integers(0, 2**256))
def test_points_are_added_as_their_numbers_are(one: int, other: int) -> None:
    first, second = edwards.times(one, edwards.BASE), edwards.times(other, edwards.BASE)
    assert edwards.encoded(edwards.add(first, second)) == edwards.encoded(edwards.times(one + other, edwards.BASE))
    assert edwards.is_nothing(edwards.add(first, edwards.minus(first)))
    assert edwards.is_nothing(edwards.times(edwards.ORDER, first))


def test_the_small_points_are_eight_and_each_is_known() -> None:
    small = {edwards.encoded(edwards.times(n, OF_EIGHT)) for n in range(8)}
    assert len(small) == 8
    assert all(edwards.is_small(each) for each in small)
    assert not any(edwards.has_its_order(edwards.decoded(each)) for each in small)
    mixed = edwards.add(edwards.BASE, OF_EIGHT)
    assert not edwards.is_small(edwards.encoded(mixed))
    assert not edwards.has_its_order(mixed)


@pytest.mark.parametrize("y", [P, P + 1, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_a_point_is_written_in_one_way(y: int, sign: int) -> None:
    raw = (y | sign).to_bytes(32, "little")
    with pytest.raises(ValueError, match="written"):
        edwards.decoded(raw)
    assert edwards.is_small(raw)


@pytest.mark.parametrize("raw", [b"", bytes(31), bytes(33), *(n.to_bytes(32, "little") for n in (2, 1 | 1 << 255))])
def test_what_is_no_point_is_told(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"point|written"):
        edwards.decoded(raw)


@pytest.mark.parametrize("u", [2, P - 1, P, P + 9, 2**255 + 9])
def test_a_key_of_the_other_curve_or_written_in_another_way_is_no_point(u: int) -> None:
    with pytest.raises(ValueError, match=r"point|written"):
        edwards.from_montgomery(u.to_bytes(32, "little"))


def test_the_point_that_is_nothing_is_no_key() -> None:
    with pytest.raises(ValueError, match="not invertible"):
        edwards.to_montgomery((1).to_bytes(32, "little"))
