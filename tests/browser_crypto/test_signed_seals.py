"""Signed seals and their proofs: the browser makes what this side reads, and opens what this side makes."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from governance import sealing
from governance.ballots.papers.envelope import PLAIN_SEAL, SIGNED_SEAL
from governance.sealing import edwards, same_key, signed_seal
from tests.browser_crypto.conftest import Run
from tests.sealing.test_edwards import OF_EIGHT, keys_of

BOTH_WAYS = pytest.mark.parametrize("plain", [False, True], ids=["the browser's", "ours"])
INFO, TOKEN, WORDS = b"real-voice ballot v2 a-programme/ballot-7", bytes(range(32)), b"yes, and here is why"
SEAL = "async (to, words, info, token, own) => h(await SignedSeal.sealSigned(u(to), u(words), u(info), u(token), own))"
OPEN = """async (key, info, own, ...wholes) => {
  const open = await SameKey.openerWithProof(u(key), u(info), own);
  const found = await Promise.all(wholes.map((whole) => open(u(whole))));
  return found.map(({ words, proof }) => [words && h(words), proof && h(proof)]);
}"""


def opened(run: Run, private: bytes, plain: bool, *wholes: bytes) -> list[list[Any]]:
    found: list[list[Any]] = run(OPEN, private, INFO, plain, *wholes)
    return [[each and bytes.fromhex(each) for each in two] for two in found]


@BOTH_WAYS
def test_what_the_browser_seals_and_signs_opens_here(run: Run, plain: bool) -> None:
    for _ in range(4):
        pair = sealing.new_pair()
        whole = bytes.fromhex(run(SEAL, pair.public, WORDS, INFO, TOKEN, plain))
        assert signed_seal.opener(pair.private, INFO)(whole) == WORDS
        found = signed_seal.read(whole, INFO)
        assert found.is_under(TOKEN)
        assert not found.is_under(TOKEN[::-1])
        assert len(whole) == len(signed_seal.seal(pair.public, WORDS, INFO, TOKEN))


@BOTH_WAYS
def test_what_is_sealed_here_opens_in_the_browser_with_a_proof_that_holds_here(run: Run, plain: bool) -> None:
    for _ in range(4):  # Half of all keys are read as the other point.
        pair = sealing.new_pair()
        good, strange = (signed_seal.seal(to.public, WORDS, INFO, TOKEN) for to in (pair, sealing.new_pair()))
        (words, proof), (none, of_none) = opened(run, pair.private, plain, good, strange)
        assert (words, none) == (WORDS, None)
        assert signed_seal.open_proved(signed_seal.read(good, INFO), proof, pair.public, INFO) == WORDS
        with pytest.raises(sealing.SealBroken):
            signed_seal.open_proved(signed_seal.read(strange, INFO), of_none, pair.public, INFO)


@BOTH_WAYS
def test_the_browser_shows_nothing_of_what_is_not_signed(run: Run, plain: bool) -> None:
    pair = sealing.new_pair()
    whole = signed_seal.seal(pair.public, WORDS, INFO, TOKEN)
    multiple = edwards.encoded(edwards.times(7, edwards.decoded(whole[1:33])))
    places = (0, 1, 40, 100, len(whole) - 64, len(whole) - 1)
    flipped = [bytes([*whole[:at], whole[at] ^ 1, *whole[at + 1 :]]) for at in places]
    larger = int.from_bytes(whole[-32:], "little") + edwards.ORDER
    wrong = [
        b"", b"\x02", whole[:-1], whole + b"\0", whole[:1] + multiple + whole[33:], *flipped,
        whole[:-32] + larger.to_bytes(32, "little"), bytes(len(whole)),
    ]  # fmt: skip
    assert opened(run, pair.private, plain, *wrong) == [[None, None]] * len(wrong)


def test_both_sides_draw_the_number_of_a_proof_in_the_same_way(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the chance of both systems fails in the same way, both draw the same number."""
    pair = sealing.new_pair()
    whole = signed_seal.seal(pair.public, WORDS, INFO, TOKEN)
    without_chance = """async (key, info, whole) => {
      crypto.getRandomValues = (bytes) => bytes.fill(0);
      try { return h((await (await SameKey.openerWithProof(u(key), u(info), true))(u(whole))).proof); }
      finally { delete crypto.getRandomValues; }
    }"""
    proof = bytes.fromhex(run(without_chance, pair.private, INFO, whole))
    lot, answer = int.from_bytes(proof[32:64], "little"), int.from_bytes(proof[64:], "little")
    secret = same_key._secret(pair.private, pair.public)
    monkeypatch.setattr("os.urandom", bytes)
    drawn = same_key._nonce(secret, whole[1:33], INFO + hashlib.sha256(whole).digest())
    assert (answer - lot * secret) % edwards.ORDER == drawn


def test_both_sides_refuse_the_same_keys_that_hide_nothing(run: Run) -> None:
    """The eight small points, what is written in another form than its own, and two that are good."""
    small = [edwards.encoded(edwards.times(n, OF_EIGHT)) for n in range(8)]
    other_forms = [(n | 1 << 255).to_bytes(32, "little") for n in (1, 2**255 - 19, 2**255 - 1)]
    mixed = edwards.encoded(edwards.add(OF_EIGHT, edwards.BASE))
    keys = [*small, *other_forms, keys_of(bytes(32))[1], mixed]
    said = run("(...keys) => keys.map((key) => Curves.isSmall(u(key)))", *keys)
    assert said == [edwards.is_small(each) for each in keys] == [True] * 11 + [False] * 2


@BOTH_WAYS
def test_the_browser_shows_nothing_of_a_seal_that_a_small_point_signed(run: Run, plain: bool) -> None:
    """Anybody signs with one: the point that is nothing, beside itself and the number 0, is a signature of all."""
    nothing = edwards.encoded(edwards.times(8, OF_EIGHT))
    whole = b"\x02" + nothing + bytes(32 + 100) + nothing + bytes(32)
    assert opened(run, sealing.new_pair().private, plain, whole) == [[None, None]]


def test_a_key_reads_as_one_of_the_other_kind_in_the_browser_too(run: Run) -> None:
    for n in range(4):
        _, own, other = keys_of(bytes([n]) * 32)
        assert run("(key) => h(Curves.toMontgomery(u(key)))", own) == other.hex()
        back = run("(key) => h(Curves.encoded(Curves.fromMontgomery(u(key))))", other)
        assert back == edwards.encoded(edwards.from_montgomery(other)).hex()


def test_both_sides_name_the_seals_by_the_same_numbers(run: Run) -> None:
    assert (1, run("() => SignedSeal.VERSION")) == (PLAIN_SEAL, SIGNED_SEAL)
