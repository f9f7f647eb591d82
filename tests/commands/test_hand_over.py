"""`governance shares`: three people at one terminal, one after another, each with words of their own."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.programme import founding
from tests.commands.conftest import Run
from tests.factories import NOW, PLAN, Founded
from tests.hand_over import enter, make_own_words

SHARE = re.compile(r"^  ((?:[A-Z2-7]{1,4} ?){8,})$", re.MULTILINE)


@pytest.fixture
def own(
    app: Flask, session: Session, keys: KeyFolder, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:  # fmt: skip
    """A programme as `init` founds it, and the own words of three; a fourth has the printed ones."""
    keys.clear()
    with clock.stopped_everywhere(NOW):
        founded = founding.found(session, keys, PLAN, NOW)
        session.commit()
        keys.end_founding()
        words = {card.alias: card.passphrase for card in founded.cards}
        for alias in ("Ash", "Birch", "Moss"):
            words[alias] = make_own_words(enter(app, alias, words[alias]))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return words


def typed(own: dict[str, str], *aliases: str) -> str:
    return "".join(f"{alias}\n{own[alias]}\n" for alias in aliases)


def test_three_take_one_each_and_the_fourth_finds_none(own: dict[str, str], run: Run, keys: KeyFolder) -> None:
    status, said = run("shares", typed=typed(own, "Ash", "Birch", "Moss"))
    shares = [sealing.Share.from_text(text) for text in SHARE.findall(said)]
    assert (status, len(shares), said.splitlines()[-1]) == (0, 3, "Nothing waits here. Run: governance doctor")
    assert sealing.public_of(sealing.join_secret(shares[::2])) == keys.need(RECOVERY)
    assert not list(keys.names("share-"))
    assert "Share" not in run("shares")[1]


@pytest.mark.of_one_database
def test_one_may_come_today_and_the_others_later(own: dict[str, str], run: Run) -> None:
    status, said = run("shares", typed=typed(own, "Ash") + "\n")
    assert (status, len(SHARE.findall(said))) == (0, 1)
    assert "1 of 3 shares are with people." in said
    assert len(SHARE.findall(run("shares", typed=typed(own, "Birch", "Moss"))[1])) == 2


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    ("aliases", "sentence"),
    [
        (("Cedar",), "Somebody else printed these words. Cedar signs in first"),
        (("Ash", "Ash"), "You have a share already."),
    ],
)
def test_whoever_may_not_take_one_is_told_why(
    own: dict[str, str], run: Run, aliases: tuple[str, ...], sentence: str
) -> None:
    status, said = run("shares", typed=typed(own, *aliases))
    assert (status, len(SHARE.findall(said))) == (1, len(aliases) - 1)
    assert sentence in said.splitlines()[-1]


@pytest.mark.of_one_database
def test_where_an_older_version_printed_them_nothing_waits(founded: Founded, run: Run) -> None:
    assert run("shares") == (0, "The shares of this programme were printed when it began.\n"
                                "Nothing waits here. Run: governance doctor")  # fmt: skip
