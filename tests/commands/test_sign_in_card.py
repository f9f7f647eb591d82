"""The only person who keeps the cards has lost theirs: two recovery shares give a new one."""

from __future__ import annotations

import re

from sqlalchemy import select

from governance import sealing
from governance.ledger.models import Leaf
from governance.people import service as people
from tests.commands.conftest import Run
from tests.factories import NOW, Founded
from tests.people.factories import told_to_members


def shares(founded: Founded) -> str:
    return "".join(f"{share.text}\n" for share in founded.shares[1:])


def opens(founded: Founded, alias: str, words: str) -> bool:
    signed_in = people.sign_in(founded.session, alias, people.stretch(founded.keys, alias, words), NOW)
    founded.session.rollback()
    return signed_in is not None


def test_a_lost_card_of_the_admin_is_replaced(founded: Founded, run: Run) -> None:
    old = founded.cards["Moss"].passphrase
    status, said = run("sign-in-card", "Moss", typed=shares(founded))
    found = re.search(r"^Moss: (.+)$", said, re.MULTILINE)
    assert (status, bool(found)) == (0, True), said
    assert found
    assert opens(founded, "Moss", found[1])
    told = told_to_members(founded.session, 1)
    assert told == ["Moss gets a new card for a lost one. Two recovery shares were typed in for it."]
    line = founded.session.scalars(
        select(Leaf.body).where(Leaf.log == "decisions").order_by(Leaf.number.desc())
    ).first()
    founded.session.rollback()
    assert line
    assert '"kind":"power"' in line
    assert "Moss" not in line
    assert not opens(founded, "Moss", old)


def test_one_person_alone_gets_no_card_of_somebody_else(founded: Founded, run: Run) -> None:
    others = "".join(f"{share.text}\n" for share in sealing.split_secret(sealing.new_pair().private)[:2])
    for name, typed, sentence in (
        ("Moss", others, "These shares are of another programme."),
        ("Moss", f"{founded.shares[0].text}\n" * 2, "Give two or more different shares."),
        ("Mos", shares(founded), "Nobody here is called 'Mos'."),
    ):
        status, said = run("sign-in-card", name, typed=typed)
        assert (status, sentence in said.splitlines()[-1]) == (1, True), said
    assert opens(founded, "Moss", founded.cards["Moss"].passphrase)
