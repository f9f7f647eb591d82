"""What the first page of an enrolled screen weighs, which brings more than a phone gets; and the bench can fail."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.places import service as places
from tests.bench.weight import too_much
from tests.factories import an_open_programme
from tests.frame.test_weight import MOST, weight
from tests.page import PageClient

# More than a phone's first page: it brings a cookie, so the page itself comes whole (`frame/static_files.py` says why),
# and with it comes what seals and keeps words for a week without a network. The files come once, and stay for good.
MOST_OF_A_KIOSK = 96_000  # Bytes, headers and all, without sound.


@pytest.fixture
def kiosk(session: Session, keys: KeyFolder, client: PageClient) -> PageClient:
    """A screen with all that a site can switch on: it goes without a network, and asks for a worker."""
    an_open_programme(session, keys)
    places.let_workers_come(session, wanted=True)
    _kiosk, key = places.enrol_kiosk(session, places.places(session)[0], "in the van", clock.today(), goes_without=True)
    session.commit()
    assert client.submit("/kiosk/enrol", code=key).status_code == 303
    return client


def test_what_an_enrolled_screen_fetches_the_first_time_is_bounded(kiosk: PageClient) -> None:
    sizes = weight(kiosk, "/kiosk")
    names = {name.rpartition("/")[2] for name in sizes}
    assert {"come.js", "come.css", "online.js", "aloud.js"} <= names, "the control: it is one that is enrolled"
    assert sum(sizes.values()) < MOST_OF_A_KIOSK, sizes
    assert sizes.pop("/kiosk") < 33_000
    assert sum(sizes.values()) < MOST + 3_000, "the files alone are about what a phone fetches with its page"


def test_the_bench_ends_in_a_fault_where_a_page_is_too_heavy_or_too_slow() -> None:
    assert too_much("/kiosk", {"/kiosk": 59_999}, 0.99) == []
    assert too_much("/kiosk", {"/kiosk": 30_000, "/static/site.css": 30_000}, 0.5) == [
        "/kiosk weighs 60,000 bytes; at most 60,000."
    ]
    assert len(too_much("/kiosk", {"/kiosk": 90_000}, 1.0)) == 2
