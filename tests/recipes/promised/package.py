"""After "Add a package": its pages are there, and the others may not import it."""

from governance.packages import PACKAGES
from tests.page import PageClient


def test_it_has_its_place_and_its_page(client: PageClient) -> None:
    assert PACKAGES[-1] == "lending"
    assert "Ask at the desk" in client.get("/lending").text
