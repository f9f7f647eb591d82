"""Who is in the demo: the founding with its cards, the site's own pages, a seat that rests and one that opens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property, partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service as board
from governance.board.rules import GETS_SEAT, GIVES_BACK, SEAT_RESTS
from governance.demo import cut_short
from governance.demo.story import FIRST_DAY, MORNING, NOON, Story, data
from governance.people import service as people
from governance.people.rules import gets_card
from governance.permissions.roles import Role
from governance.places import service as places
from governance.places.models import HelpCard
from governance.places.rules import Help
from governance.programme import founding
from governance.ruling.sentences import Sentence
from governance.storage import database

PAUSED, REST_BEGINS, REST_DAYS = "Paloma", -29, 99
LEAVES, LEAVES_ON = "Lark", -26
BOARD_READER, SECOND_BOARD_READER = "Teal", "Grandma Jo"
MANAGER, DIRECTOR, STAFF_READER = "Alder", "Sorrel", "Fennel"


class Cast:
    """The people of the demo. Their cards are made at the founding and exist here alone."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.plan = founding.read_plan(data("programme"))
        self.joining = [(founding.person_in(facts), facts["day"]) for facts in data("programme")["joining"]]
        self.founded: founding.Founded

    def found(self) -> None:
        """Found the programme, as `governance init` does, on the first day."""
        with (
            clock.stopped_at(self.story.moment(FIRST_DAY, MORNING)),
            self.story.app.app_context(),
            database.transaction() as session,
        ):
            self.founded = founding.found(session, self.story.keys, self.plan, clock.now(), invented=True)
            cut_short.mark(self.story.app)
        self.story.keys.end_founding()

    @cached_property
    def cards(self) -> dict[str, people.Card]:
        """The cards by chosen name: of the founding, and of whoever has joined since."""
        return {card.alias: card for card in self.founded.cards}

    @cached_property
    def roles(self) -> dict[str, frozenset[Role]]:
        """What each person is here to do."""
        return {person.alias: person.roles for person in self.everyone}

    @property
    def everyone(self) -> list[founding.Person]:
        """Who gets a card, sooner or later."""
        return [*self.plan.people, *(person for person, _ in self.joining)]

    def account(self, alias: str) -> int:
        """Return the account of *alias*."""
        return self.cards[alias].account_id

    def with_role(self, role: Role) -> list[str]:
        """Return the chosen names of those who carry *role*."""
        return [person.alias for person in self.everyone if role in person.roles]

    def sign_in(self, aliases: Iterable[str]) -> dict[str, people.OpenReader]:
        """Sign in with the cards of *aliases* and return their unlocked keys. Slow on purpose, so done once each."""
        opened = {}
        with clock.stopped_at(self.story.moment(FIRST_DAY, NOON)), self.story.app.app_context():
            for alias in aliases:
                with database.transaction() as session:
                    opened[alias] = founding.open_with_card(session, self.story.keys, self.cards[alias], clock.now())
        return opened

    def rehearse(self) -> None:
        """Plan what the site fills in before it opens, and what changes at the table."""
        story = self.story
        story.plan(FIRST_DAY, NOON, self._fill_in)
        for day in sorted({card["checked"] for card in data("programme")["help"]}):
            story.plan(day, NOON, partial(self._check_help_cards, day))
        story.plan(REST_BEGINS, NOON, self._rest)
        story.plan(LEAVES_ON, NOON, self._leave)
        for person, day in self.joining:
            story.plan(day, NOON, partial(self._make_card, person, story.day(day)))
            story.plan(day, NOON, partial(self._take_seat, person, story.day(day)))

    def _fill_in(self, session: Session) -> None:
        """Write the help cards and the legal limit in both languages, and open feedback."""
        today = self.story.day(FIRST_DAY)
        said = data("programme")
        for language, text in said["limit"].items():
            places.write_legal_limit(session, language, text)
        for position, facts in enumerate(said["help"]):
            for language in ("en", "es"):
                card = HelpCard(kind=Help(facts["kind"]), language=language, position=position, **facts[language])
                for name in ("phone", "country", "hours", "run_by", "cost", "spoken"):
                    setattr(card, name, facts[language].get(name, facts[name]))
                places.save_help_card(session, card, today)
                if "pictures" in facts:
                    places.choose_pictures(session, card, facts["pictures"])
        places.open_intake(session, self.story.keys, today)

    def _check_help_cards(self, day: int, session: Session) -> None:
        """Look again at the help cards that the site checked last on *day*."""
        kinds = [Help(facts["kind"]) for facts in data("programme")["help"] if facts["checked"] == day]
        for card in session.scalars(select(HelpCard).where(HelpCard.kind.in_(kinds))):
            places.save_help_card(session, card, self.story.day(day))

    def _rest(self, session: Session) -> None:
        begins, until = self.story.day(REST_BEGINS), self.story.day(REST_BEGINS + REST_DAYS)
        seat = board.seat_of(session, self.account(PAUSED), begins)
        if seat:
            with board.telling(session, self.story.keys, Sentence(SEAT_RESTS, seat=seat.label, day=until), begins):
                board.pause(session, seat.seat_id, begins, until)

    def _leave(self, session: Session) -> None:
        day = self.story.day(LEAVES_ON)
        seat = board.seat_of(session, self.account(LEAVES), day)
        if seat:
            with board.telling(session, self.story.keys, Sentence(GIVES_BACK, name=LEAVES, seat=seat.label), day):
                board.end_term(session, seat.seat_id, day)

    def _make_card(self, person: founding.Person, day: date, session: Session) -> None:
        card = people.new_account(session, self.story.keys, alias=person.alias, roles=person.roles, own_words=True)
        people.tell_of_accounts(session, self.story.keys, gets_card(person.alias, person.roles), day, {card.account_id})
        self.cards[person.alias] = card

    def _take_seat(self, person: founding.Person, day: date, session: Session) -> None:
        [seat] = [each for each in board.seats_on(session, day) if each.label == person.seat]
        said = Sentence(GETS_SEAT, name=person.alias, seat=seat.label, day=day)
        with board.telling(session, self.story.keys, said, day):
            board.seat_member(session, seat.seat_id, self.account(person.alias), day)
