"""Write the migration that brings the tables to what the models say. Read it before you commit it.

Its number is the hour in UTC and what it does, so that two people cannot give the same one to two migrations.
"""

import re
import subprocess
import sys
from datetime import datetime, timezone

from setup import BIN, PYTHON, ROOT, run, setup, stop

# In a database of its own, brought to the newest migration first.
WRITE = """
import sys, tempfile
from flask import Flask
from flask_migrate import migrate
from governance.storage import database

with tempfile.TemporaryDirectory() as folder:
    app = Flask("migrations")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder}/tables.db"
    database.init_app(app)
    with app.app_context():
        database.bring_to()
        migrate(message=sys.argv[1], rev_id=sys.argv[2])
        database.db.engine.dispose()
"""


LONGEST = 32  # What Alembic's table takes.


def number(name, now):
    """Return the number of a migration: `2026112813_what_it_does`, cut after a word."""
    slug = "_".join(re.findall("[a-z0-9]+", name.lower()))
    room = LONGEST - len("2026112813_")
    cut = slug if len(slug) <= room else slug[: room + 1].rpartition("_")[0] or slug[:room]
    return now.strftime("%Y%m%d%H_") + cut


def main():
    """Write migrations/versions/NUMBER.py."""
    name = " ".join(sys.argv[1:]).strip()
    if not name:
        stop('say in a few words what it does: make migration NAME="…"')
    setup("requirements-test.lock")
    revision = number(name, datetime.now(timezone.utc))  # noqa: UP017 - an older Python reads as far as the sentence.
    if subprocess.run([PYTHON, "-c", WRITE, name, revision], cwd=ROOT).returncode:
        sys.exit(1)
    run([BIN + "/ruff", "format", "--quiet", f"migrations/versions/{revision}.py"])


if __name__ == "__main__":
    main()
