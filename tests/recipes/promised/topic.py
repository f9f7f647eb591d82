"""After "Add a topic": it can be picked, and both languages have a word for it."""

import pytest
from flask import Flask

from governance.feedback.topics import TOPICS
from governance.frame.catalogue import said


@pytest.mark.parametrize(("language", "word"), [("en", "Laundry"), ("es", "Lavandería")])
def test_it_can_be_picked(app: Flask, language: str, word: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert word in [said(topic.label) for topic in TOPICS]
