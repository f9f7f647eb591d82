"""The operator's `governance cards`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.passes import printing
from governance.ballots.passes.credential import from_code, read_code
from governance.cli import main
from governance.keyfolder import KeyFolder
from governance.ledger import note
from governance.ledger import service as ledger
from tests.ballots.factories import NOW, a_vote


@pytest.fixture
def settings(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)


def run(*arguments: str) -> int:
    with clock.stopped_at(NOW), pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


def test_cards_are_printed_once_and_stand_in_place_of_the_old_ones(
    session: Session, keys: KeyFolder, settings: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vote = a_vote(session, keys)
    session.commit()

    assert run("cards", "1") == 0
    lines = capsys.readouterr().out.splitlines()
    codes = [line.removeprefix("  /vote/1   ") for line in lines if line.startswith("  /vote/1")]
    assert len(codes) == 10
    stubs = [line.removeprefix("  Vote 1   ") for line in lines if line.startswith("  Vote 1   ")]
    assert stubs == [service.stub_of(keys, vote.ballot, read_code(code)) for code in codes]
    assert all(service.ticket(session, keys, vote.ballot, code) for code in codes)
    assert service.ticket(session, keys, vote.ballot, vote.cards[0]) is None
    session.rollback()

    file = tmp_path / "cards.pdf"
    assert run("cards", "1", "--pdf", str(file)) == 0
    assert file.read_bytes().startswith(b"%PDF")
    assert codes[0] not in capsys.readouterr().out


def test_where_no_font_has_the_letters_the_command_makes_no_cards(
    session: Session, keys: KeyFolder, settings: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vote = a_vote(session, keys, question="Tea \U0010fffd?")
    session.commit()
    assert run("cards", "1", "--pdf", str(tmp_path / "cards.pdf")) == 1
    assert "The PDF could not be made, so there are no new cards." in capsys.readouterr().err
    assert not (tmp_path / "cards.pdf").exists()
    assert service.ticket(session, keys, vote.ballot, vote.cards[0]), "the old ones hold"


def test_the_square_on_a_card_is_a_whole_address_or_is_not_there(
    session: Session, keys: KeyFolder, settings: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    a_vote(session, keys)
    session.commit()
    squares: list[str] = []
    monkeypatch.setattr(printing, "_square", lambda text: squares.append(text) or "<svg/>")
    told: list[str] = []
    monkeypatch.setattr(
        printing.typst, "compile", lambda *_, sys_inputs, **__: told.append(sys_inputs["data"]) or b"%PDF"
    )
    file = tmp_path / "cards.pdf"
    file.write_bytes(b"an old one that everybody may read")
    file.chmod(0o644)

    assert run("cards", "1", "--pdf", str(file)) == 0
    assert (squares, file.read_bytes(), file.stat().st_mode & 0o777) == ([], b"%PDF", 0o600)
    assert run("cards", "1", "--pdf", str(file), "--address", "https://voice.example.org/") == 0
    assert {each.partition("#")[0] for each in squares} == {"https://voice.example.org/vote/1"}
    assert {len(each.partition("#")[2]) for each in squares} == {20}
    said = json.loads(told[-1])
    assert (said["vote"], said["keep"].startswith("Tear this off")) == ("Vote 1", True)
    trackers = [
        from_code(card["code"].replace(" ", ""), f"{keys.programme}/ballot-1").tracker for card in said["cards"]
    ]
    assert [card["tracker"].split() for card in said["cards"]] == [[each[:5], each[5:]] for each in trackers]
    capsys.readouterr()
    for wrong in (
        "voice.example.org",
        "https://",
        "https://[",
        "ftp://x.example",
        "https://a:b@voice.example.org",
        "https://x.example#y",
    ):
        assert run("cards", "1", "--address", wrong) == 1
        said = capsys.readouterr()
        assert (said.out, said.err) == ("", "An address looks like: https://voice.example.org. No cards were made.\n")


@pytest.mark.parametrize("address", ["/vote", "https://voice.example.org/vote"])
def test_cards_are_made_with_a_square_and_without(address: str) -> None:
    words = {"title": "Vote 1", "question": "Move?", "lines": ["One."], "alt": "A square.", "lang": "en"} | {
        "vote": "Vote 1",
        "keep": "Keep.",
    }
    assert service.cards_pdf([("7KQ2 M4ZP 9TWX C3HD 5RBN", "ABCDE FGHIJ")], address, words).startswith(b"%PDF")


def test_a_result_is_checked_with_the_key_one_knows_and_with_nothing_that_it_has_not(
    session: Session, keys: KeyFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "no")
    vote.count()
    session.commit()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    file, kept, policy = tmp_path / "vote.json", tmp_path / "kept", tmp_path / "policy"
    file.write_bytes(bundle.whole or b"")
    kept.write_text("a head", encoding="utf-8")
    policy.write_text("quorum none\n", encoding="utf-8")
    key = ledger.verifier_key(keys, "decisions")
    other = str(note.Key(note.read_key(key).name, note.ED25519, bytes(32)))

    assert run("verify", str(file), "--key", key) == 0
    capsys.readouterr()
    for option, given, words in (
        ("--key", other, "another key"),
        ("--since", str(kept), "no past"),
        ("--policy", str(policy), "no witnesses"),
    ):
        assert run("verify", str(file), option, given) == 1
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n"), words in said.err) == ("", 1, True)


def test_a_vote_there_is_not_and_one_that_began_are_one_line(
    session: Session, keys: KeyFolder, settings: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("cards", "7") == 1
    assert capsys.readouterr().err == "There is no vote 7. The numbers are on the board's page of votes.\n"
    vote = a_vote(session, keys)
    vote.cast(None)
    session.commit()
    assert run("cards", "1") == 1
    assert capsys.readouterr().err.startswith("Someone took a card or a pass.")
