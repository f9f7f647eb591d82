"""Which secrets the key folder should hold by what the database says, and which ones nobody may bring back."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from governance.ballots import service as ballots
from governance.feedback import service as feedback
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.people import service as people
from governance.programme.founding import SECRETS

ALWAYS = ("programme", RECOVERY, people.ANCHOR, *SECRETS)


def missing(session: Session, keys: KeyFolder, today: date) -> list[str]:
    """Return the names of the secrets that should be in the key folder and are not, by name."""
    periods = {people.secret_name(key.audience, key.period) for key in people.live_keys(session)}
    wanted = {*ALWAYS, *periods, *ballots.secrets_in_use(session), *keys.lost()}
    return sorted(wanted - set(keys.names()) - destroyed(session) - feedback.secrets_out_of_time(session, today))


def destroyed(session: Session) -> set[str]:
    """Return the names of the secrets that were destroyed, as the database says."""
    periods = {people.secret_name(key.audience, key.period) for key in people.destroyed_keys(session)}
    return periods | ballots.forgotten_secrets(session) | people.destroyed_share_secrets(session)
