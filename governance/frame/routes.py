"""The routes of the house. A route learns to write an address when one is asked for, not when it is registered."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Rule


class Route(Rule):
    """A rule of Werkzeug whose maker of addresses is compiled once it is needed.

    Werkzeug compiles two for every rule as it is registered; of 200 rules a command needs none, and that was a third
    of the time until an app stood.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Route, **values: object) -> tuple[str, str]:
            if not made:
                made.append(super()._compile_builder(append_unknown))
            return made[0](rule, **values)

        return build
