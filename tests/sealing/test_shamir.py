"""The board's recovery key: any two of three papers bring it back; one paper, or a wrong one, does not."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from governance.sealing import Share, join_secret, shamir, split_secret

secrets = st.binary(min_size=1, max_size=40)
bytes_but_zero = st.integers(1, 255)


def test_multiplying_is_that_of_fips_197() -> None:
    """FIPS 197, sections 4.2 and 4.2.1: the worked examples."""
    assert shamir._multiply(0x57, 0x83) == 0xC1
    assert [shamir._multiply(0x57, power) for power in (0x02, 0x04, 0x08, 0x10)] == [0xAE, 0x47, 0x8E, 0x07]
    assert shamir._multiply(0x57, 0x13) == 0xFE


def test_every_byte_but_zero_has_an_inverse() -> None:
    assert all(shamir._multiply(a, shamir._inverse(a)) == 1 for a in range(1, 256))
    assert shamir._inverse(0x53) == 0xCA


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_multiplying_spreads_over_adding(a: int, b: int, c: int) -> None:
    assert shamir._multiply(a, b ^ c) == shamir._multiply(a, b) ^ shamir._multiply(a, c)


@given(secrets)
def test_any_two_of_three_bring_the_secret_back_in_either_order(secret: bytes) -> None:
    shares = split_secret(secret)
    for one, other in combinations(shares, 2):
        assert join_secret([one, other]) == join_secret([other, one]) == secret
    assert join_secret(shares) == secret


@given(secrets, st.integers(2, 5), st.integers(0, 3))
def test_any_few_that_are_enough_bring_the_secret_back(secret: bytes, needed: int, spare: int) -> None:
    for few in combinations(split_secret(secret, needed + spare, needed), needed):
        assert join_secret(few) == secret


@given(secrets)
def test_fewer_than_needed_bring_nothing_back(secret: bytes) -> None:
    shares = split_secret(secret, shares=4, needed=3)
    for too_few in ([], shares[:1], shares[:2]):
        with pytest.raises(ValueError, match="shares"):
            join_secret(too_few)


def test_one_share_alone_fits_every_secret() -> None:
    """One share of a one-byte secret takes every value: over many splits none is left out."""
    seen = {split_secret(b"s")[0].body[0] for _ in range(4000)}
    assert len(seen) == 256


@given(secrets)
def test_shares_of_two_splits_are_noticed(secret: bytes) -> None:
    one, other = split_secret(secret)[0], split_secret(secret)[1]
    with pytest.raises(ValueError, match="shares"):
        join_secret([one, other])


def test_the_same_share_twice_is_noticed() -> None:
    share = split_secret(b"secret")[0]
    with pytest.raises(ValueError, match="different"):
        join_secret([share, share])


@given(secrets)
def test_a_share_is_read_back_from_paper(secret: bytes) -> None:
    for share in split_secret(secret):
        assert Share.from_text(share.text) == share


def test_spaces_case_and_signs_that_look_alike_do_not_matter() -> None:
    for share in split_secret(bytes(range(32))):
        typed = share.text.lower().replace("o", "0").replace("i", "1").replace(" ", "")
        assert Share.from_text(typed) == share
        assert Share.from_text(f"  {share.text.replace(' ', ' - ')} ") == share


@given(secrets, st.data())
def test_one_mistyped_sign_is_noticed(secret: bytes, data: st.DataObject) -> None:
    share = split_secret(secret)[0]
    letters = share.text.replace(" ", "")
    at = data.draw(st.integers(0, len(letters) - 2), label="not the last sign, which may carry spare bits")
    wrong = data.draw(
        st.sampled_from([letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" if letter != letters[at]])
    )
    with pytest.raises(ValueError, match="Check"):
        Share.from_text(letters[:at] + wrong + letters[at + 1 :])


@given(secrets, st.data())
def test_two_signs_swapped_are_noticed(secret: bytes, data: st.DataObject) -> None:
    letters = split_secret(secret)[0].text.replace(" ", "")
    at = data.draw(st.integers(0, len(letters) - 3))
    assume(letters[at] != letters[at + 1])
    with pytest.raises(ValueError, match="Check"):
        Share.from_text(letters[:at] + letters[at + 1] + letters[at] + letters[at + 2 :])


@given(st.text(max_size=90))
def test_anything_typed_is_a_share_or_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match="Check"):
        Share.from_text(typed)


@pytest.mark.parametrize(("shares", "needed"), [(3, 1), (3, 0), (2, 3), (256, 2)])
def test_a_split_that_protects_nothing_is_refused(shares: int, needed: int) -> None:
    with pytest.raises(ValueError, match="Split"):
        split_secret(b"secret", shares, needed)


def test_shares_of_secrets_of_two_lengths_are_noticed() -> None:
    with pytest.raises(ValueError, match="do not belong together"):
        join_secret([split_secret(b"short")[0], split_secret(b"somewhat longer")[1]])
