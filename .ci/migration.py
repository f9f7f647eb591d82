"""Write the migration that brings the tables to what the models say now. Read it before you commit it."""

import subprocess
import sys

from setup import PYTHON, ROOT, setup, stop

# In a database of its own, brought to the newest migration first.
WRITE = """
import sys, tempfile
from pathlib import Path
from flask import Flask
from flask_migrate import migrate, upgrade
from governance import database

with tempfile.TemporaryDirectory() as folder:
    app = Flask("migrations")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder}/tables.db"
    database.init_app(app)
    versions = [path.name for path in Path("migrations/versions").glob("[0-9]*.py")]
    with app.app_context():
        upgrade()
        migrate(message=sys.argv[1], rev_id=f"{len(versions) + 1:04}")
        database.db.engine.dispose()
"""


def main():
    """Write migrations/versions/NNNN_name.py."""
    name = " ".join(sys.argv[1:]).strip()
    if not name:
        stop('say in a few words what it does: make migration NAME="…"')
    setup("requirements-test.lock")
    sys.exit(subprocess.run([PYTHON, "-c", WRITE, name], cwd=ROOT).returncode)


if __name__ == "__main__":
    main()
