"""An address from a poster, typed with a slash or in capital letters, leads where it means; no other one does."""

from __future__ import annotations

from typing import Any

import pytest

# An address is looked at before any table.


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/say/", "/say"),
        ("/Say", "/say"),
        ("/SAY", "/say"),
        ("/SAY//", "/say"),
        ("/Code", "/code"),
        ("/vote/", "/vote"),
        ("/Vote/7/", "/vote/7"),
        ("/Say?to=The%20door&x=%C3%A9", "/say?to=The%20door&x=%C3%A9"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_near_address_leads_on_and_loses_no_word(client: Any, typed: str, meant: str, method: str) -> None:
    answer = client.open(typed, method=method)
    assert (answer.status_code, answer.headers["Location"]) == (308, meant)


@pytest.mark.parametrize("typed", ["/sayy", "/static/Site.css", "/STATIC/x", "/.../say", "/say/x/"])
def test_another_address_is_not_here_and_the_page_says_where_to_go(client: Any, typed: str) -> None:
    answer = client.get(typed)
    assert answer.status_code == 404
    for address in ("/say", "/code", "/vote", "/help-now"):
        assert f'href="{address}"' in answer.text


def test_the_words_that_were_sent_arrive(client: Any) -> None:
    sent = client.post("/SIGN-IN", data={"alias": "Nobody"})
    assert sent.headers["Location"] == "/sign-in"
    assert sent.status_code == 308, "303 would drop what was typed"
