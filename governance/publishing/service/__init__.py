"""What the public reads: the wall, alerts, what a code opens, principles, promises, what is stored."""

from governance.publishing.service.alerts import (
    OnTop,
    alerts,
    board_reads,
    on_top,
    taken_out,
    write_alert,
)
from governance.publishing.service.looking_back import Year, year, years
from governance.publishing.service.permissions import OfRole, permissions
from governance.publishing.service.principles import Served, by_principle
from governance.publishing.service.promises import Promise, Proof, promises
from governance.publishing.service.stored import Column, Table, stored
from governance.publishing.service.wall import WallRow, put_back, put_first, wall

__all__ = [
    "Column",
    "OfRole",
    "OnTop",
    "Promise",
    "Proof",
    "Served",
    "Table",
    "WallRow",
    "Year",
    "alerts",
    "board_reads",
    "by_principle",
    "on_top",
    "permissions",
    "promises",
    "put_back",
    "put_first",
    "stored",
    "taken_out",
    "wall",
    "write_alert",
    "year",
    "years",
]  # fmt: skip
