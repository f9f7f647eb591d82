"""Promise 2, on a tablet in a van: what is said without a network is sealed before it is stored.

A real Chromium with a folder of its own, and a server whose port is really closed. Fifteen people speak (fifty with
`--every-combination`), then the plug is pulled. No word of theirs stands in any file of the browser, in no way of
writing it. With the network back each is taken exactly once, also where the line breaks off after the program has kept
it. With the seal taken out the same search finds the words.
"""

from __future__ import annotations

import shutil
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from flask import Response, request
from playwright.sync_api import Playwright, expect
from sqlalchemy import delete, func, select

from governance import assets, sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Held
from governance.feedback.service import outbox
from tests.factories import TODAY
from tests.feedback.tablets import Network, Tablet, found_in, network, waits_until
from tests.live import Live
from tests.pairs import in_full

MANY = [f"Heather{number:02} said the walnut{number:02} is rotten" for number in range(in_full(50, 15))]
SEARCHED = [word for said in MANY for word in (said.split()[0], said.split()[3])]
SEALED = "export const seal = async (receiver, words, info, plain) =>"
IN_THE_CLEAR = "export const seal = async (receiver, words) => words;\n" + SEALED.replace("seal =", "another =")


def read(live: Live) -> list[str]:
    """Let out what is held, return all that a reader then reads, and leave nothing behind."""
    session, keys = live.founded.session, live.founded.keys
    session.rollback()
    feedback.release(session, keys, TODAY + timedelta(days=4))
    ring = feedback.Keyring(session, keys, live.founded.reader("Ash"))
    page = ring.inbox(rules.Audience.EVERYONE)
    words = [message.words for message in page.messages]
    while page.after:
        page = ring.inbox(rules.Audience.EVERYONE, after=page.after)
        words += [message.words for message in page.messages]
    session.rollback()
    session.execute(delete(Held))
    session.commit()
    return words


@pytest.fixture(scope="module")
def van(live: Live) -> Iterator[Network]:
    """The network of the van."""
    with network(live.app) as made:
        yield made


@pytest.fixture
def online(van: Network) -> Network:
    """The same, and it is there."""
    van.cut_after = lambda environ: False
    van.on()
    return van


def enrolled(tablet: Tablet, live: Live) -> Path:
    """Enrol the tablet for being without a network, switch it off, and return the folder of its browser."""
    tablet.start()
    tablet.enrol(live.founded)
    tablet.made_ready()
    tablet.close()
    return tablet.folder


@pytest.fixture(scope="module")
def as_enrolled(playwright: Playwright, live: Live, van: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tablet that was enrolled and switched off. A test starts a copy of it."""
    van.on()
    return enrolled(Tablet(playwright, tmp_path_factory.mktemp("tablet") / "profile", van), live)


@pytest.fixture
def tablet(playwright: Playwright, as_enrolled: Path, van: Network, tmp_path: Path) -> Iterator[Tablet]:
    """A tablet that was enrolled for being without a network, and is without one now."""
    van.off()
    shutil.copytree(as_enrolled, tmp_path / "profile", symlinks=True)
    made = Tablet(playwright, tmp_path / "profile", van)
    made.start()
    yield made
    made.kill()
    van.cut_after = lambda environ: False


def lanes_that_came(live: Live, bodies: list[bytes]) -> list[str]:
    """Return what kind of word each was that came, in this order: it stands in the outer seal."""
    keys = live.founded.keys
    return [outbox._opened(keys, body)["lane"] for body in bodies]


@pytest.fixture
def brought(live: Live) -> Iterator[list[bytes]]:
    """Keep what is brought, as the program takes it in."""
    came: list[bytes] = []

    def keep() -> None:
        if request.endpoint == "feedback.bring":
            came.append(b64decode(request.form["sealed"]))

    functions = live.app.before_request_funcs.setdefault(None, [])
    functions.append(keep)
    yield came
    functions.remove(keep)


def test_many_people_without_a_network_leave_no_word_on_the_tablet_and_each_arrives_once(
    live: Live, tablet: Tablet, brought: list[bytes]
) -> None:
    lanes = sorted(islice(cycle(("thanks", "suggestion", "other")), len(MANY)))
    for words, lane in zip(MANY, lanes, strict=True):
        tablet.say(words, lane)
    assert tablet.sizes() == [outbox.SEALED_SIZE] * len(MANY)
    tablet.kill()
    assert found_in(tablet.folder, SEARCHED) == []

    tablet.network.on()
    tablet.start()
    tablet.visit()
    tablet.empties()
    tablet.visit()
    assert sorted(read(live)) == sorted(MANY)
    came = lanes_that_came(live, brought)
    assert sorted(came) == sorted(lanes)
    assert came != lanes, "in an order drawn by lot"


def test_with_the_seal_taken_out_the_same_search_finds_the_words(
    live: Live, playwright: Playwright, online: Network, tmp_path: Path
) -> None:
    """The control. The script that seals is served with the seal taken out."""
    served: Any = live.app.view_functions["static"]

    def without_the_seal(**named: Any) -> Response:
        if not named["filename"].endswith("sealing/crypto.js"):
            return served(**named)  # type: ignore[no-any-return]
        text = (assets.folder("static") / "sealing" / "crypto.js").read_text(encoding="utf-8")
        assert SEALED in text
        return Response(text.replace(SEALED, IN_THE_CLEAR), mimetype="text/javascript")

    live.app.view_functions["static"] = without_the_seal
    tablet = Tablet(playwright, tmp_path / "profile", online)
    try:
        enrolled(tablet, live)
        online.off()
        tablet.start()
        tablet.say(MANY[0])
        tablet.kill()
    finally:
        live.app.view_functions["static"] = served
        tablet.kill()
    assert found_in(tablet.folder, SEARCHED) == SEARCHED[:2]


def test_a_line_that_breaks_off_after_it_was_kept_brings_it_once(live: Live, tablet: Tablet) -> None:
    for words in MANY[:3]:
        tablet.say(words)
    lost: list[str] = []

    def lose_the_first_answers(environ: dict[str, Any]) -> bool:
        asked = (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("POST", "/kiosk/outbox")
        lost.extend(["lost"] * (asked and len(lost) < 2))
        return asked and len(lost) <= 2 and not done

    done: list[str] = []
    tablet.network.cut_after = lose_the_first_answers
    tablet.network.on()
    tablet.visit()
    waits_until(lambda: len(lost) > 0)
    assert len(tablet.sizes() or []) == 3, "the tablet was told of none"
    session = live.founded.session
    waits_until(lambda: session.rollback() is None and session.scalar(select(func.count()).select_from(Held)) == 1)
    session.rollback()
    done.append("the line holds now")
    tablet.visit()
    tablet.empties()
    assert sorted(read(live)) == MANY[:3]


def test_the_thanks_say_what_is_so_and_urgent_words_say_that_nobody_sees_them(tablet: Tablet) -> None:
    tablet.visit()
    tablet.page.locator("input[value=urgent]").press("Space")
    tablet.press("next")
    expect(tablet.page.get_by_role("heading", name="No one sees this until the network is back.")).to_be_visible()
    first = tablet.page.locator("[data-step=wait] .help-card").first
    expect(first).to_be_visible()
    tablet.press("send")
    expect(tablet.page.get_by_role("heading", name="When should it go?")).to_be_visible()
    tablet.press("send")
    expect(tablet.page.get_by_text("Choose one.")).to_be_visible()
    assert tablet.sizes() == []
    tablet.page.locator("input[value=now]").press("Space")
    tablet.press("send")
    expect(tablet.page.get_by_text("It goes out by itself when this tablet has a network again.")).to_be_visible()
    expect(tablet.page.get_by_text("There is no code for it.")).to_be_visible()
    expect(tablet.page.locator("main > [data-urgent] .help-card").first).to_be_visible()
    assert tablet.sizes() == [outbox.SEALED_SIZE]


def test_who_has_the_tablet_and_not_the_key_folder_opens_nothing(live: Live, tablet: Tablet) -> None:
    tablet.say(MANY[0])
    held = tablet.page.evaluate("""async () => {
      const base = await new Promise((done) => {
        const opening = indexedDB.open("outbox"); opening.onsuccess = () => done(opening.result);
      });
      const all = (name) => new Promise((done) => {
        const asked = base.transaction(name).objectStore(name).getAll(); asked.onsuccess = () => done(asked.result);
      });
      return { sealed: Array.from((await all("sealed"))[0]), tablet: JSON.stringify(await all("tablet")) };
    }""")
    keys = live.founded.keys
    assert outbox._opened(keys, bytes(held["sealed"]))["lane"] == "suggestion"
    assert outbox._pair(keys).private.hex() not in held["tablet"]
    for other in (sealing.new_pair().private, outbox._pair(keys).public):
        with pytest.raises(sealing.SealBroken):
            sealing.open_sealed(other, bytes(held["sealed"]), outbox._info(keys))
