"""What is there when a bad day is over, held against what people were told: found once, signed, and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.ballots.models import Box
from governance.clockwork.lease import FURTHEST
from governance.feedback.models import Held, Message
from governance.storage import database
from tests.factories import Founded
from tests.promises.test_13_nothing_lost import Said, kept_by, wrong_with
from tests.soak.faults import Site, command, until
from tests.soak.founding import Founding
from tests.soak.people import Told

SHOWN = 5
LEADS = "Another process leads"
OF_THIS_MACHINE = ("The database's", "The keys are on")  # Nobody set up a real server here.


def what_is_wrong(site: Site, founding: Founding, told: Told) -> Iterator[str]:
    """Yield what does not hold, once the server has stopped."""
    site.set_clocks(0)
    site.here.stop()
    yield from _commands(site, told)
    with site.here.app().app_context():
        founded = Founded(database.db.session, site.here.keys(), founding.founded.cards, founding.founded.shares)
        yield from of_a_day_to_come(founded.session, clock.now() + timedelta(seconds=site.right))
        box = list(wrong_with_the_box(founded.session, founding, told))
        kept = kept_by(founded)
        print(f"  {len(kept)} messages were opened", flush=True)
        yield from box
        yield from wrong_with(kept, Said(told.sent, told.thanked))[:SHOWN]
        database.db.session.remove()
        database.db.engine.dispose()


def of_a_day_to_come(session: Session, now: datetime) -> Iterator[str]:
    """Yield how many messages were taken under a day that has not come, of those that wait and of those let out."""
    held = session.scalars(select(Held.day).where(Held.day > now.date())).all()
    out = session.scalars(select(Message.week).where(Message.week > now.date())).all()
    if held or out:
        yield f"{len(held) + len(out)} messages are of a day to come: {sorted({*held, *out})}"


def _commands(site: Site, told: Told) -> Iterator[str]:
    """Do a round, look, audit, and verify a copy from each head that somebody kept.

    A server that was stopped leads until its lease has run out, and whatever failed in its last round, in the middle of
    a fault, is noted until a round is done again.
    """
    if not until(lambda: LEADS not in command(site, "tick")[1], FURTHEST.total_seconds()):
        yield "a server that was stopped leads for longer than its lease"
    copy = site.disk.parent / "copy"
    for typed in (["tick"], ["ledger", "audit"], ["ledger", "export", str(copy)], ["verify", str(copy)]):
        status, said = command(site, *typed)
        if status:
            yield f"governance {' '.join(typed)}: {said.strip()[-500:]}"
    for log, heads in told.heads.items():
        yield from _continued(site, copy, log, heads)
    for line in command(site, "doctor")[1].splitlines():
        if line.startswith("MEND") and not any(each in line for each in OF_THIS_MACHINE):
            yield line


def _continued(site: Site, copy: Path, log: str, heads: list[str]) -> Iterator[str]:
    """Yield each head that the log of that name does not continue: it was signed, and another history after it."""
    kept = copy.with_name("kept-checkpoint")
    for head in heads:
        kept.write_text(head, encoding="utf-8")
        status, said = command(site, "verify", str(copy / log), "--since", str(kept))
        if status:
            yield f"the ledger of {log} does not continue a head that was shown: {said.strip()}"
    print(f"  the ledger of {log} continues each of {len(heads)} heads that were shown", flush=True)


def wrong_with_the_box(session: Session, founding: Founding, told: Told) -> Iterator[str]:
    """Yield each voter whose last ballot that was said to be in is not there, and what nobody dropped."""
    ballot = ballots.by_number(session, founding.vote)
    assert ballot
    there = set(session.scalars(select(Box.sealed).where(Box.ballot_id == ballot.id)))
    for voter, bodies in founding.ballots.items():
        last_in, last_sent = told.ballots_in[voter], told.ballots_sent[voter]
        sealed = [base64.b64decode(parse_qs(body.decode())["sealed"][0]) for body in bodies]
        own = [place for place, each in enumerate(sealed, 1) if each in there]
        there -= set(sealed)
        if len(own) > 1:
            yield f"{voter} has {len(own)} ballots in the box"
        elif (last_in and not own) or (own and not last_in <= own[0] <= last_sent):
            yield f"{voter} was told that ballot {last_in} is in, sent {last_sent}, and in the box is {own}"
    if there:
        yield f"{len(there)} ballots are of nobody"
    print(f"  the box holds the last ballot of each of {len(founding.ballots)} voters", flush=True)
