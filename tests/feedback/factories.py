"""What tests of giving feedback need: the open programme, a person who walks through the screens, and the readers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.keys.keyfolder import KeyFolder
from tests.factories import TODAY, Founded, an_open_programme
from tests.page import Page, PageClient

__all__ = ["Founded", "Walk", "an_open_programme", "messages"]


class Walk:
    """Somebody who gives feedback: the screen they see, and what they tap on it."""

    def __init__(self, client: PageClient, address: str = "/say") -> None:
        self.client, self.address = client, address
        self.seen: TestResponse = client.get(address)

    @property
    def fields(self) -> dict[str, Any]:
        """What the form of the screen would send if nothing more were touched."""
        return next(form["fields"] for form in Page(self.seen.text).forms if "so_far" in form["fields"])

    def send(self, go: str, /, **typed: Any) -> TestResponse:
        """Fill in what is *typed* and press a button."""
        self.seen = self.client.post(self.address, data={**self.fields, "go": go, **typed})
        if self.seen.status_code == 303:  # On a phone each screen has an address.
            self.seen = self.client.get(self.seen.location)
        return self.seen

    def next(self, **typed: Any) -> TestResponse:
        """Press Next."""
        return self.send("next", **typed)

    def back(self, **typed: Any) -> TestResponse:
        """Press Back."""
        return self.send("back", **typed)

    def to_words(self, **typed: Any) -> TestResponse:
        """Go to the screen with the words."""
        self.next(**typed)
        while "words" not in self.fields:
            self.next()
        return self.seen


def messages(founded: Founded, audience: rules.Audience, alias: str = "Ash") -> list[feedback.OpenMessage]:
    """Let out whatever is held and return what *alias* reads of one audience."""
    session, keys = founded.session, founded.keys
    session.rollback()
    _let_out_everything(session, keys)
    return list(feedback.inbox(session, keys, founded.reader(alias), audience).messages)


def _let_out_everything(session: Session, keys: KeyFolder) -> None:
    from datetime import timedelta

    feedback.release(session, keys, TODAY + timedelta(days=4))
    session.commit()
