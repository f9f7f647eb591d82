"""The cookie: a form of another site brings none, and no answer to it may put another in its place."""

from __future__ import annotations

import pytest
from flask import Flask

# Such a form is refused before any row is read. `tests/people` signs in on both databases.


def forms(app: Flask) -> list[str]:
    """Every address without a number in it to which a form may be sent."""
    return [rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and not rule.arguments]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_of_another_site_changes_no_cookie_wherever_it_is_sent(app: Flask, site: str) -> None:
    """Seen once: a reader was signed out, and a kiosk lost its place, by a page of somebody else."""
    sent = {"alias": "Teal", "words": "a word or two"}
    answers = {
        address: app.test_client().post(address, data=sent, headers={"Sec-Fetch-Site": site}) for address in forms(app)
    }
    assert len(answers) > 15
    assert {address for address, answer in answers.items() if "Set-Cookie" in answer.headers} == set()


def test_the_walk_would_see_a_cookie(app: Flask) -> None:
    ours = {address for address in forms(app) if "Set-Cookie" in app.test_client().post(address, data={}).headers}
    assert "/sign-in" in ours
