"""What one side makes the other side opens: Python and real Chromium, and in it both the browser's curves and ours."""

from __future__ import annotations

import base64
import hashlib
import json
from itertools import combinations
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from governance import sealing
from governance.ballots.papers import seals
from governance.sealing import Share, blind, signed_seal
from tests.browser_crypto.conftest import Run
from tests.sealing.test_blind import issuer, published_issuer

BOTH_WAYS = pytest.mark.parametrize("plain", [False, True], ids=["the browser's", "ours"])
ELECTION = "a-programme/ballot-7"
INFO = f"real-voice ballot v1 {ELECTION}".encode()
SECOND_ISSUER = published_issuer  # The issuers' keys are of different lengths: 2048 and 4096 bits.


def credential(secret: str) -> tuple[bytes, bytes]:
    """The drop token and the seed of a card's code, as Python has them."""

    def derived(label: str) -> bytes:
        return HKDF(SHA256(), 32, None, f"{label} {ELECTION}".encode()).derive(secret.encode())

    return derived("real-voice drop v1"), derived("real-voice ballot key v1")


def test_a_token_blinded_in_the_browser_is_signed_here_and_holds_on_both_sides(run: Run) -> None:
    message = hashlib.sha256(b"a token").digest()
    begun = run(
        """async (spki, message) => {
          window.by = await BallotCrypto.issuer(u(spki));
          window.prepared = BallotCrypto.prepare(u(message));
          window.blinded = await BallotCrypto.blind(by, prepared);
          return [h(prepared), h(blinded.message)];
        }""",
        issuer().public,
        message,
    )
    signed = blind.blind_sign(issuer().private, bytes.fromhex(begun[1]))
    finish = """async (signed, message) => {
      const shown = BallotCrypto.grant(prepared, await BallotCrypto.finalize(by, prepared, u(signed), blinded.inverse));
      return [h(shown), await BallotCrypto.grantHolds(by, u(message), shown)];
    }"""
    shown, holds = run(finish, signed, message)
    assert holds
    assert blind.grant_holds(issuer().public, message, bytes.fromhex(shown))
    assert not blind.grant_holds(issuer().public, message[::-1], bytes.fromhex(shown))
    assert run(f"(...all) => ({finish})(...all).catch(() => 'refused')", signed[::-1], message) == "refused"


def test_a_token_blinded_here_holds_in_the_browser(run: Run) -> None:
    message = hashlib.sha256(b"another token").digest()
    prepared = blind.prepare(message)
    blinded = blind.blind(issuer().public, prepared)
    signed = blind.blind_sign(issuer().private, blinded.message)
    taken_off = run(
        """async (spki, prepared, signed, inverse) =>
          h(await BallotCrypto.finalize(await BallotCrypto.issuer(u(spki)), u(prepared), u(signed), u(inverse)))""",
        issuer().public,
        prepared,
        signed,
        blinded.inverse,
    )
    shown = blind.grant(prepared, blind.finalize(issuer().public, prepared, signed, blinded.inverse))
    assert taken_off == shown[32:].hex()
    check = """async (spki, message, shown) =>
      BallotCrypto.grantHolds(await BallotCrypto.issuer(u(spki)), u(message), u(shown))"""
    assert run(check, issuer().public, message, shown)
    assert not run(check, issuer().public, message, shown[:-1] + bytes([shown[-1] ^ 1]))
    assert not run(check, SECOND_ISSUER().public, message, shown)


@BOTH_WAYS
@pytest.mark.parametrize("length", [0, 508, 509, 4096])
def test_what_the_browser_seals_opens_here_and_the_other_way_round(run: Run, plain: bool, length: int) -> None:
    pair, words = sealing.new_pair(), bytes(range(256)) * 16
    sealed = run(
        "async (to, words, info, own) => h(await BallotCrypto.seal(u(to), u(words), u(info), own))",
        pair.public, words[:length], INFO, plain,
    )  # fmt: skip
    assert sealing.open_sealed(pair.private, bytes.fromhex(sealed), INFO) == words[:length]
    assert len(bytes.fromhex(sealed)) == len(sealing.seal(pair.public, words[:length], INFO))
    opening = (
        """(key, sealed, info, own) => BallotCrypto.openSealed(u(key), u(sealed), u(info), own).then(h, () => "shut")"""
    )
    back = sealing.seal(pair.public, words[:length], INFO)
    assert run(opening, pair.private, back, INFO, plain) == words[:length].hex()
    for wrong in (back[:-1] + bytes([back[-1] ^ 1]), back[1:], b"\x02" + back[1:], b"\x01" + bytes(32) + back[33:]):
        assert run(opening, pair.private, wrong, INFO, plain) == "shut"
    assert run(opening, pair.private, back, INFO + b".", plain) == "shut"
    assert run(opening, sealing.new_key(), back, INFO, plain) == "shut"


@BOTH_WAYS
def test_signatures_hold_on_both_sides(run: Run, plain: bool) -> None:
    pair, words = sealing.new_signer(), b"yes, and here is why"
    signature = run(
        "async (seed, words, own) => h(await BallotCrypto.sign(u(seed), u(words), own))", pair.private, words, plain
    )
    assert bytes.fromhex(signature) == sealing.sign(pair.private, words)
    check = "(...all) => BallotCrypto.signatureHolds(...all.slice(0, 3).map(u), all[3])"
    assert run(check, pair.public, words, sealing.sign(pair.private, words), plain)
    assert not run(check, pair.public, words + b".", sealing.sign(pair.private, words), plain)
    assert not run(check, b"\xff" * 32, words, sealing.sign(pair.private, words), plain)


def test_shares_of_either_side_join_on_the_other(run: Run) -> None:
    secret = sealing.new_key()
    printed = run(
        "async (secret) => Promise.all((await Shares.split(u(secret))).map(Shares.textOf))", secret
    )  # fmt: skip
    for two in combinations(printed, 2):
        assert sealing.join_secret([Share.from_text(text) for text in two]) == secret
    assert [Share.from_text(text).text for text in printed] == printed
    joined = "async (...texts) => h(await Shares.join(await Promise.all(texts.map(Shares.fromText))))"
    ours = [share.text for share in sealing.split_secret(secret)]
    for two in combinations(ours, 2):
        assert run(joined, *two) == secret.hex()
        sloppy = [text.lower().replace(" ", "-").replace("o", "0").replace("i", "1").replace("b", "8") for text in two]
        assert run(joined, *sloppy) == secret.hex()
    again = run("async (text) => Shares.textOf(await Shares.fromText(text))", ours[2])
    assert again == ours[2]


def test_shares_that_do_not_fit_are_named(run: Run) -> None:
    one, two, _ = [share.text for share in sealing.split_secret(sealing.new_key())]
    strange = sealing.split_secret(sealing.new_key())[1].text
    short = sealing.split_secret(b"short")[1].text
    last = "A" if one[-1] != "A" else "E"
    said = """async (...texts) => {
      try { return h(await Shares.join(await Promise.all(texts.map(Shares.fromText)))); }
      catch (trouble) { return trouble instanceof Shares.ShareTrouble ? trouble.message : String(trouble); }
    }"""
    assert run(said, "9" + one, two) == "sign"
    assert run(said, one[:-1] + last, two) == run(said, "", two) == "sum"
    assert run(said, one, one) == "same"
    assert run(said, one, strange) == run(said, one, short) == "apart"
    assert run(said, one) == "same"


def test_a_card_s_code_gives_the_same_credential_on_both_sides(run: Run) -> None:
    code = "ABCDEFGHIJKLMNOP2345"
    made = run(
        """async (typed, election) => {
          const code = BallotPass.readCode(typed), card = await BallotPass.fromCode(code, election);
          const mine = await BallotCrypto.ed25519Public(card.seed);
          return [code, h(card.drop), h(card.seed), await BallotPass.trackerOf(mine)];
        }""",
        "abcd-efgh 1jklmn0p 2345",
        ELECTION,
    )
    drop, seed = credential("ABCDEFGHIJKLMNOP2345")
    public = sealing.hpke.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert made == [code, drop.hex(), seed.hex(), base64.b32encode(hashlib.sha256(public).digest()).decode()[:10]]
    for wrong in ("ABCD", "ABCDEFGHIJKLMNOP2349", "ABCDEFGHIJKLMNOP23455"):
        assert run("BallotPass.readCode", wrong) == ""


def read_ballot(plain: bytes) -> dict[str, Any]:
    """The ballot of a plaintext, after checking what any reader must check."""
    assert len(plain) == 4096
    ballot: dict[str, Any] = json.loads(plain)
    names = {"v", "election", "key", "grants", "seq", "choice", "nonce", "signature"}
    assert set(ballot) == names
    written = json.dumps(ballot, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert plain == written.ljust(4096)
    unsigned = {name: value for name, value in ballot.items() if name != "signature"}
    signed = json.dumps(unsigned, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert sealing.signature_holds(bytes.fromhex(ballot["key"]), signed, base64.b64decode(ballot["signature"]))
    assert len(bytes.fromhex(ballot["nonce"])) == 16
    assert (ballot["v"], ballot["election"]) == (1, ELECTION)
    return ballot


@BOTH_WAYS
@pytest.mark.parametrize("seal", [1, 2])
def test_a_card_s_ballot_made_in_the_browser_opens_here(run: Run, plain: bool, seal: int) -> None:
    box = sealing.new_pair()
    choice = {"choice": "block", "ground": "safety", "named": "Ñandú: “one” 😀"}
    made = run(
        """async (code, election, choice, to, info, ...how) =>
          BallotPass.cast(await BallotPass.fromCode(code, election), choice, u(to), u(info), ...how)""",
        "ABCDEFGHIJKLMNOP2345", ELECTION, choice, box.public, INFO, seal, plain,
    )  # fmt: skip
    drop, seed = credential("ABCDEFGHIJKLMNOP2345")
    assert set(made["fields"]) == {"drop_token", "drop_grants", "sealed"}
    assert made["fields"]["drop_token"] == drop.hex()
    assert json.loads(made["fields"]["drop_grants"]) == []
    sealed = base64.b64decode(made["fields"]["sealed"])
    ballot = read_ballot((sealing if seal == 1 else signed_seal).opener(box.private, INFO)(sealed))
    if seal == 2:
        assert len(sealed) == seals.SEALED_BYTES[seal]
        assert signed_seal.read(sealed, INFO).is_under(drop)
    public = sealing.hpke.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert (ballot["choice"], ballot["grants"], ballot["seq"], ballot["key"]) == (choice, [], 0, public.hex())
    assert made["tracker"] == base64.b32encode(hashlib.sha256(public).digest()).decode()[:10]


def test_a_pass_of_two_issuers_is_collected_kept_printed_and_cast(run: Run) -> None:
    pairs, box = [issuer(), SECOND_ISSUER()], sealing.new_pair()
    spki = [base64.b64encode(pair.public).decode() for pair in pairs]
    draft = run(
        """async (election, spki) => {
          const keys = spki.map(BallotCrypto.fromBase64);
          window.keys = { drop: keys, ballot: keys };
          const draft = await BallotPass.begin(election, window.keys);
          BallotPass.keep(draft);
          return draft;
        }""",
        ELECTION,
        spki,
    )
    signed = {
        purpose: [
            base64.b64encode(blind.blind_sign(pair.private, base64.b64decode(message))).decode()
            for pair, message in zip(pairs, messages, strict=True)
        ]
        for purpose, messages in draft["blinded"].items()
    }
    text, made = run(
        """async (answer, election, to, info) => {
          const pass = await BallotPass.complete(BallotPass.kept(election), keys, answer);
          BallotPass.keep(pass);
          const text = BallotPass.passText(BallotPass.kept(election));
          const again = BallotPass.readPass(text.replace(/(.{60})/g, "$1\\n"));
          if (BallotPass.readPass("RVPASS1 nothing") || BallotPass.readPass("")) throw new Error("nothing is no pass");
          BallotPass.forget(election);
          if (BallotPass.kept(election)) throw new Error("not forgotten");
          const made = await BallotPass.cast(BallotPass.fromPass(again), { choice: "yes" }, u(to), u(info), 2);
          return [BallotPass.passText(again), made];
        }""",
        signed,
        ELECTION,
        box.public,
        INFO,
    )
    ballot = read_ballot(signed_seal.opener(box.private, INFO)(base64.b64decode(made["fields"]["sealed"])))
    token = bytes.fromhex(made["fields"]["drop_token"])
    drop_message = hashlib.sha256(b"real-voice drop v1" + ELECTION.encode() + token).digest()
    key_message = hashlib.sha256(
        b"real-voice ballot key v1" + ELECTION.encode() + bytes.fromhex(ballot["key"])
    ).digest()
    drop_grants = [base64.b64decode(each) for each in json.loads(made["fields"]["drop_grants"])]
    key_grants = [base64.b64decode(each) for each in ballot["grants"]]
    for pair, drop_grant, key_grant in zip(pairs, drop_grants, key_grants, strict=True):
        assert blind.grant_holds(pair.public, drop_message, drop_grant)
        assert blind.grant_holds(pair.public, key_message, key_grant)
        assert not blind.grant_holds(pair.public, key_message, drop_grant)
    assert text.startswith("RVPASS1 ")
    shown = json.dumps(draft["blinded"])
    assert draft["drop"] not in shown
    assert draft["seed"] not in shown


def test_an_answer_that_does_not_hold_makes_no_pass(run: Run) -> None:
    made = run(
        """async (election, spki) => {
          const keys = { drop: [BallotCrypto.fromBase64(spki)], ballot: [BallotCrypto.fromBase64(spki)] };
          const draft = await BallotPass.begin(election, keys);
          return BallotPass.complete(draft, keys, draft.blinded).then(() => "a pass", () => "none");
        }""",
        ELECTION,
        base64.b64encode(issuer().public).decode(),
    )
    assert made == "none"


def test_our_curves_stand_in_only_where_they_are_asked_for(run: Run) -> None:
    """Without this, a test of "the browser's" could be a second test of ours."""
    used = """async (own) => {
      const called = [], before = {}, kind = /^(X|Ed)25519$/;
      for (const name of ["importKey", "exportKey", "sign", "verify", "deriveBits"]) {
        before[name] = SubtleCrypto.prototype[name];
        SubtleCrypto.prototype[name] = function (...all) {
          if (all.some((each) => kind.test(each.name || each))) called.push(name);
          return before[name].apply(this, all);
        };
      }
      try {
        const seed = BallotCrypto.random(32), mine = await BallotCrypto.ed25519Public(seed, own);
        await BallotCrypto.signatureHolds(mine, seed, await BallotCrypto.sign(seed, seed, own), own);
        await BallotCrypto.x25519(seed, await BallotCrypto.x25519Public(seed, own), own);
      } finally { Object.assign(SubtleCrypto.prototype, before); }
      return called;
    }"""
    assert {"importKey", "sign", "verify", "deriveBits"} <= set(run(used, False))
    assert run(used, True) == []
