"""Loading the demo: who is in it, what is planned, and the telling of it."""

from __future__ import annotations

from typing import Protocol

from flask import Flask

from governance.demo import cast, printing
from governance.demo.answers import DemoAnswers
from governance.demo.asked_back import AskedBack
from governance.demo.cast import Cast
from governance.demo.messages import Messages
from governance.demo.proposals import Proposals
from governance.demo.records import Records
from governance.demo.story import Story, data
from governance.demo.votes import votes_of
from governance.demo.wall import Wall
from governance.permissions.roles import Role


class StoryPart(Protocol):
    """A part of the story that knows what happens on which day."""

    def rehearse(self) -> None:
        """Put what happens on its days, in the order of the story."""


def load(app: Flask) -> str:
    """Make the whole demo in an empty database and return what to print. Takes some seconds."""
    site = data("programme")["programme"]
    story = Story(app, site["timezone"])
    people = Cast(story)
    people.found()
    tellers = people.with_role(Role.TELLER)
    signed_in = people.sign_in([cast.BOARD_READER, cast.MANAGER, cast.STAFF_READER, *tellers])
    messages = Messages(story, people, signed_in)
    proposals = Proposals(story, people, messages)
    votes = votes_of(story, people, proposals, [signed_in[teller] for teller in tellers])
    records = Records(story, people, votes)
    answers = DemoAnswers(story, people, messages, records)
    last = AskedBack(story, people), Wall(story, people, answers)
    parts: list[StoryPart] = [people, messages, proposals, *votes, records, answers, *last]
    for part in parts:
        part.rehearse()
    story.tell(site["release_hour"])
    to_count_again: list[str] = []
    story.do(lambda session: to_count_again.extend(records.to_count_again(session)))
    return printing.cards(people, messages, [vote for vote in votes if vote.stays_open], to_count_again)
