"""The English strings of the source, collected once for these tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tests.of_all import one_of_all
from tests.words import catalogue


@pytest.fixture(scope="session")
def english(place_of_all: Path) -> Catalog:
    """Every string the program can say, as it stands in the source now. Collected once for all processes of a run."""
    collected = place_of_all / "messages.pot"
    with one_of_all(place_of_all / "collecting"):
        if not collected.exists():
            catalogue.english(place_of_all / "unfinished.pot")
            (place_of_all / "unfinished.pot").rename(collected)
    return catalogue.read(collected)


@pytest.fixture(scope="session")
def spanish() -> Catalog:
    """The Spanish catalogue, as it is kept."""
    return catalogue.of("es")
