"""What a rule takes: the other side of `pytest.raises(RuleRefused)`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from governance.ruling.errors import NotReady, RuleRefused


@contextmanager
def let_through() -> Iterator[None]:
    """Say that no rule refuses what stands inside. Where one does, the test fails with its sentence."""
    try:
        yield
    except (NotReady, RuleRefused) as refusal:
        raise AssertionError(f"It is to be let through, and a rule said: {refusal}") from refusal
