"""Somebody at a shared screen, through the pages themselves."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from tests.visitor import Answer, Visitor, posting_form

PAGE = "/kiosk"
THANKS = "It is in."


@dataclass(frozen=True)
class ReadyToSend:
    """A visit that has come to the screen for words: who makes it, and the form as it stands there."""

    visitor: Visitor
    address: str
    fields: dict[str, Any]

    def send(self, words: str, **more: Any) -> Answer:
        """Type *words* and press send."""
        return self.visitor.post(self.address, {**self.fields, "words": words, "go": "send", **more})


def come_to_words(visitor: Visitor) -> ReadyToSend:
    """Walk from the first screen to the one for words, skipping every question."""
    answer = visitor.get(PAGE)
    while "words" not in posting_form(answer.page, PAGE, "so_far")[1]:
        address, fields = posting_form(answer.page, PAGE, "so_far")
        answer = visitor.post(address, {**fields, "go": "next"})
    return ReadyToSend(visitor, *posting_form(answer.page, PAGE, "words"))


def with_code(visitor: Visitor, words: str = "the kettle is cold since May") -> Answer:
    """Say *words* at the kiosk and ask for a code, on the screen behind the one for words; return the thanks."""
    visit = come_to_words(visitor)
    answer = visitor.post(visit.address, {**visit.fields, "words": words, "go": "next"})
    address, fields = posting_form(answer.page, PAGE, "so_far")
    return visitor.post(address, {**fields, "wants_code": "y", "go": "send"})


def thanked(answer: Answer) -> bool:
    """Whether the page says that the message was taken. Only then may it never be lost."""
    return answer.status == 200 and THANKS in answer.text


def multipart(fields: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """Return a body with *fields* and *files* (name: file name and content), and its content type."""
    mark = f"mark{secrets.token_hex(8)}"
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts += [
        f'name="{name}"; filename="{filename}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode() + content
        for name, (filename, content) in files.items()
    ]
    body = b"".join(f"--{mark}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n" for part in parts)
    return body + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
