"""The command by which a folder is given to the program: it goes for the folder alone, whatever its name."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flask import Flask

from governance.health.disks import free_space
from governance.health.found import AtHand
from tests.factories import Founded


def test_it_takes_any_name_and_leaves_what_others_have_in_a_shared_folder(
    app: Flask, founded: Founded, a_disk: Callable[[int], Path]
) -> None:
    """A disk for all the backups of a house: the command has root run it."""
    disk = a_disk(400)
    folder = disk / "the site's; true"
    folder.mkdir()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    settings = replace(app.config["SETTINGS"], backups=folder)
    (found,) = [each for each in free_space(AtHand(founded.session, founded.keys, settings)) if not each.fine]
    command = str(found.mend).partition("run: ")[2]
    assert shlex.split(command)[-3:] == ["chown", str(os.geteuid()), str(folder)]
    assert "-R" not in shlex.split(command)
