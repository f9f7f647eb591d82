"""What the box of a message says of it before a reader has sorted it. Pure."""

from __future__ import annotations

from governance.feedback.rules import Audience, Lane


def is_grievance(audience: Audience, lane: Lane | None) -> bool:
    """Whether a message is a grievance: its reader says so, or, until they have sorted it, the box it came to.

    *lane*: what a reader made of it; None until then. What its writer chose is sealed, and no query can read it.
    """
    return lane is Lane.GRIEVANCE or (lane is None and audience in (Audience.GRIEVANCE, Audience.MANAGER))
