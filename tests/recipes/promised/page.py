"""After "Add a page": it answers."""

from tests.page import PageClient


def test_it_answers(client: PageClient) -> None:
    assert "Come as you are." in client.get("/first-visit").text
