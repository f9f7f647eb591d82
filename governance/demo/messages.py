"""What people said: sent, held, let out, read by board and staff, grouped, quoted, answered in private, one hidden."""

from __future__ import annotations

import secrets
import uuid
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from governance.demo import cast
from governance.demo.cast import Cast
from governance.demo.story import MORNING, NOON, Story, data
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.models import Theme
from governance.feedback.service import PreparedCode, Submission
from governance.people import service as people
from governance.people.service import OpenReader

TAKES_A_CODE = ("F02", "F05", "F25")
SENT_NOW = ("F12",)  # "Send it now": the drug alert, which cannot wait to be mixed.
TO_TRAINED_READERS = {"F14": -38, "F15": -38}  # Force used on somebody; and a note that says where to find a person.
FIRST_READ, LAST_READ = -62, -4  # What comes after waits on the desk, for whoever tries the demo.
HIDDEN, HIDE_ASKED, HIDE_AGREED = "F32", -9, -8
AUDIENCES = tuple(rules.Audience)


class Messages:
    """The messages of the demo, and what the readers come to know of them while they read."""

    def __init__(self, story: Story, people: Cast, readers: dict[str, OpenReader]) -> None:
        self.story, self.people, self.readers = story, people, readers
        self.said = {each["id"]: each for each in data("messages")["message"]}
        self.codes: dict[str, PreparedCode] = {}
        self.found: dict[str, uuid.UUID] = {}
        self.themes: dict[str, int] = {}

    def rehearse(self) -> None:
        """Plan the sending, the reading and the replies."""
        story = self.story
        self.codes = {name: self._prepare(name) for name in TAKES_A_CODE}
        for name, facts in self.said.items():
            story.plan(facts["day"], NOON, partial(self._send, name))
        for day in range(FIRST_READ, LAST_READ + 1):
            story.plan(day, MORNING, partial(self._read_and_sort, day))
        for name, day in TO_TRAINED_READERS.items():
            story.plan(day, NOON, partial(self._pass_on, name, day))
        for tick in data("replies")["urgent"]:
            story.plan(tick["day"], NOON, partial(self._tick, tick))
        for reply in data("replies")["reply"]:
            story.plan(reply["day"], NOON, partial(self._write_back, reply))
        story.plan(HIDE_ASKED, NOON, self._ask_to_hide)
        story.plan(HIDE_AGREED, NOON, self._agree_to_hide)

    def _prepare(self, name: str) -> PreparedCode:
        return feedback.prepare_code(self.story.keys, secrets.token_bytes(16), self.said[name]["language"])

    def _send(self, name: str, session: Session) -> None:
        """Send one message, as the kiosk, a peer helper or a reader with a paper card does."""
        facts = self.said[name]
        paper = rules.Route.PAPER if facts["via"] == "paper" else rules.Route.LATER
        said = Submission(
            token=secrets.token_bytes(16),
            lane=rules.Lane(facts["lane"]),
            about=rules.About(facts["about"]),
            topics=tuple(facts["topics"]),
            face=facts["face"],
            language=facts["language"],
            words=facts["words"],
            consent=rules.Consent(facts["share"]),
            route=rules.Route.NOW if name in SENT_NOW else paper,
            place="Drop-in",
            via=facts["via"],
            code=self.codes.get(name),
        )
        feedback.take(session, self.story.keys, said, self.story.day(facts["day"]))

    def _read_and_sort(self, day: int, session: Session) -> None:
        """Read what was let out the evening before: each message into its lane and its themes."""
        reader, by = self.readers[cast.BOARD_READER], feedback.Hand(self.story.keys, self.story.day(day))
        for audience in AUDIENCES:
            for message in feedback.inbox(session, self.story.keys, reader, audience).messages:
                name = self._name_of(message.words)
                feedback.sort(session, message.id, rules.Lane(self.said[name]["lane"]), by)
                self.found[name] = message.id
                self._group(session, name, message, by)

    def _name_of(self, words: str) -> str:
        """Return which of the demo's messages a reader has open: no two have the same words."""
        return next(name for name, facts in self.said.items() if facts["words"] == words)

    def _group(self, session: Session, name: str, message: feedback.OpenMessage, by: feedback.Hand) -> None:
        for facts in data("themes")["theme"]:
            if name in facts["messages"]:
                theme = self._theme(session, facts, by.today)
                feedback.put_in(session, theme, message.id, by)
                for of, text in facts.get("quotes", ()):
                    if of == name:
                        feedback.quote(session, message, theme, text)

    def _theme(self, session: Session, facts: dict[str, str], today: date) -> Theme:
        known = self.themes.get(facts["id"])
        if known is not None:
            return session.get_one(Theme, known)
        lane = rules.Lane(facts["lane"])
        theme = feedback.start_theme(session, facts["title"], facts["summary"], lane, today)
        self.themes[facts["id"]] = theme.id
        return theme

    def _pass_on(self, name: str, day: int, session: Session) -> None:
        """Move a message to the trained readers, whose messages are also forgotten soonest."""
        reader, today = self.readers[cast.BOARD_READER], self.story.day(day)
        feedback.move(session, self.story.keys, reader, self.found[name], rules.Audience.URGENT, today)

    def _tick(self, tick: dict[str, str], session: Session) -> None:
        step, today = rules.UrgentStep(tick["step"]), self.story.day(int(tick["day"]))
        feedback.tick_urgent(session, self.found[tick["message"]], step, tick["by"] == "board", today)

    def _write_back(self, reply: dict[str, str], session: Session) -> None:
        """Leave a private word for whoever holds the code."""
        reader, today = self.readers[reply["by"]], self.story.day(int(reply["day"]))
        message = feedback.read(session, self.story.keys, reader, self.found[reply["message"]])
        if message:
            feedback.write_back(session, self.story.keys, message, reply["words"], bool(reply.get("asks")), today)

    def _ask_to_hide(self, session: Session) -> None:
        account, today = self.people.account(cast.BOARD_READER), self.story.day(HIDE_ASKED)
        feedback.ask_to_hide(session, self.story.keys, self.found[HIDDEN], HideReason.TEST, account, today)

    def _agree_to_hide(self, session: Session) -> None:
        """A reader of the staff agrees, so it is hidden, with a tombstone everybody can see."""
        account, roles = self.people.account(cast.STAFF_READER), self.people.roles[cast.STAFF_READER]
        lane, today = rules.Lane(self.said[HIDDEN]["lane"]), self.story.day(HIDE_AGREED)
        feedback.agree_to_hide(session, self.story.keys, self.found[HIDDEN], lane, account, roles, today)
        for listed in people.all_accounts(session):  # Every member is told of it, and has read it.
            people.have_seen(session, self.story.keys, listed.account.id, today)
