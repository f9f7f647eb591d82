"""Two of three shares, typed in by the people who hold them: on the terminal, or a line each where there is none."""

from __future__ import annotations

import click

from governance import sealing
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.ruling.errors import NotReady

KEY_BYTES = 32  # X25519 (RFC 7748)


def key_of_two_shares() -> bytes:
    """Ask for two shares and return the private key that they bring back. Raises NotReady when they bring back none."""
    try:
        private = sealing.join_secret([sealing.Share.from_text(click.prompt(f"Share {n}")) for n in ("one", "two")])
    except ValueError as wrong:
        raise NotReady(str(wrong)) from wrong
    if len(private) != KEY_BYTES:
        raise NotReady("These shares bring back no key. Check who holds which.")
    return private


def check_the_board_is_here(keys: KeyFolder) -> None:
    """Ask for two shares of this programme. Raises NotReady when they are not."""
    if sealing.public_of(key_of_two_shares()) != keys.need(RECOVERY):
        raise NotReady("These shares are of another programme.")
