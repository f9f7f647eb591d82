"""The English strings of the source, collected once for these tests."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from tests.words import catalogue


@pytest.fixture(scope="session")
def english(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every string the program can say, as it stands in the source now."""
    return catalogue.english(tmp_path_factory.mktemp("words") / "messages.pot")


@pytest.fixture(scope="session")
def spanish() -> Catalog:
    """The Spanish catalogue, as it is kept."""
    return catalogue.of("es")
