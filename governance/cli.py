"""The operator's commands. Every failure is one line and a status that is not zero."""

from __future__ import annotations

import errno
import os
import sys
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from cryptography.exceptions import InvalidSignature
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from governance import __version__, clock, config
from governance.commands import (
    backup,
    ballot,
    cards,
    clock_check,
    count,
    gap,
    hand_over,
    issuer,
    kiosk,
    ledger,
    move,
    next_step,
    own_database,
    plan,
    recover,
    restore,
    running,
    serving,
    sign_in_card,
    upgrading,
    witness,
    words,
)
from governance.commands.app import a_founded_app, an_app, an_app_to_look_at, migrate_to_newest, without_keys
from governance.programme import founding, time_told
from governance.ruling.errors import NotReady, RuleRefused
from governance.storage import database


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def commands() -> None:
    """Real Voice: anonymous feedback, a board that decides, answers in public."""


for _command in (
    backup.commands,
    count.count,
    cards.cards,
    ballot.commands,
    clock_check.commands,
    gap.gap,
    hand_over.shares,
    issuer.commands,
    kiosk.commands,
    plan.commands,
    move.move,
    recover.recover,
    restore.restore,
    sign_in_card.sign_in_card,
    witness.witness_group,
    words.commands,
):
    commands.add_command(_command)
ledger.add_to(commands)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its status."""
    try:
        typed = list(arguments) if arguments is not None else None
        sys.exit(commands(args=typed, prog_name="governance", standalone_mode=False))
    except click.ClickException as error:
        fail(error.format_message(), 2)
    except (click.Abort, KeyboardInterrupt):
        fail("Stopped.", 130)
    except (NotReady, RuleRefused) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.strerror or error}: {error.filename or 'the disk'}. {_remedy(error)}")
    except SQLAlchemyError as error:
        kind = type(error).__name__
        fail(f"The database did not answer ({kind}). Check GOVERNANCE_DATABASE, or run: governance doctor")
    except InvalidSignature:
        fail("A signature does not hold. Run: governance doctor")


def _remedy(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Free some space or choose another GOVERNANCE_HOME."
    if error.errno == errno.EROFS:
        return "Mount its disk so that it can be written, or run: governance doctor"
    return "Look whether it is there and whose it is, or run: governance doctor"


def fail(sentence: str, status: int = 1) -> None:
    """Print one line and end with *status*."""
    click.echo(" ".join(sentence.split()), err=True)
    sys.exit(status)


@commands.command()
@click.argument("plan", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def init(plan: Path | None) -> None:
    """Found a real programme, from a PLAN (a TOML file) or by asking."""
    # Here, for a quick start: most commands do without it.
    from governance.board import service as board
    from governance.commands import init_printed, init_questions

    facts = _read_toml(plan) if plan else init_questions.for_a_plan()
    wanted = founding.read_plan(facts)
    _make_home()
    app = an_app()
    migrate_to_newest(app)
    with app.app_context(), database.transaction() as session:
        founded = founding.found(session, app.extensions["keyfolder"], wanted, clock.now())
        board.begin_agenda(session, clock.today())
        click.echo(init_printed.founding(wanted, founded))  # Before it stands: no programme is without its cards.
    app.extensions["keyfolder"].end_founding()
    with app.app_context():
        _say_what_is_missing(app)


def _say_what_is_missing(app: Flask) -> None:
    # Here, for a quick start: most commands do without it.
    from governance.places import service as places

    missing = places.missing_before_opening(database.db.session, app.extensions["keyfolder"], clock.today())
    if missing:
        click.echo("\nFeedback is closed until your site has done this (sign in and open “Places and help cards”):")
        for sentence in missing:
            click.echo(f"  - {sentence}")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotReady(f"{path}: {error}.") from error


def _make_home() -> None:
    config.read(os.environ).home.mkdir(parents=True, exist_ok=True, mode=0o700)


@commands.command()
@click.option("--no-serve", is_flag=True, help="Load the demo and stop.")
def demo(no_serve: bool) -> None:
    """Load an invented programme into var/, print its cards, and serve it on this machine only."""
    # Here, for a quick start: most commands do without it.
    from governance import demo

    os.environ["GOVERNANCE_MODE"] = "demo"
    settings = config.read(os.environ)
    if not no_serve:
        serving.check_port_is_free(settings)
    _make_home()
    os.environ["GOVERNANCE_SECRET"] = demo.secret_of_this_demo(settings.home)
    app = an_app()
    if not (settings.home / demo.CARDS_FILE).exists():
        click.echo("Loading an invented programme. This takes a few seconds, once.")
    click.echo(demo.load_once(app, migrate_to_newest))
    if not no_serve:
        with demo.witnessed(settings, app) as said:
            click.echo(said)
            click.echo(demo.addresses(settings))
            serving.serve(settings)


@commands.command()
def serve() -> None:
    """Serve the programme, and do what is due every minute in one of the processes."""
    settings = config.read(os.environ)
    config.check(settings)
    app = a_founded_app()
    serving.check_port_is_free(settings)

    def make_ready() -> None:
        own_database.check(app)
        upgrading.bring_up_to_date(app)
        own_database.check_nothing_is_missing(app)
        time_told.go_by(app)
        clock_check.say(app)
        next_step.say(app)

    serving.serve(settings, make_ready, takes_long=upgrading.is_due(app))


@commands.command()
def tick() -> None:
    """Do what is due now, once."""
    # Here, for a quick start: most commands do without it.
    from governance.programme import schedule

    app = a_founded_app()
    with running.going_on(app.config["SETTINGS"].home):  # Before the database is looked at: none is moved in between.
        own_database.check(app)
        own_database.check_nothing_is_missing(app)
        came = schedule.tick(app)
    if not came.led:
        click.echo("Another process leads just now. Nothing to do.")
        return
    click.echo("Done: " + (", ".join(came.done) or "nothing was due") + ".")
    if came.failed:
        raise NotReady(f"Not done: {', '.join(came.failed)}. Run: governance doctor")
    if came.doubt:
        raise NotReady("The clock is in doubt, so only what is urgent was done. Run: governance clock")


@commands.command()
def doctor() -> None:
    """Check this installation and say what to mend. Ends with status 1 when something is wrong.

    The page "Is everything well?" and the monitor tell of it from then on.
    """
    # Here, for a quick start: most commands do without it.
    from governance.health import looks
    from governance.health.found import Finding, State

    config.check(config.read(os.environ))
    app = an_app_to_look_at()
    with suppress(SQLAlchemyError):  # What is damaged is told below, thing by thing.
        own_database.check(app)
    lost = without_keys(app)
    with app.app_context():
        found = looks.findings(app, keep=not lost)
    if lost:
        found.insert(0, Finding(State.MEND, lost))
    for finding in found:
        click.echo(f"{finding.state:4}  {finding.words}")
    if not all(finding.fine for finding in found):
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
