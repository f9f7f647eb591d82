"""`governance words`: a language goes out to be checked and comes back, whole or not at all."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from governance.cli import commands
from governance.frame import checked
from governance.frame.checked import StringState
from governance.ledger import service as ledger
from governance.places.models import HelpCard, LegalLimit, Programme
from governance.places.rules import NEEDED
from governance.programme import accounting
from governance.ruling.errors import NotReady
from tests.commands.conftest import Run as ByHand
from tests.factories import TODAY, Founded
from tests.people.factories import told_to_members

Run = Callable[..., Result]


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the French words, where the command looks for them."""
    folder = tmp_path / "translations"
    shutil.copytree(checked.CATALOGUES / "fr", folder / "fr")
    monkeypatch.setattr(checked, "CATALOGUES", folder)
    return folder / "fr" / "LC_MESSAGES"


@pytest.fixture
def words(catalogues: Path) -> Run:
    def run(*arguments: object) -> Result:
        return CliRunner().invoke(commands, ["words", *map(str, arguments)])

    return run


def refused(result: Result) -> str:
    assert isinstance(result.exception, NotReady)
    (line,) = str(result.exception).splitlines()
    return line


@pytest.mark.parametrize("kind", ["po", "csv"])
def test_what_goes_out_comes_back_as_it_was(words: Run, catalogues: Path, tmp_path: Path, kind: str) -> None:
    before = (catalogues / "messages.po").read_bytes()
    assert "sentences are in" in words("export", "fr", tmp_path / f"out.{kind}").output
    assert words("import", "fr", tmp_path / f"out.{kind}").output.startswith("New or newly checked sentences: 0.")
    assert (catalogues / "messages.po").read_bytes() == before


def test_a_sentence_that_was_bettered_in_a_spreadsheet_is_shown_and_its_state_kept(
    words: Run, catalogues: Path, tmp_path: Path
) -> None:
    table = tmp_path / "fr.csv"
    words("export", "fr", table)
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines(keepends=True)))
    for row in rows:
        row["state"] = StringState.PEER.value
        if row["english"] == "Help now":
            row["fr"] = "De l’aide"
    write(table, rows)
    assert "Restart the program" in words("import", "fr", table).output
    assert checked.least((catalogues / "messages.po").read_text("utf-8")) is StringState.PEER, "it is a draft no more"
    with (catalogues / "messages.mo").open("rb") as compiled:
        assert read_mo(compiled)["Help now"].string == "De l’aide"


def write(table: Path, rows: list[dict[str, str]]) -> None:
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fr": "Semaine"}, "it needs %(day)s, and has none"),
        ({"fr": "<b>Semaine</b> du %(day)s"}, "it has a <, > or &"),
        ({"fr": " "}, "has no translation"),
        ({"english": "Week of %(days)s"}, "is no sentence of this version"),
        ({"state": "perfect"}, "its state is none of"),
        ({"form": "0"}, "is no sentence of this version|has no translation|twice|form"),
    ],
)
def test_one_wrong_line_is_named_and_nothing_is_written(
    words: Run, catalogues: Path, tmp_path: Path, change: dict[str, str], said: str
) -> None:
    table, before = tmp_path / "fr.csv", (catalogues / "messages.po").read_bytes()
    words("export", "fr", table)
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines(keepends=True)))
    rows[0]["fr"] = "Changed as well"
    if "form" not in change:
        next(row for row in rows if row["english"] == "Week of %(day)s").update(change)
    else:
        rows = [row for row in rows if row["form"] != "1"]
        said = "has no translation, or not each form of it"
    write(table, rows)
    told = refused(words("import", "fr", table))
    assert said in told
    assert told.startswith("Line ")
    assert (catalogues / "messages.po").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("fr.txt", b"", "ends in neither .po nor .csv"),
        ("fr.csv", "english,form,fr,state\nYes,,Oui’,draft\n".encode("cp1252"), "save it as “CSV UTF-8”"),
        ("fr.csv", b"\xff\xfe\x00", "save it as “CSV UTF-8”"),
        ("fr.csv", b"\xff\xfe", "The first line of a CSV file is"),
        ("fr.csv", b"english,form,translation,state\nYes,,Oui,draft\n", "is: english,form,fr,state"),
        ("fr.csv", b"english,form,es,state\nYes,,Si,draft\n", "holds the words of “es”, not of “fr”"),
        ("fr.po", b'msgid ""\nmsgstr ""\n"Language: es\\n"\n', "holds the words of “es”, not of “fr”"),
        ("fr.csv", b"", "The first line of a CSV file is"),
        ("fr.csv", b"english,translation\na,b\n", "The first line of a CSV file is"),
        ("fr.csv", b'english,form,fr,state\n"Yes', "no CSV file|a cell is missing"),
        ("fr.csv", b"english,form,fr,state\nYes,,Oui,draft\nYes,,Si,draft\n", "stands there twice"),
        ("fr.csv", b"english,form,fr,state\nYes\n", "a cell is missing"),
        ("fr.po", b'msgid "Yes\nmsgstr "Oui"\n', "no PO file|is no sentence"),
        ("fr.po", b"\xff\xfe\x00", "no PO file"),
        ("fr.po", b'#, fuzzy\nmsgid "Yes"\nmsgstr "Oui"\n', "is marked as fuzzy"),
        ("fr.po", b'msgid "Yes"\nmsgstr ""\n', "has no translation"),
    ],
)
def test_what_is_no_such_file_is_one_line(
    words: Run, catalogues: Path, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    before = (catalogues / "messages.po").read_bytes()
    (tmp_path / name).write_bytes(content)
    told = refused(words("import", "fr", tmp_path / name))
    assert any(part in told for part in said.split("|")), told
    assert (catalogues / "messages.po").read_bytes() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_taken_as_any_spreadsheet_writes_it(
    words: Run, catalogues: Path, tmp_path: Path, delimiter: str, encoding: str
) -> None:
    """Which one it writes goes by the country it is set to, and by what the person chose."""
    words("export", "fr", tmp_path / "out.csv")
    rows = list(csv.reader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines(keepends=True)))
    next(row for row in rows if row[0] == "Help now")[2] = "De l’aide ; oui, vite"
    with (tmp_path / "in.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    assert words("import", "fr", tmp_path / "in.csv").output.startswith("New or newly checked sentences: 1.")
    assert "De l’aide ; oui, vite" in (catalogues / "messages.po").read_text("utf-8")


@pytest.mark.parametrize("language", ["en", "xx", "../fr"])
def test_a_language_that_is_not_there_is_one_line(words: Run, tmp_path: Path, language: str) -> None:
    assert refused(words("export", language, tmp_path / "a.csv")).startswith("There is no language")
    assert not (tmp_path / "a.csv").exists()


def two(founded: Founded, *names: str) -> str:
    """What two people type: who keeps the places, and one of the board, unless others are named."""
    return "".join(f"{name}\n{founded.cards[name].passphrase}\n" for name in names or ("Moss", "Dogwood"))


@pytest.mark.parametrize("pair", [("Moss",), ("Moss", "Moss"), ("Moss", "Juniper"), ("Dogwood", "Elder")])
def test_one_hand_or_the_wrong_two_offer_nothing(founded: Founded, run: ByHand, pair: tuple[str, ...]) -> None:
    before = founded.session.get_one(Programme, 1).languages
    founded.session.rollback()
    status, said = run("words", "offer", "fr", "en", typed=two(founded, *pair))
    assert status != 0
    assert said
    assert founded.session.get_one(Programme, 1).languages == before
    founded.session.rollback()


def test_every_member_is_told_which_languages_are_offered_and_by_whom(founded: Founded, run: ByHand) -> None:
    assert run("words", "offer", "fr", "en", typed=two(founded))[0] == 0
    (told, *_) = told_to_members(founded.session, 1)
    later = "After the next restart people can choose from these"
    assert told == f"{later}: Français, English. Moss asked, Dogwood agreed."
    founded.session.rollback()


def test_a_programme_that_runs_offers_other_languages(founded: Founded, run: ByHand) -> None:
    status, said = run("words", "offer", "fr", "en", "fr", typed=two(founded))
    assert (status, "Offered: Français, English. Restart the program." in said) == (0, True)
    assert "The help card “Emergency” in fr is not filled in" in said
    founded.session.expire_all()  # It holds on to the programme for as long as it lasts.
    assert founded.session.get_one(Programme, 1).languages == ["fr", "en"]
    founded.session.rollback()


def lines(session: Session) -> list[list[str]]:
    return [facts["languages"] for _, facts in ledger.leaves(session, "decisions") if "languages" in facts]


def test_what_is_offered_has_a_line_and_by_hand_it_cannot_be_changed(founded: Founded, run: ByHand) -> None:
    session = founded.session
    session.rollback()
    for _ in range(2):  # What changes nothing has no line.
        assert run("words", "offer", "es", "en", typed=two(founded))[0] == 0
    session.rollback()
    assert lines(session) == [["es", "en"]]
    kinds = [kind for kind in accounting.every_kind() if kind.mark == "languages"]

    def wrong() -> list[str]:
        found = accounting.differences(session, founded.keys, TODAY, kinds)
        return [each for each in found if "is about" not in each]  # What the other kinds vouch for.

    assert wrong() == []
    session.get_one(Programme, 1).languages = ["en"]
    assert wrong() == ["The languages that people are offered are not what the ledger holds."]
    session.rollback()


def test_while_people_give_feedback_a_language_without_help_is_not_offered(founded: Founded, run: ByHand) -> None:
    session = founded.session
    here = session.get_one(Programme, 1)
    here.languages, here.intake_open = ["en"], True
    session.commit()
    status, said = run("words", "offer", "en", "fr", typed=two(founded))
    assert status == 1
    assert "First: The help card “Emergency” in fr is not filled in" in said
    session.rollback()
    assert (session.get_one(Programme, 1).languages, lines(session)) == (["en"], [])
    session.add_all([HelpCard(kind=kind, language="fr", title="A", text="B", checked_on=TODAY) for kind in NEEDED])
    session.add(LegalLimit(language="fr", text="Ce que la loi demande."))
    session.commit()
    assert run("words", "offer", "en", "fr", typed=two(founded))[0] == 0
    session.rollback()
    assert lines(session) == [["en", "fr"]]
    session.rollback()


def test_a_language_that_is_not_there_is_not_offered(founded: Founded, run: ByHand) -> None:
    before = founded.session.get_one(Programme, 1).languages
    founded.session.rollback()
    status, said = run("words", "offer", "en", "klingon")
    assert status == 1
    assert said.startswith("There is no language 'klingon'. Choose from en, es, fr")
    assert founded.session.get_one(Programme, 1).languages == before
    founded.session.rollback()
