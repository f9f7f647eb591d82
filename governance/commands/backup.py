"""`governance backup`: one sealed file with everything that is needed to begin again, made while the program serves."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from governance import clock
from governance.backup import making, sealed_file
from governance.commands import own_database
from governance.commands.app import a_founded_app
from governance.programme import daily_backup
from governance.ruling.errors import NotReady


class _Choice(click.Group):
    """`backup FILE` and `backup DIR` make one, `backup check FILE` looks at one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant: what is no command's name is where the backup goes."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["to", *args])


@click.group("backup", cls=_Choice, subcommand_metavar="[--keep N] FILE|DIR | check FILE")
def commands() -> None:
    """Write a backup to FILE, or into the folder DIR under the day's name. Two of three recovery shares open it.

    A folder that is not there yet is named with a slash at its end.
    """


@commands.command("to", hidden=True)
@click.argument("target")
@click.option("--keep", type=click.IntRange(1, 1000), help="In a folder: delete all but the newest N.")
def make(target: str, keep: int | None) -> None:
    """Write a backup to the file or the folder TARGET."""
    path, is_folder = Path(target), target.endswith("/") or Path(target).is_dir()
    if keep and not is_folder:
        raise click.UsageError("--keep is for a folder. Name one, with a slash at its end.")
    app = a_founded_app()
    own_database.check(app)
    keys, home = app.extensions["keyfolder"], app.config["SETTINGS"].home
    with app.app_context():
        try:
            for sealed in daily_backup.seal_what_waits(app):
                click.echo(f"{sealed}: how the database was before the upgrade, sealed. By it you can go back.")
        except (NotReady, OSError, SQLAlchemyError) as wrong:  # The backup of today is worth no less.
            why = wrong if isinstance(wrong, NotReady) else type(wrong).__name__
            click.echo(f"The copy from before the upgrade could not be sealed: {why}", err=True)
        if is_folder:
            path = making.into_folder(keys, home, clock.today(), path, keep)
        else:
            making.write(keys, home, clock.today(), path)
    click.echo(f"{path}: {path.stat().st_size:,} bytes. Take it to another house, and look at it with:")
    click.echo(f"  governance backup check {path}")


@commands.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Say whether FILE is whole. Opens nothing, and needs no key."""
    clear = sealed_file.check(file)
    click.echo(f"{file} is whole: of {clear['day']}, tables {clear['tables']}, version {clear['version']}.")
