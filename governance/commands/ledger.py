"""The commands of the ledger: check it, copy it, account for it, have it witnessed, and be a witness for others."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from governance import clock, config, database
from governance.ballots import checking
from governance.errors import NotReady
from governance.feedback import service as feedback
from governance.ledger import note, policy, rules, verifying, witness_server
from governance.ledger import service as ledger
from governance.ledger.verifying import Progress, Trust
from governance.ledger.witness import Memory

STEPS = 1000  # of the bar that shows how far a check is
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
Check = Callable[[str, Trust, Progress], list[str]]


def add_to(commands: click.Group) -> None:
    """Register the commands of the ledger."""
    for command in (verify, ledger_group, witness_group):
        commands.add_command(command)


# What `verify` can check: how to know it, and how to check it. The first that fits is taken.


def _is_a_proof(target: str) -> bool:
    path = Path(target)
    return path.is_file() and path.suffix == ".tlog-proof"


def _check_proof(target: str, trust: Trust, progress: Progress) -> list[str]:
    return verifying.check_proof(_text_of(Path(target)), trust)


def _is_an_address(target: str) -> bool:
    return target.startswith(("http://", "https://"))


def _is_a_ledger(target: str) -> bool:
    return Path(target).is_dir()


def _check_ledger(target: str, trust: Trust, progress: Progress) -> list[str]:
    """Check the log at *target*, or each of ours below it."""

    def at(name: str) -> verifying.Read:
        return verifying.address(name) if _is_an_address(name) else verifying.folder(Path(name))

    if at(target)("checkpoint") is not None:
        return verifying.check_log(at(target), trust, progress)
    below = [f"{target.rstrip('/')}/{log}" for log in rules.LOGS]
    below = [each for each in below if at(each)("checkpoint") is not None]
    if not below:
        raise note.NoteBroken(f"{target} holds nothing that can be checked: no checkpoint is there.")
    return [line for each in below for line in verifying.check_log(at(each), trust, progress)]


def _is_a_bundle(target: str) -> bool:
    path = Path(target)
    return path.is_file() and path.suffix == ".json"


def _check_bundle(target: str, trust: Trust, progress: Progress) -> list[str]:
    """Check the result of a vote offline, and count it again."""
    if trust.policy is not None or trust.kept is not None:
        raise NotReady("The result of a vote has no witnesses and no past to check. Leave out --policy and --since.")
    with Path(target).open("rb") as file:
        holds, lines = checking.report(file, progress, str(trust.key) if trust.key else None)
    if not holds:
        raise NotReady("\n".join(lines))
    return lines


CHECKS: list[tuple[Callable[[str], bool], Check]] = [
    (_is_a_proof, _check_proof),
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
    """Check a ledger (a folder or an address), a proof file, or the result of a vote, which is counted again.

    Names the first thing wrong and ends with status 1.
    """
    check = next((check for fits, check in CHECKS if fits(target)), None)
    if check is None:
        raise NotReady(f"{target} is not a folder, an address, a proof file or a result. Nothing was checked.")
    try:
        trust = Trust(
            note.read_key(key) if key else None,
            policy.read(_text_of(policy_file)) if policy_file else None,
            _text_of(since) if since else None,
        )
        with _progress() as progress:
            found = check(target, trust, progress)
    except note.NoteBroken as broken:
        raise NotReady(f"Wrong: {broken}") from None
    click.echo("\n".join(found))


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
    from governance.cli import a_founded_app

    app = a_founded_app()
    with app.app_context():
        written = ledger.export(database.db.session, app.extensions["keyfolder"], folder)
    for log, size in written.items():
        click.echo(f"{log}: {size} entries")
    click.echo(f"Check it anywhere: governance verify {folder}")


@ledger_group.command()
def audit() -> None:
    """For the board's auditors: account for every line of the list of messages. Status 1 when one is not."""
    from governance.cli import a_founded_app

    app = a_founded_app()
    with app.app_context():
        session, keys = database.db.session, app.extensions["keyfolder"]
        wrong = [f"{log}: {words}" for log in rules.LOGS for words in ledger.check(session, keys, log)]
        wrong = wrong or feedback.audit(session, keys, clock.today())  # A broken list cannot be accounted for.
        counted = feedback.fates(session)
    for fate, number in counted.items():
        click.echo(f"{fate}: {number}")
    for words in wrong:
        click.echo(f"Wrong: {words}")
    if wrong:
        raise click.exceptions.Exit(1)
    click.echo("Every line is accounted for.")


@click.group("witness")
def witness_group() -> None:
    """Have our ledger witnessed, or be a witness for another programme."""


@witness_group.command("add")
@click.argument("name")
@click.argument("vkey")
@click.argument("url", default="")
def add(name: str, vkey: str, url: str) -> None:
    """Add a witness of ours: its name, its key, and its address (none: exchange files)."""
    from governance.cli import a_founded_app

    app = a_founded_app()
    with app.app_context(), database.transaction() as session:
        ledger.add_witness(session, name, vkey, url)
        keys = app.extensions["keyfolder"]
        click.echo(f"{name} is a witness. It must know our ledgers; on its side, once for each:")
        for log in rules.LOGS:
            click.echo(f"  governance witness trust {ledger.verifier_key(keys, log)}")


@witness_group.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Stop asking a witness, and forget what it signed."""
    from governance.cli import a_founded_app

    with a_founded_app().app_context(), database.transaction() as session:
        ledger.remove_witness(session, name)


@witness_group.command("list")
def list_all() -> None:
    """Show our witnesses, and when each last signed."""
    from governance.cli import a_founded_app

    with a_founded_app().app_context():
        seen = [(log, each) for log in rules.LOGS for each in ledger.seen_by(database.db.session, log)]
        for log, each in seen:
            when = f"{each.size} entries, {each.at:%Y-%m-%d}" if each.at else "nothing yet"
            click.echo(f"{each.witness}  {log}: {when}")
    if not seen:
        click.echo("There is no witness yet. Add one: governance witness add NAME VKEY URL")


@witness_group.command("request")
@click.argument("name")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def request(name: str, folder: Path) -> None:
    """Write a request file for each ledger that witness NAME has yet to sign, to carry there."""
    from governance.cli import a_founded_app

    with a_founded_app().app_context():
        session = database.db.session
        asked = [each for each in ledger.questions(session) if each.witness == name]
        for each in asked:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{each.log}-{each.size}.request"
            path.write_text(ledger.request_text(session, each.log, each.size, each.old_size), encoding="utf-8")
            click.echo(f"{path}: on the other side, run: governance witness sign {path.name}")
    if not asked:
        click.echo(f"“{name}” has signed all there is, or is no witness of ours.")


@witness_group.command("accept")
@click.argument("answers", nargs=-1, required=True, type=FILE)
def accept(answers: tuple[Path, ...]) -> None:
    """Take in the answer files of a witness, named as its requests were."""
    from governance.cli import a_founded_app

    with a_founded_app().app_context():
        for path in answers:
            log, _, size = path.name.partition(".")[0].rpartition("-")
            with database.transaction() as session:
                number = int(size) if size.isascii() and size.isdecimal() and len(size) < 10 else -1
                named = ledger.accept(session, log, number, path.read_text(encoding="utf-8", errors="replace"))
            if not named:
                raise NotReady(f"{path} holds no signature of a witness of ours. Nothing was taken in.")
            click.echo(f"{path}: signed by {', '.join(named)}")


def _memory() -> Memory:
    return Memory(config.read(os.environ).home / "witness")


@witness_group.command("begin")
@click.argument("name")
def begin(name: str) -> None:
    """Be a witness called NAME (like witness.example.org): make its key, and print what to give to others."""
    click.echo(f"Give this key to who asks you to witness: {_memory().begin(name)}")


@witness_group.command("trust")
@click.argument("vkey")
def trust(vkey: str) -> None:
    """As a witness: watch the ledger that signs with VKEY."""
    try:
        click.echo(f"This witness watches {_memory().trust(vkey)}.")
    except note.NoteBroken as broken:
        raise NotReady(str(broken)) from None


@witness_group.command("retire")
def retire() -> None:
    """As a witness: destroy the key and make another. Do this after every restore from a backup."""
    click.echo(f"The old key is gone. Everybody you witness for must take the new one: {_memory().retire()}")


@witness_group.command("sign")
@click.argument("requests", nargs=-1, required=True, type=FILE)
def sign(requests: tuple[Path, ...]) -> None:
    """As a witness: answer request files; each answer is written beside its request, to carry back."""
    for path in requests:
        answer = _memory().add_checkpoint(path.read_text(encoding="utf-8", errors="replace"), _seconds())
        if answer.status != 200:
            said = (
                "This witness has seen another size, or another head of the same size: " if answer.status == 409 else ""
            )
            raise NotReady(f"{path} is not signed ({answer.status}). {said}{answer.text.strip()}")
        answered = path.with_suffix(".answer")
        answered.write_text(answer.text, encoding="utf-8")
        click.echo(f"{answered}: carry it back, and run there: governance witness accept {answered.name}")


@witness_group.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8100, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """As a witness: answer on the network, until stopped."""
    memory = _memory()
    click.echo(f"{memory.key()} answers at http://{host}:{port}")
    with witness_server.server(memory, host, port, _seconds) as server:
        server.serve_forever()


def _seconds() -> int:
    return int(clock.now().timestamp())
