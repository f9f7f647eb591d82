"""After "Add a language": it can be chosen, it is called a draft, its words are shown, and work stays English."""

from governance.frame.languages import LANGUAGES
from tests.page import PageClient


def test_it_can_be_chosen_and_read(client: PageClient) -> None:
    assert "Deutsch" in client.get("/language").text
    page = client.get("/language", headers={"Accept-Language": "de"})
    assert 'lang="de"' in page.text
    assert "Sprache: Deutsch" in " ".join(page.text.split())
    assert LANGUAGES["de"].is_draft
    assert 'lang="en"' in client.get("/sign-in", headers={"Accept-Language": "de"}).text
