"""The numbers of rows, as an address or a query names them: one form, one bound, everywhere."""

from __future__ import annotations

import re

from flask import Flask, request
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2_147_483_647  # The largest INTEGER of PostgreSQL ("Numeric Types"); beyond it a query is an error.
PLAIN = re.compile(r"[0-9]{1,10}")  # Ten digits hold the largest; `\d` would take the digits of every script.


class NumberConverter(IntegerConverter):
    """`<number:…>` in a route: the number of a row. What no row can have is no page (404)."""

    regex = PLAIN.pattern

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=LARGEST)


def row_number(typed: str) -> int | None:
    """Return the number of a row that *typed* names, or None when no row can have it."""
    number = int(typed) if PLAIN.fullmatch(typed) else 0
    return number if 1 <= number <= LARGEST else None


def asked_number(name: str) -> int | None:
    """Return the number of a row that the query names as *name* (`?after=12`), or None. Like `row_number`."""
    return row_number(request.args.get(name, ""))


def init_app(app: Flask) -> None:
    """Let *app*'s routes say `<number:…>`. Before any route is registered."""
    app.url_map.converters["number"] = NumberConverter
