"""By a clock that jumped no week of a question is over: it stands and is answered by the last sure day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from governance import clock
from governance.clockwork.timekeeping import TimeMark
from tests.factories import NOW, Founded
from tests.questions.answering import ASKED, row
from tests.questions.test_questions import a_kiosk


@pytest.mark.parametrize("noted", [True, False])
def test_a_question_goes_on_by_the_last_sure_day(
    app: Flask, founded: Founded, asked: int, monkeypatch: pytest.MonkeyPatch, noted: bool
) -> None:
    kiosk = a_kiosk(app, founded)
    if noted:
        founded.session.add(TimeMark(id=1, moment=NOW, boot="another", up=9.0, last=NOW, destroying_waits=False))
        founded.session.commit()
    before = row(founded, asked).tally
    founded.session.rollback()  # Else it holds the database.
    monkeypatch.setattr(clock, "is_stopped", lambda: False)
    with clock.stopped_everywhere(NOW + timedelta(days=30)):
        stands = ASKED in kiosk.get("/question").text
        assert stands is noted, "without what was noted, the control, its week is over"
        if noted:
            kiosk.submit("/question", answer="0")
    assert (row(founded, asked).tally != before) is noted
