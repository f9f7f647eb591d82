"""Which languages participants are offered: the site's own choice, with a line of the ledger for each change of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.places import service
from governance.places.models import Programme
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, together

FIRST = N_("People give feedback now, and what keeps them safe is not ready in these languages. First: {missing}")


def offer(session: Session, keys: KeyFolder, languages: Iterable[str], today: date) -> list[Sentence | str]:
    """Offer these languages and no others, and note it in the ledger; return what is missing before the first word.

    Raises RuleRefused while feedback is open and one of them lacks a help card, or the words on what must be reported:
    whoever chose it would find nothing there.
    """
    here = session.get_one(Programme, 1)
    before, offered = service.missing_before_opening(session, keys, today), list(dict.fromkeys(languages))
    if offered == here.languages:
        return before
    here.languages = offered
    missing = service.missing_before_opening(session, keys, today)
    new = [each for each in missing if each not in before]
    if here.intake_open and new:
        raise RuleRefused(Sentence(FIRST, missing=together(new)))
    ledger.append(session, "decisions", "programme", {"languages": offered, "day": today.isoformat()})
    session.flush()
    return missing


def not_as_offered(session: Session, entries: Mapping[int, Mapping[str, Any]]) -> Iterator[str]:
    """Yield what the row says otherwise than the newest line: somebody changed it by hand. `init` writes no line."""
    here = session.get(Programme, 1)
    if entries and (here is None or here.languages != entries[max(entries)]["languages"]):
        yield "The languages that people are offered are not what the ledger holds."
