"""A programme of two places, and a question that stands at the first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.places import service as places
from governance.places.models import Place
from governance.questions import service
from tests.factories import NOW, Founded, an_open_programme
from tests.questions.answering import ANSWERS, ASKED, TODAY


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """An open programme of two places, on the day it was founded."""
    with clock.stopped_everywhere(NOW):
        founded = an_open_programme(session, keys)
        session.add(Place(name="The van"))
        session.commit()
        yield founded


@pytest.fixture
def asked(founded: Founded) -> int:
    """The number of a question that stands at the first place."""
    session, place = founded.session, places.places(founded.session)[0]
    question = service.propose(session, ASKED, ANSWERS, "en", founded.cards["Ash"].account_id, TODAY)
    service.put_up(session, founded.keys, question.id, place.id, TODAY)
    session.commit()
    return question.id
