"""Templates and statements compiled once in a process: each test has an app of its own, and the same of both in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache


class CompiledOnce(BytecodeCache):
    """What each template became. A source that was changed is compiled again: its checksum is another."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give *bucket* its code, when its source was compiled before."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of *bucket*."""
        if bucket.code is not None:
            self.kept[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(autouse=True, scope="session")
def compiled_once() -> Iterator[None]:
    """Let all apps of this process share what their templates became: half the time of a page went into that."""
    kept, make = CompiledOnce(), Flask.create_jinja_environment

    def with_what_is_kept(app: Flask) -> Environment:
        environment = make(app)
        environment.bytecode_cache = kept
        return environment

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "create_jinja_environment", with_what_is_kept)
        yield


@pytest.fixture(autouse=True, scope="session")
def statements_compiled_once() -> Iterator[None]:
    """Let all engines of one kind of database share what their statements became.

    Each test has engines of its own, and compiled everything anew. What the mappers had kept for the engines of
    before held those engines too: after a thousand tests a process was four times as large, and slower by it.
    """
    kept: defaultdict[type, LRUCache[Any, Any]] = defaultdict(lambda: LRUCache(5_000))
    shared = property(lambda engine: kept[type(engine.dialect)], lambda engine, of_its_own: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "_compiled_cache", shared, raising=False)
        # What was compiled is found by its dialect: one of the same kind is as good.
        patch.setattr(DefaultDialect, "__eq__", lambda self, other: type(self) is type(other))
        patch.setattr(DefaultDialect, "__hash__", lambda self: hash(type(self)))
        yield
