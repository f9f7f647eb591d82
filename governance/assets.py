"""Where templates, static files and migrations lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the folder called *name*, wherever this copy of the program keeps it."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name
