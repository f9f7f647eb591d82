"""`governance cards`: the two people of the page make the cards at a terminal."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.passes import printing
from governance.ballots.passes.credential import from_code, read_code
from governance.cli import main
from governance.keys.keyfolder import KeyFolder
from governance.ledger import note
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.people import service as people
from governance.people.models import Asked
from governance.permissions.roles import Role
from tests.ballots.factories import NOW, Vote, a_vote
from tests.people.factories import a_card, signed_in, told_to_members


@pytest.fixture
def settings(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)


def run(*arguments: str) -> int:
    with clock.stopped_at(NOW), pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


@dataclass
class Terminal:
    """A vote, who runs it, and what people type where nobody sees it."""

    session: Session
    keys: KeyFolder
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    vote: Vote
    facilitator: people.Card

    @property
    def teller(self) -> people.Card:
        return self.vote.tellers[0]

    def run(self, *arguments: str, by: Sequence[people.Card] | None = None) -> int:
        """Make the cards of the vote, by these people: who runs it and a teller, if none are named."""
        both = (self.facilitator, self.teller) if by is None else by
        typed = "".join(f"{each.alias}\n{each.passphrase}\n" for each in both)
        self.monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        self.session.commit()
        return run("cards", "1", *arguments)

    def said(self) -> str:
        """What stands on the terminal, but for what it asked."""
        found = self.capsys.readouterr()
        return re.sub(r"(Name of who|The five words)[^:]*: ", "", found.out + found.err).strip()

    def manifests(self) -> int:
        """How many manifests of votes the ledger has."""
        found = self.session.scalar(select(func.count()).where(Leaf.body.contains('"kind":"manifest"'))) or 0
        self.session.rollback()
        return found

    def told(self) -> list[str]:
        """What members are told."""
        found = told_to_members(self.session, 50)
        self.session.rollback()
        return found

    def old_ones_hold(self) -> bool:
        found = service.ticket(self.session, self.keys, self.vote.ballot, self.vote.cards[0]) is not None
        self.session.rollback()
        return found


@pytest.fixture
def make_terminal(
    session: Session, keys: KeyFolder, settings: None, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Terminal]:  # fmt: skip
    """Call a vote with these words, and sit down at the terminal."""

    def made(**words: str) -> Terminal:
        facilitator = a_card(session, keys, Role.FACILITATOR)
        return Terminal(session, keys, monkeypatch, capsys, a_vote(session, keys, **words), facilitator)

    return made


@pytest.mark.on_both
def test_one_hand_at_the_terminal_makes_no_cards(make_terminal: Callable[..., Terminal]) -> None:
    at = make_terminal()
    other = a_card(at.session, at.keys, Role.FACILITATOR)
    both = a_card(at.session, at.keys, Role.FACILITATOR, Role.TELLER)
    member = a_card(at.session, at.keys, Role.MEMBER)
    printed = people.new_account(at.session, at.keys, alias="New here", roles=frozenset({Role.TELLER}))
    at.session.commit()
    before = at.manifests()
    for by, words in (
        ((), "Stopped."),
        ((at.facilitator,), ""),
        ((at.facilitator, at.facilitator), "Another person must agree."),
        ((both, both), "Another person must agree."),
        ((at.facilitator, other), "Who runs the vote asks."),
        ((at.facilitator, member), "Who runs the vote asks."),
        ((at.teller, at.facilitator), "Who runs the vote asks."),
        ((at.facilitator, printed), "Somebody else printed these words."),
    ):
        assert at.run(by=by) != 0
        said = at.said()
        assert words in said
        assert "/vote/1" not in said
        assert at.old_ones_hold()
    assert at.manifests() == before
    assert at.told() == []
    assert at.session.scalars(select(Asked)).all() == [], "what failed asks nobody for anything"
    at.session.rollback()
    assert at.run() == 0
    assert not at.old_ones_hold()
    assert at.manifests() == before + 1
    (line,) = at.told()
    assert f"{at.facilitator.alias} asked, {at.teller.alias} agreed" in line


def test_what_was_agreed_to_on_a_page_is_carried_out_by_who_asked_alone(
    make_terminal: Callable[..., Terminal],
) -> None:
    at = make_terminal()
    asks, agrees = (signed_in(at.session, at.keys, card, NOW).who for card in (at.facilitator, at.teller))
    service.ask_for_cards(at.session, at.keys, asks, at.vote.ballot, NOW, NOW.date())
    (request,) = people.requests_of(at.session, at.keys, agrees, NOW.date())
    other = a_card(at.session, at.keys, Role.FACILITATOR)
    assert at.run(by=(at.facilitator,)) != 0, "asked for, and nobody has agreed"
    assert at.old_ones_hold()
    people.agree(at.session, at.keys, agrees, request.id, request.mark, NOW.date())
    assert at.run(by=(other, at.teller)) == 1, "somebody else asked"
    assert "Somebody asked for this already." in at.said()
    assert at.old_ones_hold()
    assert at.run(by=(at.facilitator,)) == 0
    assert not at.old_ones_hold()
    assert at.run(by=(at.facilitator,)) != 0, "once"


def test_cards_are_printed_once_and_stand_in_place_of_the_old_ones(
    make_terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    at = make_terminal()
    session, keys, vote = at.session, at.keys, at.vote

    assert at.run() == 0
    lines = at.capsys.readouterr().out.splitlines()
    codes = [line.removeprefix("  /vote/1   ") for line in lines if line.startswith("  /vote/1")]
    assert len(codes) == 10
    stubs = [line.removeprefix("  Vote 1   ") for line in lines if line.startswith("  Vote 1   ")]
    assert stubs == [service.stub_of(keys, vote.ballot, read_code(code)) for code in codes]
    assert all(service.ticket(session, keys, vote.ballot, code) for code in codes)
    session.rollback()
    assert not at.old_ones_hold()

    file = tmp_path / "cards.pdf"
    assert at.run("--pdf", str(file)) == 0
    assert file.read_bytes().startswith(b"%PDF")
    assert codes[0] not in at.said()


def test_where_no_font_has_the_letters_the_command_makes_no_cards(
    make_terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    at = make_terminal(question="Tea \U0010fffd?")
    assert at.run("--pdf", str(tmp_path / "cards.pdf")) == 1
    assert "The PDF could not be made, so there are no new cards." in at.said()
    assert not (tmp_path / "cards.pdf").exists()
    assert at.old_ones_hold()


def test_the_square_on_a_card_is_a_whole_address_or_is_not_there(
    make_terminal: Callable[..., Terminal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = make_terminal()
    squares: list[str] = []
    monkeypatch.setattr(printing, "_square", lambda text: squares.append(text) or "<svg/>")
    told: list[str] = []
    monkeypatch.setattr(
        printing.typst, "compile", lambda *_, sys_inputs, **__: told.append(sys_inputs["data"]) or b"%PDF"
    )
    file = tmp_path / "cards.pdf"
    file.write_bytes(b"an old one that everybody may read")
    file.chmod(0o644)

    assert at.run("--pdf", str(file)) == 0
    assert (squares, file.read_bytes(), file.stat().st_mode & 0o777) == ([], b"%PDF", 0o600)
    assert at.run("--pdf", str(file), "--address", "https://voice.example.org/") == 0
    assert {each.partition("#")[0] for each in squares} == {"https://voice.example.org/vote/1"}
    assert {len(each.partition("#")[2]) for each in squares} == {20}
    said = json.loads(told[-1])
    assert (said["vote"], said["keep"].startswith("Tear this off")) == ("Vote 1", True)
    trackers = [
        from_code(card["code"].replace(" ", ""), f"{at.keys.programme}/ballot-1").tracker for card in said["cards"]
    ]
    assert [card["tracker"].split() for card in said["cards"]] == [[each[:5], each[5:]] for each in trackers]
    at.said()
    for wrong in (
        "voice.example.org",
        "https://",
        "https://[",
        "ftp://x.example",
        "https://a:b@voice.example.org",
        "https://x.example#y",
    ):
        assert at.run("--address", wrong) == 1
        assert at.said() == "An address looks like: https://voice.example.org. No cards were made."


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
