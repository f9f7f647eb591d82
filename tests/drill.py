"""The drill: people speak, a backup is made, everything is wrecked, and it all comes back. `make drill` prints it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from governance.storage import database
from tests.at_the_terminal import governance
from tests.factories import Founded
from tests.promises.participant import come_to_words, thanked
from tests.promises.test_13_nothing_lost import kept_by
from tests.server import Installation, free_port
from tests.visitor import Visitor

BEFORE = ["the kettle", "the chair by the door", "the opening hours"]
LOST = "what nobody had copied yet"
AFTER = "and one more"
WORDS = "The disk broke today. What was said after the backup is lost."


def command(place: Installation, *arguments: str, typed: str = "") -> str:
    """Run a command as an operator would; return what it said. Raises RuntimeError when it fails."""
    answer = governance(arguments, place.environ, typed)
    if answer.returncode:
        raise RuntimeError(f"governance {arguments[0]}: {answer.stdout}{answer.stderr}")
    return answer.stdout


def speak(place: Installation, words: str) -> None:
    """Say *words* at the kiosk. Raises RuntimeError when there was no thanks."""
    if not thanked(come_to_words(Visitor(place.port)).send(words)):
        raise RuntimeError(f"No thanks for “{words}”.")


def drill(place: Installation, away: Path, empty: str, say: Callable[[str], object]) -> list[str]:
    """Go through a bad day at *place*, with the backup *away* and an *empty* database to begin again in.

    Returns the words that a reader opens in the end.
    """
    founded, _ = place.found()
    shares = [share.text for share in founded.shares]
    place.start()
    for words in BEFORE:
        speak(place, words)
    say(f"{len(BEFORE)} people spoke and were thanked.")
    backup = away / "one.backup"
    command(place, "backup", str(backup))
    say(command(place, "backup", "check", str(backup)).strip())
    speak(place, LOST)
    say("Somebody spoke after the backup.")
    wreck(place)
    say("Every process was killed and every file is gone: database, keys, escrow.")
    place.database = empty
    say(command(place, "restore", str(backup), typed=f"{shares[2]}\n{shares[0]}\n{WORDS}\n").strip())
    shutil.rmtree(place.home / "keys")
    say("Then the key folder was lost once more.")
    say(command(place, "recover", typed=f"{shares[1]}\n{shares[2]}\n").strip().splitlines()[-1])
    (place.home / "tmp").mkdir()
    say(command(place, "tick").strip())
    place.start()
    speak(place, AFTER)
    place.stop()
    say("The program serves again, and somebody spoke.")
    for step in (("ledger", "audit"), ("ledger", "export", str(away / "copy")), ("verify", str(away / "copy"))):
        say(f"{' '.join(step)}: {command(place, *step).strip().splitlines()[-1]}")
    kept = opened(place, founded)
    say(f"A reader opened {len(kept)} messages: {', '.join(sorted(kept))}.")
    return kept


def wreck(place: Installation) -> None:
    """Pull the plug and throw everything away."""
    place.kill()
    database.db.session.remove()
    database.db.engine.dispose()
    place.close()
    shutil.rmtree(place.home)
    place.home.mkdir(mode=0o700)


def opened(place: Installation, founded: Founded) -> list[str]:
    """Let a reader open all that is there."""
    with place.app().app_context():
        kept = kept_by(Founded(database.db.session, place.keys(), founded.cards, founded.shares))
        database.db.session.remove()
        database.db.engine.dispose()
    return kept


def main() -> None:
    """Drill in a folder that is thrown away, on SQLite, and print what was seen."""
    with tempfile.TemporaryDirectory() as folder:
        place = Installation(Path(folder) / "home", free_port())
        try:
            kept = drill(place, Path(folder) / "away", f"sqlite:///{folder}/home/again.db", print)
        finally:
            place.kill()
    if sorted(kept) != sorted([*BEFORE, AFTER]):
        sys.exit("These are not the messages that were in the backup.")
    print("All is well.")


if __name__ == "__main__":
    main()
