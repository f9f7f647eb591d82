"""A programme whose messages an outsider watches: what is let out on a day, and what the outsider finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Message
from governance.keys.keyfolder import KeyFolder
from governance.ledger import note
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.ledger.rules import leaf_hash, origin, root_of
from governance.people import service as people
from tests.factories import TODAY, Founded, an_open_programme
from tests.feedback.messages import send
from tests.laid_out import laid_out

TOMORROW = TODAY + timedelta(days=1)
LAST_DAY = TODAY + timedelta(days=40)  # By then urgent words have expired and the others have not.


@dataclass
class Programme:
    """A programme with messages let out, and what an outsider kept yesterday: the signed head and the key's name."""

    founded: Founded
    kept_note: str
    public: bytes

    @property
    def session(self) -> Session:
        return self.founded.session


def independent_check(programme: Programme, today: date = TOMORROW) -> list[str]:
    """Return what an outsider finds, with yesterday's note and the public key that signed it."""
    session, keys = programme.session, programme.founded.keys
    session.flush()
    session.expire_all()
    said = note.read_checkpoint(note.open_note(programme.kept_note, origin(keys.programme, "intake"), programme.public))
    stored = session.execute(select(Leaf.number, Leaf.body).where(Leaf.log == "intake").order_by(Leaf.number)).all()
    hashes = [leaf_hash(body.encode()) for _, body in stored]
    wrong = [] if root_of(hashes[: said.size]) == said.root else ["The ledger is not the one signed yesterday."]
    wrong += [] if [number for number, _ in stored] == list(range(len(stored))) else ["Entries are missing."]
    return wrong + ledger.check(session, keys, "intake") + feedback.audit(session, keys, today)


def tick(founded: Founded, day: date) -> None:
    """Do what a day does."""
    session, keys = founded.session, founded.keys
    people.ensure_intake_keys(session, keys, feedback.periods_around(day))
    feedback.release_now(session, keys, day)
    feedback.release(session, keys, day)
    if week := feedback.week_to_mark(session, day):
        feedback.mark_week(session, keys, week)
    feedback.retire(session, keys, day)
    for log in ("decisions", "intake"):
        ledger.publish_head(session, keys, log, day)


@laid_out
def begin(session: Session, keys: KeyFolder) -> Programme:
    """Found a programme and let out nine messages, one of them urgent and one passed on to other readers."""
    founded = an_open_programme(session, keys)
    for number in range(7):
        send(founded, f"word {number}")
    send(founded, "someone may be hurt", lane=rules.Lane.URGENT)
    send(founded, "about a worker")
    tick(founded, TODAY)
    passed_on = session.scalars(select(Message.id).where(Message.audience == rules.Audience.EVERYONE).limit(1)).one()
    feedback.move(session, keys, founded.reader("Ash"), passed_on, rules.Audience.GRIEVANCE, TODAY)
    tick(founded, TODAY)
    session.commit()
    signed = ledger.head(session, "intake")
    assert signed
    return Programme(founded, signed.note, note.public_key(keys.need("ledger-intake.key")))


def one(programme: Programme, audience: rules.Audience = rules.Audience.EVERYONE) -> Message | None:
    """Return a message that is shown."""
    live = select(Message).where(Message.audience == audience, Message.state == rules.MessageState.LIVE)
    return programme.session.scalars(live.order_by(Message.id)).first()
