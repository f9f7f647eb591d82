"""What a count rests on that no check can prove: `verify`, the verifier in one file and the pages tell the same."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.ballots import service
from governance.ballots.bundle import manifests, trust
from governance.ballots.bundle.trust import Trust
from governance.ballots.bundle.verdict import report
from governance.ballots.result.disclosure import Disclosure
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.ballots.factories import AFTER, Vote, a_vote, some_issuers
from tests.ballots.test_box_told import ELEVEN, MEMBERS_PAGE, PUBLIC_PAGE, TWELVE, words
from tests.ballots.test_named import a_named_vote
from tests.ballots.test_named import cast as cast_by_name

# What is told is read from a bundle. `test_bundle` and `test_every_kind` make bundles on both databases.

EVERY = [*(each for each in vars(trust).values() if isinstance(each, Trust)), *trust.KEY_HOLDERS.values()]
OF_THE_SERVER, APART = trust.KEY_HOLDERS[manifests.ON_THE_SERVER], trust.KEY_HOLDERS[manifests.APART]
PAIR = sealing.new_pair()
SignIn = Callable[..., Any]


def cast(vote: Vote) -> Vote:
    vote.cast(*ELEVEN, "no")  # As many as there are members.
    return vote


def counted(vote: Vote) -> Vote:
    cast(vote).count()
    return vote


def small(session: Session, keys: KeyFolder) -> Vote:
    return counted(a_vote(session, keys))


def seen_by_everyone(session: Session, keys: KeyFolder) -> Vote:
    return counted(a_vote(session, keys, classes=TWELVE))


def seen_by_no_one(session: Session, keys: KeyFolder) -> Vote:
    return counted(a_vote(session, keys, classes=TWELVE, disclosure=Disclosure.OUTCOME))


def signed_blind(session: Session, keys: KeyFolder) -> Vote:
    return counted(a_vote(session, keys, classes=TWELVE, issuers=some_issuers()))


def opened_apart(session: Session, keys: KeyFolder) -> Vote:
    vote = cast(a_vote(session, keys, classes=TWELVE, counting_key=PAIR.public))
    _, opened = vote.opened_apart(PAIR.private)
    sent = io.BytesIO(json.dumps(opened).encode())
    service.count_opened(session, keys, vote.ballot, vote.tellers[0].account_id, sent, AFTER)
    return vote


def by_name(session: Session, keys: KeyFolder) -> Vote:
    vote = a_named_vote(session, keys)
    cast_by_name(vote, "yes", "yes", "yes", "no")
    vote.count()
    return vote


SECRET = {trust.ONE_ISSUER, trust.SERVER_PASSES, trust.CARDS, trust.PAPERS, trust.SEALED_HERE}
NAMED = {trust.BY_NAME, trust.NAMES_SEALED_HERE}
# What everyone reads, and what members read, of each kind of vote.
VOTES: list[tuple[Callable[..., Vote], set[Trust], set[Trust]]] = [
    (small, {OF_THE_SERVER, *SECRET, trust.EXCHANGED, trust.FOR_MEMBERS}, {OF_THE_SERVER, *SECRET, trust.EXCHANGED}),
    (seen_by_everyone, {OF_THE_SERVER, *SECRET, trust.EXCHANGED}, {OF_THE_SERVER, *SECRET, trust.EXCHANGED}),
    (seen_by_no_one, {OF_THE_SERVER, *SECRET, trust.FOR_NO_ONE}, {OF_THE_SERVER, *SECRET, trust.FOR_NO_ONE}),
    (signed_blind, {OF_THE_SERVER, *SECRET, trust.EXCHANGED}, {OF_THE_SERVER, *SECRET, trust.EXCHANGED}),
    (opened_apart, {APART, *SECRET, trust.EXCHANGED}, {APART, *SECRET, trust.EXCHANGED}),
    (by_name, {OF_THE_SERVER, *NAMED, trust.EXCHANGED}, {OF_THE_SERVER, *NAMED, trust.EXCHANGED}),
]


def said_in(body: bytes) -> set[Trust]:
    holds, lines = report(body)
    assert holds, lines
    return {each for each in EVERY if each.said in lines}


def told_on(page: Any) -> set[Trust]:
    folded = words(page).partition("What this count trusts")[2]
    return {each for each in EVERY if each.told in folded}


@pytest.mark.parametrize(("made", "everyone", "members"), VOTES, ids=[each[0].__name__ for each in VOTES])
def test_the_pages_tell_what_the_check_says(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn, made: Callable[..., Vote],
    everyone: set[Trust], members: set[Trust],
) -> None:  # fmt: skip
    vote = made(session, keys)
    session.commit()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    with clock.stopped_at(AFTER):
        at = f"/{vote.ballot.number}"
        public = client.get(PUBLIC_PAGE.replace("/1", at))
        work = sign_in(Role.MEMBER).get(MEMBERS_PAGE.replace("/1", at))
    assert told_on(public) == said_in(bundle.public) == everyone
    assert "<p></p>" not in "".join(public.text.split()), "nothing is drawn where nothing is said"
    assert ("was made away from this server. Two of three" in words(public)) is (made is opened_apart)
    assert told_on(work) == members
    if made is not seen_by_no_one:
        assert said_in(bundle.whole or b"") == members


def test_before_the_count_nothing_is_said_of_it(session: Session, keys: KeyFolder, client: Any) -> None:
    cast(a_vote(session, keys))
    session.commit()
    with clock.stopped_at(AFTER):
        page = words(client.get(PUBLIC_PAGE))
    assert "What this count trusts" not in page
    assert "people must trust" in page


def test_the_verifier_in_one_file_prints_the_same_lines(session: Session, keys: KeyFolder, tmp_path: Path) -> None:
    vote = small(session, keys)
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    alone = tmp_path / "verifier.py"
    alone.write_text(service.verifier(), encoding="utf-8")
    for name, body in (("public.json", bundle.public), ("whole.json", bundle.whole or b"")):
        (tmp_path / name).write_bytes(body)
        asked = [sys.executable, "-I", str(alone), str(tmp_path / name)]
        done = subprocess.run(asked, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines() == report(body)[1]


def issuers(many: int, by_server: bool) -> list[dict[str, str]]:
    kinds = [manifests.BLIND] * many + [manifests.BY_SERVER] * by_server
    return [{"kind": kind} for kind in kinds]


def test_each_assumption_is_made_by_some_vote_and_none_twice() -> None:
    met: set[Trust] = set()
    for holders, named, many, by_server, cards, sums, voided, seen, is_whole, of_words in product(
        trust.KEY_HOLDERS, (False, True), range(3), (False, True), (False, True), (False, True), (False, True),
        Disclosure, (False, True), ({}, {"words": "0" * 64}),
    ):  # fmt: skip
        fixed = {name for name, there in (("sums", sums), ("voided", voided)) if there}
        manifest = {
            "key_holders": holders, "named": named, "issuers": issuers(many, by_server), "disclosure": seen.value,
            "cards": {"drops": manifests.root([b"a card"] * cards)}, **of_words,
        }  # fmt: skip
        found = trust.trusts(manifest, fixed, is_whole=is_whole)
        met |= set(found)
        assert len(found) == len(set(found))
        assert trust.KEY_HOLDERS[holders] is found[0]
        assert (trust.BY_NAME in found) is (trust.NAMES_SEALED_HERE in found) is named
        assert (trust.SEALED_HERE in found) is not named
        assert (trust.PAPERS in found) is (cards and not named)
        assert (trust.TWO_ISSUERS in found) is (many == 2 and not named)
        assert (trust.SUMS_NOT_FIXED in found) is not sums
        assert (trust.VOIDED_NOT_FIXED in found) is (cards and not voided)
        assert (trust.WORDS_NOT_FIXED in found) is (not of_words)
        assert (trust.FOR_NO_ONE in found) is (seen is Disclosure.OUTCOME)
        assert (trust.FOR_MEMBERS in found) is (seen is not Disclosure.OUTCOME and not is_whole)
    assert met == set(EVERY)
    assert len({each.said for each in EVERY}) == len({each.told for each in EVERY}) == len(EVERY)


def test_a_manifest_of_the_first_form_is_told_as_it_was() -> None:
    assert trust.trusts({}, (), is_whole=False)[0] is OF_THE_SERVER
