"""`governance words speak`: have a voice on this machine say each line that participants see, ahead."""

from __future__ import annotations

import click

from governance.commands.app import a_founded_app
from governance.frame.languages import LANGUAGES
from governance.frame.said_aloud import lines
from governance.places import service as places
from governance.places.aloud import made_ahead, site_words
from governance.ruling.errors import NotReady
from governance.storage.database import db


@click.command("speak")
@click.argument("languages", nargs=-1)
def speak(languages: tuple[str, ...]) -> None:
    """Have a voice on this machine read each line aloud into the site's folder, in LANGUAGES or all that are offered.

    Run it again after an upgrade, and after a help card was changed: it makes what is new. A recording goes first.
    """
    app = a_founded_app()
    with app.app_context():
        here = places.programme(db.session)
        chosen = dict.fromkeys(languages or (here.languages if here else ()))
        if unknown := next((code for code in chosen if code not in LANGUAGES), None):
            raise NotReady(f"There is no language {unknown!r}. Choose from {', '.join(LANGUAGES)}.")
        for code in chosen:
            made_ahead.check_there_is_a_voice(code)
        for code in chosen:
            said = lines(code, site_words.words(db.session, code))
            made = made_ahead.speak(app.config["SETTINGS"].home, code, said)
            click.echo(f"{LANGUAGES[code].name}: {made} lines are new, {len(said)} in all.")
