"""The table of all looks, and the round of them that no finding ends."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from flask import Flask
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from governance import clock
from governance.health import backups, disks, history, key_folder, last_look, regularly, the_database
from governance.health.found import AtHand, Finding, Look, wrong
from governance.ruling.errors import NotReady, RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage import database
from governance.storage.database import db

UNSEEN = N_("Nobody knows whether it is well.")
OTHERS_FIRST = N_("Mend the other lines first. Then look again: governance doctor")


@dataclass(frozen=True)
class Named:
    """A look under its name. A *slow* one reads all there is or asks over the network: a round makes it for a page."""

    at: str
    look: Look
    slow: bool = False


LOOKS = (
    Named(N_("tables"), the_database.migrations),
    Named(N_("clock"), regularly.the_clock),
    Named(N_("rounds"), regularly.last_round),
    Named(N_("duties"), regularly.duties),
    Named(N_("release"), regularly.release),
    Named(N_("last look at everything"), regularly.last_look_at_everything),
    Named(N_("keys"), key_folder.secrets),
    Named(N_("escrow"), key_folder.escrow),
    Named(N_("recovery shares"), key_folder.recovery_shares),
    Named(N_("rights"), disks.rights),
    Named(N_("disks"), disks.apart),
    Named(N_("room on the disk"), disks.free_space),
    Named(N_("copy from before the upgrade"), backups.from_before),
    Named(N_("backups"), backups.backups),
    Named(N_("database's settings"), the_database.settings),
    Named(N_("other servers"), the_database.copies),
    Named(N_("database"), the_database.damage, slow=True),
    Named(N_("readers"), key_folder.readers),
    Named(N_("ledgers"), history.ledgers, slow=True),
    Named(N_("public words"), history.published, slow=True),
    Named(N_("places"), history.opening),
    Named(N_("names of places"), history.names_of_places),
    Named(N_("witnesses"), history.witnesses, slow=True),
    Named(N_("public address"), history.from_outside, slow=True),
)
SLOW = tuple(named for named in LOOKS if named.slow)


def findings(app: Flask, *, keep: bool = False) -> list[Finding]:
    """Look at everything once and return what was found, in order. With *keep*, pages tell of it from here on."""
    place = AtHand(db.session, app.extensions["keyfolder"], app.config["SETTINGS"])
    try:
        with database.snapshot():  # People write while the doctor looks.
            made = _each_of(place)
    except OperationalError:  # A server is away. What asks it says so; folders and disks are looked at still.
        made = _each_of(place)
    if keep:
        _keep(place, made)
    return [found for each in made.values() for found in each]


def all_of(place: AtHand, *, quick: bool = False) -> list[Finding]:
    """Return what is found at *place*, in order. With *quick*, for a page, slow looks say what they last found."""
    return [found for each in _each_of(replace(place, quick=quick)).values() for found in each]


def _each_of(place: AtHand) -> dict[Named, list[Finding]]:
    return {named: list(looked(_as_last_made(named) if place.quick else named, place)) for named in LOOKS}


def _keep(place: AtHand, made: Mapping[Named, Sequence[Finding]]) -> None:
    """Keep what the slow looks found, as a round does: what was mended is told as mended at once.

    Where that cannot be written, what a round has last found stays. Whoever looks from another account writes nothing:
    the program could not read the note in its key folder any more.
    """
    slow = {named.at: found for named, found in made.items() if named.slow}
    with suppress(OSError):
        if place.keys.path.stat().st_uid != os.geteuid():
            return
        for at, found in slow.items():
            with suppress(SQLAlchemyError), database.transaction() as session:  # A round may keep the same just now.
                last_look.keep(session, place.keys, at, found, clock.today())
        with suppress(SQLAlchemyError), database.transaction() as session:
            last_look.forget_others(session, place.keys, slow)


def _as_last_made(named: Named) -> Named:
    """Return a *slow* look as a round has last made it, and any other as it is."""
    if not named.slow:
        return named
    return replace(named, look=lambda place: iter(last_look.found(place.session, place.keys, named.at)))


def looked(named: Named, place: AtHand) -> Iterable[Finding]:
    """Return what a look found, or that it could not look: a damaged page or a lost key ends one look and no other."""
    try:
        return list(named.look(place))
    except (NotReady, RuleRefused) as error:
        what = Sentence(N_("The {at} cannot be looked at: {why}"), at=Sentence(named.at), why=error)
        return [wrong(what, UNSEEN, OTHERS_FIRST)]
    except OperationalError:
        start = Sentence(N_("Start it, or check its address: {setting}"), setting="GOVERNANCE_DATABASE")
        mend = OTHERS_FIRST if disks.database_file(place.settings) else start  # A file: they say who may read it.
        return [_unread(named, N_("The {at} cannot be read: the database does not answer."), mend)]
    except SQLAlchemyError:
        return [_unread(named, N_("The {at} cannot be read: the database is damaged."), the_database.GO_BACK)]
    except OSError as error:
        what = Sentence(N_("The {at} cannot be read: {why}"), at=Sentence(named.at), why=error.strerror or "")
        return [wrong(what, UNSEEN, Sentence(N_("Look at this place: {path}"), path=error.filename or ""))]


def _unread(named: Named, what: str, mend: Sentence | str) -> Finding:
    db.session.rollback()
    return wrong(Sentence(what, at=Sentence(named.at)), UNSEEN, mend)


def wrongs(found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield what has to be mended."""
    return (each for each in found if not each.fine)
