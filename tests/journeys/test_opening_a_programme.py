"""A site founds its own programme: at the command line, then through the pages, until feedback opens."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from governance import sealing
from governance.keys.keyfolder import RECOVERY
from governance.people.service import Card
from tests import at_the_terminal
from tests.journeys.browsing import Person, Worker
from tests.journeys.people import Keeper, Participant
from tests.plan import PLAN
from tests.server import Installation, free_port

ANSWERS = (
    "North Side Exchange", "North Side", "", "", "Drop-in", "", "5", "", "",
    "Ash", "member boss", "member, board_reader urgent_trained", "lived 1",
    "Birch", "board_reader urgent_trained", "",
)  # fmt: skip

TABLET = {"width": 1024, "height": 768}

MISTAKES = {
    "no TOML": ("[programme", "plan.toml"),
    "a part is missing": (PLAN.replace('name = "Drop-in"', ""), "The plan has no 'name'."),
    "an unknown role": (PLAN.replace('"admin"', '"boss"'), "'boss' is not a valid Role"),
    "one reader for the board": (PLAN.replace('"board_reader", ', "", 1), "Name two board readers"),
    "two of one name": (PLAN.replace("Birch", "ash"), "There are two of the name 'ash'."),
    "an impossible hour": (PLAN.replace("closed_days = [2027-01-01]", "release_hour = 25"), "release_hour has 25."),
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    """A machine with nothing on it yet."""
    (tmp_path / "tmp").mkdir()
    site = Installation(tmp_path, free_port(), workers=1, more={"GOVERNANCE_BACKUPS": str(tmp_path / "backups")})
    yield site
    site.stop()


def governance(site: Installation, *arguments: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an operator would."""
    environ = {name: value for name, value in {**site.environ, **more}.items() if value}
    return at_the_terminal.governance(arguments, environ, typed)


def refused(answer: subprocess.CompletedProcess[str], sentence: str) -> None:
    """One line that says what is wrong, and status 1."""
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert sentence in answer.stderr
    assert not answer.stdout


def planned(site: Installation, plan: str = PLAN) -> str:
    """Write a plan to a file and return its name."""
    (site.home / "plan.toml").write_text(plan, encoding="utf-8")
    return str(site.home / "plan.toml")


def test_a_site_founds_its_programme_and_opens_feedback_when_its_help_cards_are_filled_in(
    site: Installation, browser: Browser
) -> None:
    printed = governance(site, "init", planned(site)).stdout
    assert not re.search(r"(?:[A-Z2-7]{4} ){8}", printed), "no share is on the terminal of whoever founds it"
    assert "The help card “Overdose” in en is not filled in" in printed
    site.start()
    no_printed_card_takes_a_share(site, printed)
    three_people_at_one_tablet_take_a_share_each(browser, site, printed)
    keeper = Keeper(browser, site.address, OWN_WORDS["Moss"])
    stranger = Participant(browser, site.address)
    nobody_can_say_anything_yet(stranger)
    the_keeper_fills_in_what_only_the_site_knows(keeper)
    stranger.opens("/kiosk")
    stranger.does_not_see("Feedback is not open here yet.")
    stranger.presses("Send it as it is")
    stranger.sees("Thank you. It is in.")
    assert governance(site, "backup", f"{site.more['GOVERNANCE_BACKUPS']}/").returncode == 0
    healthy = governance(site, "doctor")
    assert healthy.returncode == 0, healthy.stdout
    assert "MEND" not in healthy.stdout
    for person in (keeper, stranger):
        person.leaves()


def card_of(alias: str, printed: str) -> Card:
    """Cut one card out of what was printed."""
    words = re.search(rf"\n  {alias}\n  ((?:[a-z]+ ){{4}}[a-z]+)\n", printed)
    assert words
    return Card(alias, words[1], 0)


OWN_WORDS: dict[str, Card] = {}


def no_printed_card_takes_a_share(site: Installation, printed: str) -> None:
    """Whoever founds it has every printed card. At the terminal, too, it opens nothing."""
    card = card_of("Ash", printed)
    answer = governance(site, "shares", typed=f"Ash\n{card.passphrase}\n")
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert "Somebody else printed these words." in answer.stderr
    assert "MEND  0 of 3 recovery shares are with people." in governance(site, "doctor").stdout


def three_people_at_one_tablet_take_a_share_each(browser: Browser, site: Installation, printed: str) -> None:
    """One after another. Each sees one share; after that the tablet shows the next one nothing of it."""
    tablet, shares = Worker(browser, site.address, card_of("Ash", printed), TABLET), []
    for alias in ("Ash", "Birch", "Moss"):
        tablet.card, tablet.signed_in = card_of(alias, printed), False
        tablet.signs_in()
        tablet.sees("So first make your own. Then all your pages open.")
        tablet.makes_own_words()
        OWN_WORDS[alias] = tablet.card
        share = tablet.takes_a_share()
        tablet.does_not_see(*(f"<li>{group}</li>" for group in share.split()))
        tablet.presses("Sign out")
        for _ in range(4):
            tablet.goes_back()
            tablet.does_not_see(*(f"<li>{group}</li>" for group in share.split()))
        shares.append(sealing.Share.from_text(share))
    assert len({share.number for share in shares}) == 3
    assert sealing.public_of(sealing.join_secret(shares[1:])) == site.keys().need(RECOVERY)
    assert "ok    All three recovery shares are with people" in governance(site, "doctor").stdout
    tablet.leaves()


def nobody_can_say_anything_yet(stranger: Person) -> None:
    """The page says so, and offers nothing to send."""
    stranger.opens("/kiosk")
    stranger.sees("Feedback is not open here yet. Tell any worker or board member what you need.")
    stranger.does_not_see("Send it as it is")


def the_keeper_fills_in_what_only_the_site_knows(keeper: Keeper) -> None:
    """The button to open is there when nothing is missing any more, and not before."""
    keeper.goes_to("/places")
    keeper.sees("Still to do before feedback can open")
    keeper.does_not_see("Open feedback")
    for kind in ("Emergency", "Overdose", "Someone to talk to"):
        keeper.adds_a_help_card(kind, f"{kind}, here", "555-0100")
    keeper.does_not_see("Open feedback")
    keeper.writes_the_legal_limit("Workers here must report harm to a child. You do not have to say who.")
    keeper.presses("Open feedback")
    keeper.sees("Feedback is open.")


def test_init_asks_when_there_is_no_plan_and_doctor_says_what_to_mend(site: Installation) -> None:
    refused(governance(site, "doctor"), "There is no programme yet")
    asked = governance(site, "init", typed="\n".join(ANSWERS) + "\n")
    assert asked.returncode == 0, asked.stderr
    assert "There is no role 'boss'." in asked.stdout
    assert card_of("Ash", asked.stdout)
    refused(governance(site, "init", planned(site)), "There is a programme in this database already.")
    ill = governance(site, "doctor")
    assert "NOTE  The box stays shut: The help card “Emergency”" in ill.stdout
    assert "If the disk with the keys breaks now, nobody can bring back what people said." in ill.stdout
    (site.home / "keys").chmod(0o755)
    ill = governance(site, "doctor")
    assert ill.returncode == 1
    assert "MEND  Others can read the key folder." in ill.stdout


@pytest.mark.parametrize(("plan", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_plan_with_a_mistake_founds_nothing(site: Installation, plan: str, sentence: str) -> None:
    refused(governance(site, "init", planned(site, plan)), sentence)
    assert not (site.home / "keys").exists()


def test_the_server_refuses_to_start_in_one_line(site: Installation) -> None:
    refused(governance(site, "serve", GOVERNANCE_SECRET=""), "GOVERNANCE_SECRET is missing.")
    refused(governance(site, "serve", GOVERNANCE_SECRET="a" * 40), "GOVERNANCE_SECRET is too weak.")
    refused(governance(site, "serve"), "There is no programme yet")
    (site.home / "keys").mkdir()
    (site.home / "keys" / "programme").write_bytes(b"there")
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", site.port))
        somebody.listen()
        refused(governance(site, "serve"), f"Port {site.port} is taken. Choose another, like: PORT=8001")
