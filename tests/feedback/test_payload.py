"""What is inside a sealed message: words of both ways read alike, and what nobody can open harms nothing."""

from __future__ import annotations

import json
import uuid
from base64 import b64decode, b64encode, urlsafe_b64encode

import pytest
from sqlalchemy import select

from governance import sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Message
from governance.feedback.service import payload
from governance.feedback.views import carried
from governance.people import service as people
from governance.people.models import IntakeKey
from tests.factories import NOW, TODAY, Founded
from tests.feedback.factories import Walk
from tests.feedback.messages import EVERYONE, LATER, held_count, let_out, send
from tests.page import PageClient

WORDS = "the light by the door is broken"


def as_a_browser(founded: Founded, words: bytes, audience: rules.Audience = EVERYONE) -> feedback.SealedWords:
    """Seal *words* as the script does; `tests/browser_crypto` holds that it makes the same."""
    key = feedback.words_key(founded.session, founded.keys, audience, TODAY)
    assert key
    return feedback.SealedWords(key.id, sealing.seal(key.public, words, key.info))


def read(founded: Founded, alias: str = "Ash", audience: rules.Audience = EVERYONE) -> feedback.OpenMessage:
    (message,) = feedback.inbox(founded.session, founded.keys, founded.reader(alias), audience).messages
    return message


def inside(founded: Founded) -> tuple[int, bytes]:
    """What a reader's key opens of the one message, before its words: how long it is sealed, and what it is."""
    row = founded.session.scalars(select(Message)).one()
    key = founded.session.get_one(IntakeKey, row.intake_key_id)
    private = people.intake_private(founded.session, founded.keys, founded.reader("Ash"), key.id)
    info = payload.message_info(founded.keys, key.period, key.audience)
    return len(row.sealed), sealing.open_sealed(private, row.sealed, info)


@pytest.mark.parametrize("by_browser", [True, False])
def test_both_ways_read_alike_and_are_kept_alike(founded: Founded, by_browser: bool) -> None:
    send(founded, as_a_browser(founded, WORDS.encode()) if by_browser else WORDS)  # type: ignore[arg-type]
    let_out(founded)
    assert (read(founded).words, read(founded).unreadable) == (WORDS, False)
    length, plain = inside(founded)
    facts = json.loads(plain)
    assert facts["schema"] == 2
    assert len(b64decode(facts["words"])) == 512 + payload.AROUND
    assert WORDS.encode() not in plain
    assert length == 2048 + payload.AROUND


@pytest.mark.parametrize("longest", ["🫶" * rules.LONGEST_WORDS, '"\\' * (rules.LONGEST_WORDS // 2)])
def test_the_longest_words_fit_both_seals_and_the_page(founded: Founded, longest: str) -> None:
    sealed = as_a_browser(founded, longest.encode())
    assert feedback.sealed_words(str(sealed.key_id), sealed.in_letters) == sealed
    send(founded, sealed, code=None)  # type: ignore[arg-type]
    let_out(founded)
    assert read(founded).words == longest


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b"two\r\nlines\x00\x07 and \xe2\x80\xaeturned round", "two\nlines and turned round"),
        (b"half a letter \xf0\x9f", None),
        (b"x" * 8188, "x" * 8188),
    ],
)
def test_what_nobody_looked_at_before_is_looked_at_when_it_is_read(
    founded: Founded, said: bytes, shown: str | None
) -> None:
    send(founded, as_a_browser(founded, said))  # type: ignore[arg-type]
    let_out(founded)
    assert (read(founded).words, read(founded).unreadable) == (shown or "", shown is None)


def sealed_to_somebody_else(founded: Founded) -> feedback.SealedWords:
    key = feedback.words_key(founded.session, founded.keys, EVERYONE, TODAY)
    assert key
    return feedback.SealedWords(key.id, sealing.seal(sealing.new_pair().public, b"for nobody here", key.info))


def test_words_that_no_reader_can_open_are_told_and_passed_on(founded: Founded) -> None:
    send(founded, sealed_to_somebody_else(founded), face="bad")  # type: ignore[arg-type]
    let_out(founded)
    message = read(founded)
    assert (message.unreadable, message.opens, message.words, message.face) == (True, True, "", "bad")
    feedback.move(founded.session, founded.keys, founded.reader("Ash"), message.id, rules.Audience.GRIEVANCE, TODAY)
    moved = read(founded, "Ash", rules.Audience.GRIEVANCE)
    assert (moved.unreadable, moved.face) == (True, "bad")


def test_words_a_browser_sealed_are_sealed_anew_for_other_readers(founded: Founded) -> None:
    send(founded, as_a_browser(founded, WORDS.encode()))  # type: ignore[arg-type]
    let_out(founded)
    feedback.move(
        founded.session, founded.keys, founded.reader("Ash"), read(founded).id, rules.Audience.GRIEVANCE, TODAY
    )
    assert read(founded, "Kelp", rules.Audience.GRIEVANCE).words == WORDS
    assert feedback.audit(founded.session, founded.keys, LATER) == []


def test_a_message_from_before_words_had_a_seal_of_their_own_still_opens(
    founded: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_it_was(keys: object, key: IntakeKey, facts: payload.Facts) -> bytes:
        plain = json.dumps({**facts, "schema": 1}).encode()
        return sealing.seal(key.public, plain, payload.message_info(founded.keys, key.period, key.audience))

    monkeypatch.setattr(payload, "pack", as_it_was)
    send(founded, WORDS)
    let_out(founded)
    assert read(founded).words == WORDS


def test_words_sealed_for_other_readers_or_to_an_old_key_are_not_taken(founded: Founded) -> None:
    for_everyone = as_a_browser(founded, WORDS.encode())
    with pytest.raises(feedback.KeyChanged):
        send(founded, for_everyone, about=rules.About.WORKER)  # type: ignore[arg-type]
    people.rotate(founded.session, founded.keys, [EVERYONE], TODAY)
    with pytest.raises(feedback.KeyChanged):
        send(founded, for_everyone)  # type: ignore[arg-type]
    assert held_count(founded.session) == 0


GOOD = b"\x01" + b"x" * (512 + 48)


@pytest.mark.parametrize(
    ("key_id", "sealed"),
    [
        ("", ""),
        ("nobody", b64encode(GOOD).decode()),
        (str(uuid.UUID(int=1)), "words in the clear"),
        (str(uuid.UUID(int=1)), b64encode(GOOD[1:]).decode()),
        (str(uuid.UUID(int=1)), b64encode(b"\x02" + GOOD[1:]).decode()),
        (str(uuid.UUID(int=1)), b64encode(b"\x01" + b"x" * (16384 + 48)).decode()),
        (str(uuid.UUID(int=1)), "é" + b64encode(GOOD).decode()),
    ],
)
def test_what_cannot_be_sealed_words_is_not_taken_for_them(key_id: str, sealed: str) -> None:
    assert feedback.sealed_words(key_id, sealed) is None
    assert feedback.sealed_words(str(uuid.UUID(int=1)), b64encode(GOOD).decode())


# Through the pages, as the script sends it


def to_words(client: PageClient, founded: Founded) -> tuple[Walk, dict[str, str]]:
    walk = Walk(client, "/kiosk")
    walk.to_words()
    sealed = as_a_browser(founded, WORDS.encode())
    founded.session.rollback()
    return walk, {"in_tab": "1", "words": "", "sealed": sealed.in_letters, "sealed_for": str(sealed.key_id)}


def test_a_form_from_a_browser_that_seals_is_taken(client: PageClient, founded: Founded, at_noon: None) -> None:
    walk, fields = to_words(client, founded)
    assert "It is in." in walk.send("send", **fields).text
    founded.session.rollback()
    let_out(founded)
    assert read(founded).words == WORDS


@pytest.mark.parametrize("missing", ["sealed", "sealed_for"])
def test_words_that_do_not_come_along_are_asked_for(
    client: PageClient, founded: Founded, at_noon: None, missing: str
) -> None:
    walk, fields = to_words(client, founded)
    walk.send("next", **{**fields, missing: ""})
    walk.send("send", **{**fields, missing: "é" * 9000})
    assert "Your words did not come along." in walk.seen.text
    assert "Say it in your own words." in walk.seen.text
    founded.session.rollback()
    assert held_count(founded.session) == 0


def test_a_browser_that_counts_wrongly_is_answered_in_words(
    client: PageClient, founded: Founded, at_noon: None
) -> None:
    walk, fields = to_words(client, founded)
    assert "about 1 word too long" in walk.send("next", **fields, over="3").text
    assert walk.send("next", **fields, over="many").status_code == 422
    assert walk.send("next", **fields, over="9" * 5000).status_code == 422
    assert "keep it to yourself." in walk.send("next", **fields, is_code="1").text
    assert "May we show it?" in walk.send("next", **fields, over="-4").text


def test_a_key_that_changed_before_a_code_was_asked_for_makes_no_code(
    client: PageClient, founded: Founded, at_noon: None
) -> None:
    walk, fields = to_words(client, founded)
    walk.send("send", **fields)
    people.rotate(founded.session, founded.keys, [EVERYONE], TODAY)
    founded.session.commit()
    walk.address = "/kiosk/code"
    assert "A code can only be made right away." in walk.send("code").text
    founded.session.rollback()
    assert held_count(founded.session) == 1


@pytest.mark.on_both
def test_without_a_key_the_page_has_none_and_sending_says_why(
    client: PageClient, founded: Founded, at_noon: None
) -> None:
    founded.session.execute(IntakeKey.__table__.update().values(mac=b"made by somebody else"))
    founded.session.commit()
    walk = Walk(client, "/kiosk")
    walk.to_words()
    assert "data-words-key" not in walk.seen.text
    assert "changed by somebody who may not" in walk.send("send", words=WORDS).text
    assert walk.fields["words"] == WORDS


def test_a_page_that_stood_open_while_the_program_was_replaced_is_still_read() -> None:
    before = {
        "token": "11" * 16, "visit": "v", "frame": "phone", "begun": NOW.isoformat(), "step": "words",
        "answers": {
            "lane": "thanks", "topics": ["wait"], "face": "", "words": WORDS, "about": "", "consent": "idea",
            "route": "", "wants_code": False,
        },
    }  # fmt: skip
    sealed = sealing.lock(key := b"k" * 32, json.dumps(before).encode().ljust(carried.SIZES[0]), carried.INFO)
    so_far = carried.opened(urlsafe_b64encode(sealed).decode(), key)
    assert so_far
    assert (so_far.answers.words, so_far.answers.in_tab, so_far.answers.kind) == (WORDS, False, rules.Lane.THANKS)
    assert carried.opened(carried.sealed(so_far, key), key) == so_far
