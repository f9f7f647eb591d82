"""What has to stand in the ledger does: the demo does everything a programme does, through the services alone."""

from __future__ import annotations

import json

from sqlalchemy import select

from governance.ledger import rules, service
from governance.ledger.models import Leaf
from governance.storage import database
from tests.demo.served import Demo


def test_every_kind_of_entry_is_written_by_the_service_that_does_the_act(demo: Demo) -> None:
    with demo.app.app_context():
        session, keys = database.db.session, demo.app.extensions["keyfolder"]
        found = session.execute(select(Leaf.log, Leaf.body)).all()
        assert [service.check(session, keys, log) for log in rules.LOGS] == [[], []]
    kinds = {(log, json.loads(body).get("kind", rules.SEALED_ENTRY)) for log, body in found}
    # Nothing was ever lost there.
    lost = {("decisions", "gap"), ("decisions", "mended"), ("decisions", "lost"), ("intake", "lost")}
    assert kinds == {(log, kind) for log in rules.LOGS for kind in rules.KINDS[log]} - lost
