"""The commands of the ledger: check it, copy it, and account for every line in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from governance import clock
from governance.ballots.bundle import verdict
from governance.board import service as board
from governance.commands import running
from governance.commands.app import a_founded_app
from governance.feedback import service as feedback
from governance.keys.keyfolder import KeyFolder
from governance.ledger import copies, note, policy, proof, rules, verifying
from governance.ledger import service as ledger
from governance.ledger.verifying import Progress, Trust
from governance.programme import accounting
from governance.ruling.errors import NotReady
from governance.storage import database
from governance.storage.leaves import LetGo

STEPS = 1000  # of the bar that shows how far a check is
SHOWN = 20  # numbers of lines that are told
NO_COPY = (
    "Take a copy of the ledger that holds them: governance ledger mend COPY. Or bring back a backup: governance restore"
    " FILE. If nothing has them any more, the board says so in public: governance gap"
)
BEGINNING = 4096  # bytes of a file, enough to know what it is
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
Check = Callable[[str, Trust, Progress], list[str]]


def add_to(commands: click.Group) -> None:
    """Register the commands of the ledger."""
    for command in (verify, ledger_group):
        commands.add_command(command)


# What `verify` can check: how to know it, and how to check it. The first that fits is taken.


def _begins(target: str) -> str:
    """Return how the file *target* begins: one that was saved under another name is known by what is in it."""
    path = Path(target)
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file.read(BEGINNING).decode("utf-8", "replace")


def _is_a_proof(target: str) -> bool:
    path = Path(target)
    return path.is_file() and (path.suffix == ".tlog-proof" or _begins(target).startswith(proof.FIRST_LINE))


def _check_proof(target: str, trust: Trust, progress: Progress) -> list[str]:
    return verifying.check_proof(_text_of(Path(target)), trust)


def _is_an_address(target: str) -> bool:
    return target.startswith(("http://", "https://"))


def _is_a_ledger(target: str) -> bool:
    return Path(target).is_dir()


def _check_ledger(target: str, trust: Trust, progress: Progress) -> list[str]:
    """Check the log at *target*, or the logs of a programme below it."""

    def at(name: str) -> verifying.Read:
        return verifying.address(name) if _is_an_address(name) else verifying.folder(Path(name))

    target = target.rstrip("/") or "/"
    if at(target)("checkpoint") is not None:
        found = verifying.check_log(at(target), trust, progress)
        if not _is_an_address(target):
            copies.check_log_copy(Path(target), trust.key)
        return found
    found = verifying.check_logs(lambda log: at(f"{target}/{log}"), trust, progress)
    return found if _is_an_address(target) else found + copies.check_copy(Path(target))


def _is_a_bundle(target: str) -> bool:
    path = Path(target)
    return path.is_file() and (path.suffix == ".json" or _begins(target).startswith("{"))


def _check_bundle(target: str, trust: Trust, progress: Progress) -> list[str]:
    """Check the result of a vote offline, and count it again."""
    if trust.policy is not None or trust.kept is not None:
        raise NotReady("The result of a vote has no witnesses and no past to check. Leave out --policy and --since.")
    with Path(target).open("rb") as file:
        holds, lines = verdict.report(file, progress, str(trust.key) if trust.key else None)
    if not holds:
        raise NotReady("\n".join(lines))
    return lines


def _is_a_head(target: str) -> bool:
    path = Path(target)
    return path.is_file() and (path.name.endswith("checkpoint") or f"\n\n{note.MARK}" in _begins(target))


def _check_head(target: str, trust: Trust, progress: Progress) -> list[str]:
    return verifying.check_head(_text_of(Path(target)), trust)


CHECKS: list[tuple[Callable[[str], bool], Check]] = [
    (_is_a_proof, _check_proof),
    (_is_a_head, _check_head),
    (_is_a_bundle, _check_bundle),
    (_is_an_address, _check_ledger),
    (_is_a_ledger, _check_ledger),
]


@click.command()
@click.argument("target", metavar="PATH|URL")
@click.option("--key", default="", help="The ledger's key, as you got it another way.")
@click.option("--policy", "policy_file", type=FILE, help="A policy file: whom to believe, and the quorum of witnesses.")
@click.option("--since", type=FILE, help="A checkpoint that you kept: the ledger must continue it.")
def verify(target: str, key: str, policy_file: Path | None, since: Path | None) -> None:
    """Check a ledger (a folder or an address), a proof file, a checkpoint, or the result of a vote, which is recounted.

    Names the first thing wrong and ends with status 1.
    """
    check = next((check for fits, check in CHECKS if fits(target)), None)
    if check is None:
        raise NotReady(
            f"{target} is not a folder, an address, a proof file, a checkpoint or a result. Nothing was checked."
        )
    try:
        trust = Trust(
            note.read_key(key) if key else None,
            policy.read(_text_of(policy_file)) if policy_file else None,
            _text_of(since) if since else None,
        )
        with _progress() as progress:
            found = check(target, trust, progress)
    except note.NoteBroken as broken:
        raise NotReady(_shown(f"Wrong: {broken}")) from None
    click.echo("\n".join(map(_shown, found)))


def _shown(line: str) -> str:
    """Return *line* without letters that could steer a terminal: it may come from somebody else's file."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in line)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Yield what shows a bar on the terminal; nothing is shown where nobody watches."""
    if not os.isatty(2):
        yield lambda done, of: None
        return
    made: Any = click.progressbar(length=STEPS, label="Checking", file=sys.stderr)
    with made as bar:
        yield lambda done, of: bar.update(done * STEPS // max(of, 1) - bar.pos)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise note.NoteBroken(f"{path} is not text.") from None


@click.group("ledger")
def ledger_group() -> None:
    """Copy the ledger, or account for every line in it."""


@ledger_group.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write a copy that any web server can host and anybody can check."""
    app = a_founded_app()
    with app.app_context():
        written = ledger.export(database.db.session, app.extensions["keyfolder"], folder)
    for log in rules.LOGS:
        click.echo(f"{log}: {written[log]} entries" if log in written else f"{log}: nothing is signed yet")
    click.echo(f"Check it anywhere: governance verify {folder}")


@ledger_group.command()
@click.argument("copy", metavar="COPY", required=False)
def mend(copy: str | None) -> None:
    """Bring back lines that somebody changed or took out, each just as it was signed, and the charter by its lines.

    COPY: a folder that “ledger export” wrote, or the address of one (…/ledger). Without it the charter's rows alone are
    asked what a line said. What comes back has to lead to the root that was signed, so a false copy brings nothing in.
    """
    app = a_founded_app()
    keys, left = app.extensions["keyfolder"], {}
    with running.going_on(app.config["SETTINGS"].home), app.app_context():
        for log in rules.LOGS:
            given = _entries_of(copy, log, keys) if copy else []
            with database.snapshot() as reading:  # All of it is read, and whoever writes meanwhile waits for nothing.
                texts = board.texts_of_lines(reading) if log == "decisions" else []
                found = ledger.to_bring_back(reading, keys, log, given, texts)
            with database.transaction() as session:
                mended = ledger.bring_back(session, found, clock.today())
            left[log] = mended.left
            click.echo(f"{log}: {_numbered(mended.back)} brought back")
        lost = [f"{log}: {_numbered(numbers)} could not be brought back" for log, numbers in left.items() if numbers]
        if not left["decisions"]:
            with database.transaction() as session:
                for number in board.bring_back_charters(session):
                    click.echo(f"Version {number} of the charter is what the ledger holds again.")
    if lost:
        raise NotReady("\n".join([*lost, NO_COPY]))
    click.echo("Look again: governance ledger audit")


def _entries_of(copy: str, log: str, keys: KeyFolder) -> list[bytes]:
    """Return the entries of *log* in a *copy*, just as they were checked; none where it has none. Raises NotReady."""
    place = f"{copy.rstrip('/')}/{log}"
    read = verifying.address(place) if _is_an_address(copy) else verifying.folder(Path(place))
    try:
        head = read("checkpoint")
        if head is None:
            return []
        name = head.partition(b"\n")[0].decode("utf-8", "replace")  # It may be an earlier one of ours.
        if rules.first_origin(name) != rules.first_origin(ledger.origin(keys, log)):
            raise note.NoteBroken("It is another list.")  # The closed log of an election is signed with our key too.
        ours = note.verifier_key(name, note.public_key(ledger.private(keys, log)))
        entries = list[bytes]()
        verifying.check_log(read, Trust(note.read_key(ours)), take=entries.append)
        return entries
    except note.NoteBroken as broken:
        raise NotReady(_shown(f"{place} is no copy of this ledger. {broken} Nothing was changed.")) from None


def _numbered(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:SHOWN])) + (", …" if len(numbers) > SHOWN else "")
    return f"{len(numbers)} {'line' if len(numbers) == 1 else 'lines'}" + (f" ({shown})" if numbers else "")


@ledger_group.command()
def audit() -> None:
    """For the board's auditors: account for every line of both lists. Status 1 when one is not what was published."""
    app = a_founded_app()
    with app.app_context(), database.snapshot() as session:
        keys = app.extensions["keyfolder"]
        wrong = [f"{log}: {words}" for log in rules.LOGS for words in ledger.check(session, keys, log)]
        counted: dict[str, int] = {}
        gone: list[LetGo] = []
        if not wrong:  # A broken list cannot be accounted for.
            told = list(accounting.differences(session, keys, clock.today()))
            gone = [each for each in told if isinstance(each, LetGo)]
            wrong = [each for each in told if not isinstance(each, LetGo)]
            counted = feedback.fates(session)
    for fate, number in counted.items():
        click.echo(f"{fate}: {number}")
    for each in gone:
        click.echo(f"Let go: {each}")
    for words in wrong:
        click.echo(f"Wrong: {words}")
    if wrong:
        raise click.exceptions.Exit(1)
    click.echo("Every line is accounted for.")
