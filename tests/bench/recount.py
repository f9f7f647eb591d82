"""`make bench ARGS=recount`: checking and counting again the result of a vote with a million ballots, on one core.

The bundle is invented but holds in every part: each ballot is signed, let in by a card or by a pass that was signed
blind, and stands under a root in a signed ledger. The check is the one-file verifier in a process of its own, as
anybody would run it. `make bench ARGS="recount 50000"` takes another number of ballots.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from governance.ballots.bundle import manifests, recounting
from governance.ballots.bundle.building import Lists, build
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.one_file import verifier, verifier_hash
from governance.ballots.calling.kinds import Kind
from governance.ballots.papers import envelope
from governance.ballots.passes.credential import Credential, election_id, key_message
from governance.board.charter import Charter
from governance.counting.decided import YesNo
from governance.counting.irv import InstantRunoff
from governance.ledger import note
from governance.ledger.rules import inclusion_proof, leaf_hash, origin, root_of
from governance.sealing import blind

MANY, BY_PASS = 1_000_000, 20_000  # Signing a pass takes a millisecond, so there are fewer; the cost grows evenly.
SECONDS, MEGABYTES = 600, 2000  # Goals (docs/design.md 9).
PROGRAMME, SALT, PRIVATE = "bench", bytes(16), bytes(range(32))
ELECTION = election_id(PROGRAMME, 1)
OPTIONS = [f"Option {number}" for number in range(10)]
COUNTING_KEY = (9).to_bytes(32, "little").hex()  # A counting key that nothing here is sealed to.
Grant = Callable[[Credential], list[str]]


def credentials(many: int) -> Iterator[Credential]:
    """Yield invented credentials."""
    for number in range(many):
        yield Credential(*(hashlib.sha256(b"%s %d" % (what, number)).digest() for what in (b"drop", b"seed")))


def passes() -> tuple[dict[str, Any], Grant]:
    """Return an issuer as the manifest names it, and what signs as it does, without the blind that comes off again."""
    pair = blind.new_issuer()
    private = load_der_private_key(pair.private, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    zero_salt = padding.PSS(padding.MGF1(hashes.SHA384()), blind.PASSES.salt_bytes)

    def grant(credential: Credential) -> list[str]:
        prepared = blind.prepare(key_message(ELECTION, credential.public))
        shown = blind.grant(prepared, private.sign(prepared, zero_salt, hashes.SHA384()))
        return [base64.b64encode(shown).decode()]

    public = base64.b64encode(pair.public).decode()
    return {"kind": manifests.BLIND, "variant": blind.PASSES.name, "drop": public, "key": public}, grant


def in_bytes(words: Sequence[str]) -> list[bytes]:
    """Return the bytes of words in hexadecimal."""
    return list(map(bytes.fromhex, words))


def manifest(
    voters: int, lists: Lists, issuers: Sequence[dict[str, Any]], *, ranked: bool, sizes: bool = False
) -> dict[str, Any]:
    """Return a manifest with all that a check looks at. *sizes*: it tells them, as one of an older version does."""
    older = {"roll_size": voters, "cards": {"made": 0}} if sizes else {}
    yes_no = YesNo(at_least_yes=3)
    rule, options = (InstantRunoff(), OPTIONS) if ranked else (yes_no, list(yes_no.words))
    return {
        "election": ELECTION,
        "ballot": 1,
        "vote": Kind.RANKED if ranked else "majority",
        "binding": True,
        "named": False,
        "options": options,
        "question": "Which first?",
        "rule": rule.to_manifest(),
        "charter": manifests.charter_as_data(Charter(), 1),
        "second_check": False,
        "only_lived": False,
        **manifests.roll_as_data(older, SALT, voters),
        "voters": manifests.commitment(SALT, {"lived": voters}),
        "cards": manifests.cards_as_data(older, in_bytes(lists.drops), in_bytes(lists.keys)),
        "issuers": list(issuers),
        "counting_key": COUNTING_KEY,
        "seal": envelope.SIGNED_SEAL,
        "key_holders": manifests.APART,
        "verifier": verifier_hash(),
    }


def in_the_ledger(fixed: dict[str, Any], box: dict[str, Any]) -> dict[str, Any]:
    """Return a ledger of two entries, the manifest and the box, and its signed head."""
    leaves = [leaf_hash(manifests.leaf_body(*each)) for each in ((fixed, "manifest"), (box, "box"))]
    name = origin(PROGRAMME, "decisions")
    head = note.Checkpoint(name, len(leaves), root_of(leaves))
    proofs = [[each.hex() for each in inclusion_proof(leaves, number)] for number in range(len(leaves))]
    return {
        "key": note.verifier_key(name, note.public_key(PRIVATE)),
        "checkpoint": note.sign(head.text(), name, PRIVATE),
        "manifest": {"number": 0, "proof": proofs[0]},
        "box": {"number": 1, "proof": proofs[1]},
    }


def choices(many: int, *, ranked: bool) -> Iterator[dict[str, str]]:
    """Yield what is marked: yes or no, or a ranking of some of the options, drawn by lot."""
    chance = random.Random(7)
    for number in range(many):
        order = chance.sample(range(len(OPTIONS)), chance.randint(1, len(OPTIONS)))
        one_word = {"choice": "no" if number % 3 == 0 else "yes"}
        yield {f"p{place}": str(each) for place, each in enumerate(order, 1)} if ranked else one_word


def a_bundle(
    many: int, *, by_pass: bool = False, ranked: bool = False, sums: bool = True, sizes: bool = False
) -> bytes:
    """Return a bundle of *many* ballots, with cards for all of them or a pass for each; yes or no, or *ranked*.

    *sums*: whether those of the roll were fixed when the box was closed. *sizes*: the manifest tells them.
    """
    issuer, grant = passes() if by_pass else ({}, lambda credential: [])
    cards = () if by_pass else tuple(credentials(many + many // 2))
    lists = Lists(
        sorted(each.drop_tag.hex() for each in cards), sorted(each.key_tag.hex() for each in cards), voided_fixed=sums
    )  # fmt: skip
    found, boxed = recounting.SortedOut(), []
    for credential, choice in zip(credentials(many), choices(many, ranked=ranked), strict=True):
        plain = envelope.signed(credential, ELECTION, choice, grants=grant(credential))
        boxed.append(hashlib.sha256(plain).digest())
        found.counted.append(json.loads(plain))
    found.counted.sort(key=recounting.tracker)
    handed_out = sorted(hashlib.sha256(b"issued %d" % number).hexdigest() for number in range(many))
    roll = {
        "active": {"lived": many}, "passes": {"lived": many}, "stepped_out": {}, "salt": SALT.hex(),
        "issued": handed_out,
    }  # fmt: skip
    box = {"ballot": 1, "root": manifests.root(boxed), "issued": manifests.root(map(bytes.fromhex, handed_out))}
    if sums:
        roll["sums_salt"] = SALT.hex()
        box["sums"] = recounting.commitment_to_sums(roll)
        box["voided"] = recounting.commitment_to_voided(roll["sums_salt"], lists.voided)
    fixed = manifest(many, lists, [issuer] if by_pass else [], ranked=ranked, sizes=sizes)
    return canonical(
        build(fixed, in_the_ledger(fixed, box), lists, recounting.tally(fixed, boxed, found, roll), signed)
    )


def signed(text: str) -> str:
    """Return a note of the invented ledger."""
    return note.sign(text, text.partition("\n")[0], PRIVATE)


def write(path: Path, many: int, by_pass: bool, ranked: bool) -> None:
    """Invent a bundle and write it; in a process of its own, as it takes gigabytes."""
    path.write_bytes(a_bundle(many, by_pass=by_pass, ranked=ranked))


def measured(path: Path, many: int, *, by_pass: bool = False, ranked: bool = False) -> str:
    """Make a bundle, check it with the verifier, and return what that took."""
    began = time.perf_counter()
    maker = get_context("spawn").Process(target=write, args=(path, many, by_pass, ranked))
    maker.start()
    maker.join()
    making = time.perf_counter() - began
    alone = path.with_name("verifier.py")
    alone.write_text(verifier(), encoding="utf-8")
    command = [sys.executable, "-m", "tests.bench.recount", "check", str(alone), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The check of an invented bundle failed: {done.stdout}{done.stderr}")
    seconds, megabytes, said = done.stdout.split("\n", 2)
    goal = "ok" if float(seconds) * MANY / many < SECONDS and int(megabytes) < MEGABYTES else "below"
    return (
        f"{many:>9,} {'rankings' if ranked else 'yes or no'} by {'pass' if by_pass else 'card'}: {float(seconds):.1f} s"
        f" ({float(seconds) / many * 1e6:.0f} µs each), {megabytes} MB; {goal}"
        f" ({path.stat().st_size / 1e6:.0f} MB, made in {making:.0f} s; {said.split(chr(10))[2]})"
    )


def check(alone: str, path: str) -> None:
    """Run the verifier once, and print the seconds of the processor, the most memory it held, and what it said."""
    done = subprocess.run([sys.executable, "-I", alone, path], capture_output=True, text=True, check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{used.ru_utime + used.ru_stime}\n{used.ru_maxrss // 1024}\n{done.stdout}{done.stderr}")
    sys.exit(done.returncode)


def main() -> None:
    """Make, check, print."""
    if sys.argv[1:2] == ["check"]:
        check(*sys.argv[2:])
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    print(f"The verifier in one file, one core. Goal for {MANY:,}: {SECONDS} s, {MEGABYTES} MB.\n")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "bundle.json"
        print(measured(path, min(BY_PASS, many), by_pass=True), flush=True)
        print(measured(path, many), flush=True)
        print(measured(path, many, ranked=True), flush=True)


if __name__ == "__main__":
    main()
