"""A town with nothing in it but what `governance init` has made and printed, and the people who got its cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from click.testing import CliRunner
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from governance import cli, clock, create_app
from governance.people.service import Card
from tests.factories import Founded
from tests.hand_over import enter, make_own_words, take_share
from tests.journeys.browsing import PHONE, Worker
from tests.journeys.conftest import Town
from tests.journeys.people import PLAIN_FIELDS, Facilitator, Keeper, Manager, Participant, Reader, Teller
from tests.live import Live, serving
from tests.server import SECRET

NONE: Mapping[str, str] = {}
TABLET = {"width": 1024, "height": 768}
SEATS = {"Ash": "lived", "Birch": "lived", "Cedar": "lived", "Dogwood": "lived", "Elder": "lived", "Fern": "family"}
READS = ["member", "board_reader", "urgent_trained", "teller"]
ROLES = {
    **{alias: ["member"] for alias in (*SEATS, "Hazel")},
    "Ash": READS, "Birch": READS, "Cedar": ["member", "facilitator"],
    "Kelp": ["manager", "responder"], "Moss": ["admin"],
}  # fmt: skip


class OnAPhone(Reader, Facilitator, Teller):
    """Somebody of the board: all of it fits on a phone."""

    def __init__(self, browser: Browser, url: str, card: Card) -> None:
        super().__init__(browser, url, card, PHONE)

    def proposes(self, address: str, title: str, ask: str, kind: str = "", numbers: Mapping[str, str] = NONE) -> str:
        """Write a proposal on the page at *address*, and put it to the board. Returns its own address.

        *numbers*: those of the charter that it changes, by what stands beside their boxes.
        """
        self.goes_to(address)
        self.types("Short title", title)
        self.types("What do you ask for?", ask)
        self.opens_up("What the board wants to know before it votes")
        for label in PLAIN_FIELDS:
            self.types(label, "People come from work. We look at it again.")
        self.picks("The board decides.", "Better lives")
        if kind:
            self.opens_up("If it is more than an everyday matter")
            self.chooses("Is it one of these? Most need two thirds.", kind)
        if numbers:
            self.opens_up("If it changes our charter: which numbers")
        for label, value in numbers.items():
            self.types(label, value)
        self.presses("Keep it")
        proposal = self.page.url.removeprefix(self.url)
        self.puts_it_to_the_board(proposal)
        return proposal

    def says_what_came_of_it(self, record: str, outcome: str, why: str, next_on: str) -> None:
        """Look at a decision again, and say so. It counts when another of the board agrees."""
        self.goes_to(f"/board{record}")
        self.presses("Say what came of it")
        self.picks(outcome)
        self.types("Why?", why)
        self.types("When do we look the next time?", next_on)
        self.presses("Ask for a second yes")
        self.sees("You said so. It counts, and is public, once another of the board has read it and agrees.")


class AtADesk(Manager, Keeper):
    """Somebody of the staff."""

    def checks_the_help_cards(self, *titles: str) -> None:
        """Call each number, and save its card."""
        for title in titles:
            self.goes_to("/places")
            self.presses(title)
            self.presses("Save")


W = TypeVar("W", OnAPhone, AtADesk)


def the_plan() -> str:
    """Return the plan of a site with seven seats, one of them open, as somebody would type it."""
    names = list(SEATS)
    lines = ["[programme]", 'name = "Dock Street"', 'place_name = "Dock Street"', 'board_name = "The Table"']
    lines += ["[[places]]", 'name = "Drop-in"']
    for number, kind in enumerate((*SEATS.values(), "health"), 1):
        lines += ["[[seats]]", f'label = "Seat {number}"', f'class = "{kind}"']
    for alias, roles in ROLES.items():
        lines += ["[[people]]", f'alias = "{alias}"', f"roles = {roles}"]
        lines += [f'seat = "Seat {names.index(alias) + 1}"'] if alias in names else []
    return "\n".join(lines)


@contextmanager
def a_town(home: Path, browser: Browser, began: datetime) -> Iterator[Town]:
    """Found a programme in the folder *home* with the real command, and serve it until the block ends."""
    environ = {
        "GOVERNANCE_MODE": "development", "GOVERNANCE_HOME": str(home), "GOVERNANCE_SECRET": SECRET,
        "GOVERNANCE_DATABASE": f"sqlite:///{home / 'town.db'}",
    }  # fmt: skip
    plan = home / "plan.toml"
    plan.write_text(the_plan(), encoding="utf-8")
    with ExitStack() as hours:
        hours.enter_context(clock.stopped_everywhere(began))
        printed = CliRunner().invoke(cli.commands, ["init", str(plan)], env=environ, catch_exceptions=False).output
        words = re.findall(r"\n  (\w+)\n  ((?:[a-z]+ ){4}[a-z]+)(?=\n)", printed)
        app = create_app(environ)
        cards = {alias: Card(alias, passphrase, 0) for alias, passphrase in words}
        founded = Founded(Session(), app.extensions["keyfolder"], cards, [])
        town = Town(Live(app, hours.enter_context(serving(app)), founded), browser, hours)
        yield town
        for person in town.here:
            person.leaves()


def member(town: Town, alias: str) -> OnAPhone:
    """Return somebody of the board; whoever comes for the first time makes words of their own."""
    return _with_own_words(town, town.worker(OnAPhone, alias))


def staff(town: Town, alias: str) -> AtADesk:
    """Return somebody of the staff, in the same way."""
    return _with_own_words(town, town.worker(AtADesk, alias))


def _with_own_words(town: Town, who: W) -> W:
    """Let the first who comes do it in a browser, and each other one on the same pages without it."""
    printed = town.live.founded.cards
    if who.card is not printed[who.card.alias]:
        return who
    if any(each.card is not printed[each.card.alias] for each in town.here if isinstance(each, Worker)):
        own = make_own_words(enter(town.live.app, who.card.alias, who.card.passphrase))
        who.card = replace(who.card, passphrase=own)
    else:
        who.signs_in()
        who.sees("So first make your own. Then all your pages open.")
        who.makes_own_words()
    return who


def takes_a_share(town: Town, who: W) -> None:
    """Let somebody take a recovery share without a browser."""
    take_share(enter(town.live.app, who.card.alias, who.card.passphrase))


def at_the_tablet(town: Town) -> Participant:
    """Return whoever stands at the one tablet just now."""
    there = next((each for each in town.here if isinstance(each, Participant)), None)
    somebody = there or town.participant()
    somebody.page.set_viewport_size(TABLET)  # type: ignore[arg-type]
    somebody.opens("/kiosk")
    return somebody


def list_of_messages(anybody: Participant) -> bytes:
    """Return the public list of messages as files, as anybody can fetch it."""
    get, log = anybody.context.request.get, f"{anybody.url}/ledger/intake"
    full, rest = divmod(int(get(f"{log}/checkpoint").text().splitlines()[1]), 256)
    names = [*(f"{number:03}" for number in range(full)), *([f"{full:03}.p/{rest}"] if rest else [])]
    return b"".join(get(f"{log}/tile/entries/{name}").body() for name in names)
