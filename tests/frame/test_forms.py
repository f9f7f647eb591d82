"""A rule's no shows the page again: what was typed stays, days are as people write them, the status tells which."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from governance.frame.forms import confirmed, refusals_in, status_of
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import Sentence


class WordsForm(FlaskForm):
    words = StringField("Words", validators=[DataRequired("Type some words.")])


@pytest.fixture
def site() -> Flask:
    app = Flask("governance")
    app.config.update(SECRET_KEY="x" * 32, WTF_CSRF_ENABLED=False)
    Babel(app)

    @app.route("/words", methods=["GET", "POST"])
    def words() -> tuple[str, int]:
        form = WordsForm()
        if form.validate_on_submit():
            with refusals_in(form):
                if form.words.data == "fault":
                    raise ValueError("not a rule")
                if form.words.data == "too late":
                    raise RuleRefused(Sentence("It ended on {day}.", day=date(2026, 3, 4)))
                return "kept", 200
        return f"{form.words.data}: {form.form_errors}", status_of(form)

    @app.post("/button")
    def button() -> str:
        confirmed()
        return "pressed"

    return app


def test_a_form_is_shown_kept_or_shown_again(site: Flask) -> None:
    client = site.test_client()
    assert client.get("/words").status_code == 200
    assert client.post("/words", data={"words": ""}).status_code == 422
    assert client.post("/words", data={"words": "in time"}).text == "kept"
    refused = client.post("/words", data={"words": "too late"})
    assert (refused.status_code, refused.text) == (409, "too late: ['It ended on Mar 4, 2026.']")


def test_what_is_no_rule_s_no_is_not_hidden(site: Flask) -> None:
    site.testing = True
    with pytest.raises(ValueError, match="not a rule"):
        site.test_client().post("/words", data={"words": "fault"})


def test_a_bare_button_without_its_token_does_nothing(site: Flask) -> None:
    assert site.test_client().post("/button").text == "pressed"
    site.config["WTF_CSRF_ENABLED"] = True
    assert site.test_client().post("/button").status_code == 400
