"""Seals that their own key signs: what opens them, what they are bound to, and what is refused."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from governance import sealing
from governance.sealing import edwards, signed_seal
from governance.sealing.hpke import SUITE
from governance.sealing.same_key import NotProved
from governance.sealing.signed_seal import open_proved, opener, prover, read, seal
from tests.examples import examples
from tests.sealing import rfc9180
from tests.sealing.test_edwards import OF_EIGHT

BOX, INFO, TOKEN = sealing.new_pair(), b"real-voice ballot v2 a-programme/ballot-7", bytes(range(32))
WHOLE = seal(BOX.public, b"yes, and here is why", INFO, TOKEN)


def as_rfc_9180_has_it(whole: bytes) -> bytes:
    """The key for one use and the ciphertext, as HPKE sends them."""
    return edwards.to_montgomery(whole[1:33]) + whole[65:-64]


@settings(max_examples=examples(30), deadline=None)
@given(st.binary(max_size=600))
def test_what_is_sealed_opens_with_ours_the_library_s_and_the_second_reading(plain: bytes) -> None:
    whole = seal(BOX.public, plain, INFO, TOKEN)
    assert opener(BOX.private, INFO)(whole) == plain
    hpke = as_rfc_9180_has_it(whole)
    assert SUITE.decrypt(hpke, X25519PrivateKey.from_private_bytes(BOX.private), info=INFO) == sealing.padded(plain)
    filled = rfc9180.open_first(BOX.private, hpke[:32], hpke[32:], INFO, b"", rfc9180.AES_256_GCM)
    assert filled == sealing.padded(plain)
    found = read(whole, INFO)
    assert found.is_under(TOKEN)
    assert open_proved(found, prover(BOX.private, INFO)(whole), BOX.public, INFO) == plain


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_the_key_is_that_of_the_second_reading_which_published_vectors_hold(
    shared: bytes, sent: bytes, info: bytes
) -> None:
    ours = signed_seal._key_and_nonce(shared, sent, BOX.public, info)
    assert ours == rfc9180.key_and_nonce(shared, sent, BOX.public, info, rfc9180.AES_256_GCM)


def test_no_two_seals_are_alike_and_each_has_the_same_length() -> None:
    assert len({seal(BOX.public, b"yes", INFO, TOKEN) for _ in range(3)}) == 3
    assert len({len(seal(BOX.public, bytes(n), INFO, TOKEN)) for n in (0, 1, 100, 400)}) == 1


@settings(max_examples=examples(80), deadline=None)
@given(st.data())
def test_one_bit_changed_anywhere_and_it_is_nobody_s(data: st.DataObject) -> None:
    changed = bytearray(WHOLE)
    changed[data.draw(st.integers(0, len(WHOLE) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(sealing.SealBroken):
        read(bytes(changed), INFO)
    assert prover(BOX.private, INFO)(bytes(changed)) == b""


NONE = [b"", b"\x02", WHOLE[:-1], WHOLE + b"\0", WHOLE[1:], b"\x01" + WHOLE[1:], bytes(8337)]


@pytest.mark.parametrize("wrong", NONE)
def test_what_is_no_signed_seal_is_told_and_nothing_of_it_is_shown(wrong: bytes) -> None:
    for attempt in (lambda: read(wrong, INFO), lambda: opener(BOX.private, INFO)(wrong)):
        with pytest.raises(sealing.SealBroken):
            attempt()
    assert prover(BOX.private, INFO)(wrong) == b""


def test_it_is_bound_to_its_vote_its_box_and_its_token() -> None:
    with pytest.raises(sealing.SealBroken):
        read(WHOLE, INFO + b".")
    with pytest.raises(sealing.SealBroken):
        opener(sealing.new_pair().private, INFO)(WHOLE)
    assert not read(WHOLE, INFO).is_under(TOKEN[::-1])
    assert TOKEN not in WHOLE


def test_a_signature_is_written_in_one_way() -> None:
    """Else a copy with other bytes would be another ballot under the same key, and its proof would open the first."""
    number = int.from_bytes(WHOLE[-32:], "little") + edwards.ORDER
    with pytest.raises(sealing.SealBroken):
        read(WHOLE[:-32] + number.to_bytes(32, "little"), INFO)


@pytest.mark.parametrize("times", range(8))
def test_a_key_that_hides_nothing_is_refused_although_a_signature_of_it_holds(times: int) -> None:
    """Of such a key anybody makes signatures: some of them hold in the library too."""
    key = edwards.encoded(edwards.times(times, OF_EIGHT))
    held = 0
    for n in range(1, 60):
        body = b"\x02" + key + bytes(32) + n.to_bytes(8, "big")
        begun = edwards.encoded(edwards.times(n, edwards.BASE))
        signature = begun + n.to_bytes(32, "little")
        held += sealing.signature_holds(key, signed_seal._to_sign(body, INFO), signature)
        with pytest.raises(sealing.SealBroken):
            read(body + signature, INFO)
    assert held


def test_two_proofs_do_not_pass_for_each_other() -> None:
    other = seal(BOX.public, b"no", INFO, TOKEN)
    proofs = [prover(BOX.private, INFO)(each) for each in (WHOLE, other)]
    for whole, proof in ((WHOLE, proofs[1]), (other, proofs[0])):
        with pytest.raises(NotProved):
            open_proved(read(whole, INFO), proof, BOX.public, INFO)


def test_what_nothing_opens_is_shown_to_be_so() -> None:
    strange = seal(sealing.new_pair().public, b"for another box", INFO, TOKEN)
    with pytest.raises(sealing.SealBroken):
        open_proved(read(strange, INFO), prover(BOX.private, INFO)(strange), BOX.public, INFO)


def test_what_is_no_key_opens_nothing_and_takes_nothing() -> None:
    with pytest.raises(sealing.SealBroken):
        opener(b"short", INFO)
    with pytest.raises(ValueError, match="shared key"):
        seal(bytes(32), b"yes", INFO, TOKEN)
    with pytest.raises(ValueError, match="At most"):
        seal(BOX.public, bytes(20_000), INFO, TOKEN)


def test_were_such_a_key_not_told_at_once_nothing_would_open_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second wall: what such a key has in common with the box is nothing, and the library says so."""
    monkeypatch.setattr(signed_seal, "is_small", lambda key: False)
    key, opened = edwards.encoded(edwards.times(2, OF_EIGHT)), opener(BOX.private, INFO)
    held = 0
    for n in range(1, 60):
        body = b"\x02" + key + bytes(32) + n.to_bytes(8, "big")
        whole = body + edwards.encoded(edwards.times(n, edwards.BASE)) + n.to_bytes(32, "little")
        held += sealing.signature_holds(key, signed_seal._to_sign(body, INFO), whole[-64:])
        with pytest.raises(sealing.SealBroken):
            opened(whole)
    assert held
