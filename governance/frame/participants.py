"""Which pages are for participants. A language may be for them alone; every other page then stays English, whole.

Theirs are the pages that a shared screen may open (`access.GRANTS`): giving feedback, help, codes, voting with a card,
what came of a vote, the wall, what is asked of the board and what was decided, how the house is doing, and the errors
on the way. Not theirs: work pages, which need a sign-in, and the `RECORD`, which goes deeper than somebody at a kiosk
does. Their words are in `.ci/their_words.py`.
"""

from __future__ import annotations

import re

from governance.permissions.access import GRANTS
from governance.permissions.roles import Role

# Endpoints and templates that are open to everybody and are not a participant's: the ledger, files, and tools.
RECORD = re.compile(
    r"ledger[./]|decisions[./](as_|looks_as|feed)|ballots[./](bundle|words|verifier|closed_|co_sign)"
    r"|publishing[./]promises|places[./]enrol|style"
)


def is_theirs(endpoint: str, view: object) -> bool:
    """Return whether the page at *endpoint*, made by *view*, is for participants. That of a wrong address is."""
    open_to_all = getattr(view, "permission", None) in GRANTS[Role.KIOSK]
    return not endpoint or (open_to_all and not RECORD.match(endpoint))
