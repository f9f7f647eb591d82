"""`governance words`: a language's words in a file that people can check, and back again, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import click
from babel.messages.catalog import Catalog
from sqlalchemy.orm import Session

from governance import clock
from governance.commands import words_aloud, words_files
from governance.commands.app import a_founded_app
from governance.commands.by_card import two_people
from governance.frame import checked
from governance.frame.languages import LANGUAGES
from governance.frame.placeholders import fault_of
from governance.gates import GATES
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.gates import check_second
from governance.permissions.roles import Who
from governance.places import offering, plan_rules
from governance.places.models import Programme
from governance.ruling.errors import NotReady, RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage import database

OFFERED = N_("After the next restart people can choose from these: {languages}. {one} asked, {other} agreed.")
# By the ending of the file's name: how its rows are read and written.
KINDS = {".po": (words_files.from_po, words_files.to_po), ".csv": (words_files.from_csv, words_files.to_csv)}


@click.group("words")
def commands() -> None:
    """Have a language's words checked by people who speak it, and read aloud."""


commands.add_command(words_aloud.speak)


@commands.command("export")
@click.argument("language")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(language: str, file: Path) -> None:
    """Write the words of LANGUAGE, with how far each was checked, into FILE (.po, or .csv for a spreadsheet)."""
    catalogue = words_files.read(_catalogue_of(language))
    kind = _kind(file)[1]
    file.write_bytes(kind(catalogue))
    click.echo(f"{len(words_files.rows_of(catalogue))} sentences are in {file}. Change what is wrong, and the state of")
    click.echo(f"what was checked ({', '.join(checked.STATES)}). Then run: governance words import {language} {file}")


@commands.command("import")
@click.argument("language")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(language: str, file: Path) -> None:
    """Take the words of LANGUAGE out of FILE. Where one of them is wrong, nothing is written."""
    path = _catalogue_of(language)
    catalogue = words_files.read(path)
    changed = _taken_in(catalogue, _kind(file)[0](file.read_bytes(), language))
    words_files.write(catalogue, path)
    click.echo(f"New or newly checked sentences: {changed}. Restart the program to show them.")


@commands.command("offer")
@click.argument("languages", nargs=-1, required=True)
def offer(languages: tuple[str, ...]) -> None:
    """Offer these LANGUAGES to participants, and no others; the first one to whoever asks for none of them.

    It takes two people with their cards: who keeps the places, and one of the board. The ledger gets a line, and every
    member is told. While people give feedback, a language needs its help cards and words on reporting first.
    """
    unknown = next((code for code in languages if code not in LANGUAGES), None)
    if unknown is not None:
        raise NotReady(f"There is no language {unknown!r}. Choose from {', '.join(LANGUAGES)}.")
    app = a_founded_app()
    two = two_people(app)
    try:
        with app.app_context(), database.transaction() as session:
            _check_two(session, *two)
            missing = _offered(session, app.extensions["keyfolder"], languages, *two)
    except RuleRefused as refusal:
        raise NotReady(str(refusal)) from refusal
    click.echo(f"Offered: {', '.join(LANGUAGES[code].name for code in dict.fromkeys(languages))}. Restart the program.")
    for sentence in missing:
        click.echo(f"  - {sentence}")


def _check_two(session: Session, first: Who, second: Who) -> None:
    """Hold the two to the gate of the plan, of which the languages are a part. Raises RuleRefused."""
    act, sitting = GATES[plan_rules.CHANGE], people.who_sits(session, clock.today())
    asks = people.that_count(act, first.account_id, first.roles, sitting, asks=True)
    agrees = people.that_count(act, second.account_id, second.roles, sitting)
    is_one = first.account_id == second.account_id
    check_second(act, asks, agrees, same_person=is_one, about_them=False)


def _offered(
    session: Session, keys: KeyFolder, languages: tuple[str, ...], first: Who, second: Who
) -> list[Sentence | str]:  # fmt: skip
    """Offer them, and tell every member where that changes anything; return what is missing."""
    before = list(session.get_one(Programme, 1).languages)
    missing, today = offering.offer(session, keys, languages, clock.today()), clock.today()
    now = session.get_one(Programme, 1).languages
    if now != before:
        known = {
            "languages": ", ".join(LANGUAGES[code].name for code in now),
            "one": first.alias,
            "other": second.alias,
        }
        people.tell(session, keys, Sentence(OFFERED, **known), today)
    return missing


def _taken_in(catalogue: Catalog, rows: list[words_files.StringRow]) -> int:
    """Put *rows* into the *catalogue*, and return how many differ. Raises NotReady naming the first that is wrong."""
    known = {words_files.forms(message.id)[0]: message for message in catalogue if message.id}
    changed = 0
    for row in rows:
        message = known.get(row.english[0])
        if message is None or words_files.forms(message.id) != row.english:
            raise NotReady(f"{row.where}: “{row.english[0]}” is no sentence of this version. Export once more.")
        if len(row.said) != len(words_files.forms(message.string)) or not all(form.strip() for form in row.said):
            raise NotReady(f"{row.where}: “{row.english[0]}” has no translation, or not each form of it.")
        if fault := fault_of(row.english, row.said):
            raise NotReady(f"{row.where}: “{row.english[0]}”: {fault}.")
        flags = (set(message.flags) - set(checked.STATES)) | ({row.state.value} - {checked.StringState.DRAFT.value})
        changed += words_files.forms(message.string) != row.said or flags != set(message.flags)
        message.string = row.said if isinstance(message.id, tuple) else row.said[0]
        message.flags = flags
    return changed


def _catalogue_of(language: str) -> Path:
    others = [code for code in LANGUAGES if code != "en"]
    if language not in others:
        raise NotReady(f"There is no language {language!r}. Choose from {', '.join(others)}.")
    return checked.path_of(language)


def _kind(file: Path) -> tuple[words_files.Reader, words_files.Writer]:
    if file.suffix.lower() not in KINDS:
        raise NotReady(f"{file}: its name ends in neither .po nor .csv.")
    return KINDS[file.suffix.lower()]
