"""What the first page of an enrolled screen weighs, which brings more than a phone gets; and the bench can fail."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.places import service as places
from tests.bench.weight import too_much
from tests.factories import an_open_programme
from tests.frame.test_weight import MOST, SMALLER, bytes_of, text_of, weight
from tests.page import PageClient

NEXT_PAGE = 24_000  # Bytes of the second screen. Nothing of it is made smaller: it tells what was picked.


@pytest.fixture
def screen(session: Session, keys: KeyFolder, client: PageClient) -> PageClient:
    """A screen with all that a site can switch on: it goes without a network, and asks for a worker."""
    an_open_programme(session, keys)
    places.let_workers_come(session, wanted=True)
    _kiosk, key = places.enrol_kiosk(session, places.places(session)[0], "in the van", clock.today(), goes_without=True)
    session.commit()
    assert client.submit("/kiosk/enrol", code=key).status_code == 303
    return client


def bare(screen: PageClient) -> FlaskClient:
    """The same kiosk, its cookie and all, by a client that takes an answer as it comes."""
    client, name = FlaskClient(screen.application), screen.application.config["SESSION_COOKIE_NAME"]
    client.set_cookie(name, screen.get_cookie(name).value)  # type: ignore[union-attr]
    return client


@pytest.mark.parametrize("address", ["/kiosk", "/kiosk/cleared"])
def test_the_first_page_of_an_enrolled_kiosk_weighs_less_than_sixty_kilobytes(screen: PageClient, address: str) -> None:
    sizes = weight(bare(screen), address)
    names = {name.rpartition("/")[2] for name in sizes}
    assert {"aloud.js", "shared-screen.js", "online.js"} <= names, "the control: it is one that is enrolled"
    assert not {"outbox.js", "crypto.js"} & names, "what brings and seals comes once the page is there"
    assert sum(sizes.values()) < MOST, sizes


def test_only_where_nothing_of_anybody_stands_is_it_made_smaller(screen: PageClient) -> None:
    kiosk = bare(screen)
    first = kiosk.get("/kiosk", headers=SMALLER, buffered=True)
    assert first.headers["Content-Encoding"] == "gzip"
    for address in ("/kiosk?word=mine", "/code", "/vote", "/wall", "/help-now"):
        assert "Content-Encoding" not in kiosk.get(address, headers=SMALLER, buffered=True).headers, address
    second = screen.submit("/kiosk", "so_far", headers=SMALLER, lane="grievance", go="next")
    assert "Content-Encoding" not in second.headers, "its size would tell what was picked"
    assert "Who is it about?" in second.text
    assert bytes_of(second) < NEXT_PAGE


def test_what_was_said_before_leaves_the_size_of_the_first_page_as_it_was(screen: PageClient) -> None:
    before = text_of(bare(screen).get("/kiosk", headers=SMALLER, buffered=True))
    assert "checked" in screen.submit("/kiosk", "so_far", lane="urgent", go="in-es").text
    assert "checked" in screen.submit("/kiosk", "so_far", lane="urgent", go="in-en").text
    after = text_of(bare(screen).get("/kiosk", headers=SMALLER, buffered=True))
    assert (len(after), "checked" in after) == (len(before), False)


def test_the_bench_ends_in_a_fault_where_a_page_is_too_heavy_or_too_slow() -> None:
    assert too_much("/kiosk", {"/kiosk": 59_999}, 0.99) == []
    assert too_much("/kiosk", {"/kiosk": 30_000, "/static/site.css": 30_000}, 0.5) == [
        "/kiosk weighs 60,000 bytes; at most 60,000."
    ]
    assert len(too_much("/kiosk", {"/kiosk": 90_000}, 1.0)) == 2
