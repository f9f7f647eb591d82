"""After "Add a language": it can be chosen, it is called a draft, and its words are shown."""

from tests.page import PageClient


def test_it_can_be_chosen_and_read(client: PageClient) -> None:
    assert "Français" in client.get("/language").text
    page = client.get("/language", headers={"Accept-Language": "fr"})
    assert 'lang="fr"' in page.text
    assert "Langue: Français" in " ".join(page.text.split())
