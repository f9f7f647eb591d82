"""The commands of witnessing: have our ledgers witnessed, and be a witness for others."""

from __future__ import annotations

import os
from pathlib import Path

import click

from governance import clock, config
from governance.commands.app import a_founded_app
from governance.ledger import note, rules, witness_server
from governance.ledger import service as ledger
from governance.ledger.witness import Memory
from governance.ruling.errors import NotReady
from governance.storage import database

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("witness")
def witness_group() -> None:
    """Have our ledger witnessed, or be a witness for another programme."""


@witness_group.command("add")
@click.argument("name")
@click.argument("vkey")
@click.argument("url", default="")
def add(name: str, vkey: str, url: str) -> None:
    """Add a witness of ours: its name, its key, and its address (none: exchange files)."""
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
    with a_founded_app().app_context(), database.transaction() as session:
        ledger.remove_witness(session, name)


@witness_group.command("list")
def list_all() -> None:
    """Show our witnesses, and when each last signed."""
    with a_founded_app().app_context():
        seen = [(log, each) for log in rules.LOGS for each in ledger.seen_by(database.db.session, log)]
        for log, each in seen:
            when = f"{each.size} entries, {each.at:%Y-%m-%d}" if each.at else "nothing yet"
            click.echo(f"{each.witness}  {log}: {when}")
    if not seen:
        click.echo("There is no witness yet. Add one: governance witness add NAME VKEY URL")


@witness_group.command("policy")
@click.argument("file", type=FILE, required=False)
@click.option("--most", is_flag=True, help="Go back to more than half of the witnesses.")
def choose_policy(file: Path | None, most: bool) -> None:
    """Show whom to believe, or take the quorum of witnesses from FILE: what this shows, with other last lines."""
    app = a_founded_app()
    with app.app_context(), database.transaction() as session:
        keys = app.extensions["keyfolder"]
        if most:
            ledger.forget_quorum(session)
        if file:
            ledger.choose_quorum(session, keys, file.read_text(encoding="utf-8", errors="replace"))
        click.echo(ledger.policy_text(session, keys), nl=False)


@witness_group.command("request")
@click.argument("name")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def request(name: str, folder: Path) -> None:
    """Write a request file for each ledger that witness NAME has yet to sign, to carry there."""
    with a_founded_app().app_context():
        session = database.db.session
        if name not in {each.name for each in ledger.witnesses(session)}:
            raise NotReady(f"There is no witness called “{name}”. See them with: governance witness list")
        asked = [each for each in ledger.questions(session) if each.witness == name]
        for each in asked:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{each.log}-{each.size}.request"
            path.write_text(ledger.request_text(session, each.log, each.size, each.old_size), encoding="utf-8")
            click.echo(f"{path}: on the other side, run: governance witness sign {path.name}")
    if not asked:
        click.echo(f"“{name}” has signed all there is.")


@witness_group.command("accept")
@click.argument("answers", nargs=-1, required=True, type=FILE)
def accept(answers: tuple[Path, ...]) -> None:
    """Take in the answer files of a witness, named as its requests were."""
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
    key = memory.key()
    try:
        server = witness_server.server(memory, host, port, _seconds)
    except OSError as error:
        raise NotReady(f"No answers at {host}:{port}: {error.strerror}. Choose another --host or --port.") from None
    click.echo(f"{key} answers at http://{host}:{port}")
    with server:
        server.serve_forever()


def _seconds() -> int:
    return int(clock.now().timestamp())
