"""The name of a ballot's election, and the secrets that the key folder holds for it."""

from __future__ import annotations

import hmac

from governance.ballots.models import Ballot
from governance.ballots.passes.credential import election_id
from governance.keys.keyfolder import KeyFolder


def election_of(keys: KeyFolder, ballot: Ballot) -> str:
    """Return the name of the election that *ballot* is."""
    return election_id(keys.programme, ballot.number)


def pass_key_name(ballot: Ballot) -> str:
    """Return the name of the secret in the key folder that makes this ballot's passes."""
    return f"ballot-{ballot.number}.key"


def sums_name(ballot: Ballot) -> str:
    """Return the name in the key folder of the sums of this ballot's roll, as they were when the box was closed."""
    return f"ballot-{ballot.number}.sums"


def server_issuer(keys: KeyFolder, ballot: Ballot) -> bytes:
    """Return the Ed25519 seed under which the server lets in the passes that it made itself."""
    return hmac.digest(keys.need(pass_key_name(ballot)), b"issuer", "sha256")


def voucher_seed(keys: KeyFolder, ballot: Ballot) -> bytes:
    """Return the Ed25519 seed under which a partner organisation is told for whom to sign."""
    return hmac.digest(keys.need(pass_key_name(ballot)), b"vouchers", "sha256")
