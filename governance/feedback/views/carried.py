"""The answers so far. The page itself carries them, sealed, from screen to screen.

They are in no database, and nothing in the page can be read by whoever looks at its source, at the browser's history
or at a proxy. They are filled up to one of a few sizes, so that the length of a page tells little of how much was
written. Every field belongs to a *visit*: once somebody has hidden a visit, or a kiosk has begun another, what the
browser may still hold of it opens nothing (promise 3). One's own phone keeps them in its cookie too (`own_phone.py`).
"""

from __future__ import annotations

import json
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from governance import sealing
from governance.feedback import rules
from governance.privacy import retention

INFO = b"real-voice answers so far v1"
# Bytes. Most people's answers fit the smallest: with one size for all, each page brought 14 KB there and back on a bad
# line. The longest words in any script, sealed by a browser or not, fit the largest with everything else. Words that
# are far too long, and are hidden until a helper has gone, take several of the largest.
SIZES = (1536, 4096, 12 * 1024)
# Bytes, pressed together. A browser drops a cookie above 4,096, which are 2,300 before it is sealed.
SIZES_IN_A_COOKIE = (512, 1024, 1792)


class Frame(StrEnum):
    """Where it is said: on one's own phone, or on a screen that others use next."""

    PHONE = "phone"
    KIOSK = "kiosk"


class Company(StrEnum):
    """Who sits at the screen: they alone, or with a helper, who reads aloud and types. It goes with no message."""

    NONE = ""
    HELPER = "helper"
    PARTING = "parting"  # They want to go on alone. Until they say what becomes of what was typed, none of it is shown.


class Step(StrEnum):
    """The screens that ask something, in their order. ABOUT and WHEN stand only where a guess could hurt somebody.

    WHEN stands also where somebody asks for it; TOGETHER and READ_BACK only where a helper sits with them.
    """

    TOGETHER = "together"
    START = "start"
    ABOUT = "about"
    TOPICS = "topics"
    FACE = "face"
    WORDS = "words"
    READ_BACK = "read_back"
    SENDING = "sending"
    WHEN = "when"


@dataclass(frozen=True)
class Answers:
    """What was answered. Everything may be left as it is here, but for what `Progress.to_ask` lists.

    *in_tab*: the words are not here. They wait in the browser, which seals them when they are sent; then *sealed*
    holds them, in base64, and *sealed_for* the name of the key. *sent_in* is the language of the page they were sent
    from: whoever picks another one on the thanks has not written in it. *agreed*: what a helper typed is what they
    said. *without_place*: when it was sent this screen was closed, so it went without the name of the place.
    """

    lane: str = ""
    topics: tuple[str, ...] = ()
    face: str = ""
    words: str = field(default="", repr=False)
    in_tab: bool = False
    sealed: str = field(default="", repr=False)
    sealed_for: str = ""
    about: str = ""
    consent: str = rules.Consent.IDEA.value
    route: str = ""
    wants_code: bool = False
    sent_in: str = ""
    agreed: bool = False
    without_place: bool = False

    @property
    def has_words(self) -> bool:
        """Whether something may be typed: here, or in the tab."""
        return self.in_tab or bool(self.words.strip())

    @property
    def kind(self) -> rules.Lane:
        """The lane: "something else" where none was chosen."""
        return rules.Lane(self.lane or rules.Lane.OTHER)

    @property
    def read_by(self) -> rules.Audience:
        """Who may read it, as far as it is answered."""
        return rules.audience_for(self.kind, rules.about_of(self.kind, self.about))


@dataclass(frozen=True)
class Progress:
    """One form on its way: *token* is used once, *begun* is when its first screen was shown.

    *tab* is what the key comes from that seals what waits in the browser's tab. It stays when the token is renewed.
    *bits* and *answer*: the puzzle of this form, where a flood asks for one, and how far the browser has come with it.
    """

    token: bytes
    tab: bytes
    visit: str
    frame: Frame
    begun: datetime
    step: Step = Step.START
    answers: Answers = Answers()
    bits: int = 0
    answer: str = ""
    company: Company = Company.NONE

    @property
    def path(self) -> list[Step]:
        """The screens of this lane, in their order.

        With a helper there are two more. So where someone may be hurt those that can be left out are: what may be shown
        is then as for who sends it as it is, the idea alone.
        """
        lane, helped = self.answers.lane, self.company is not Company.NONE
        shown = self.company is not Company.HELPER or self.answers.kind is not rules.Lane.URGENT
        asked = {Step.ABOUT: rules.asks_about(lane), Step.WHEN: self._asks_when}
        asked |= {Step.TOGETHER: helped, Step.READ_BACK: helped, Step.TOPICS: shown, Step.FACE: shown}
        asked[Step.SENDING] = shown
        return [step for step in Step if asked.get(step, True)]

    @property
    def _asks_when(self) -> bool:
        """Whether WHEN is a screen of this form: it must be asked, or somebody came to it and chose."""
        return rules.asks_when(self.answers.lane) or bool(self.answers.route) or self.step is Step.WHEN

    @property
    def number(self) -> int:
        """The screen's number, from 1."""
        return self.path.index(self.step) + 1

    @property
    def screen(self) -> str:
        """The name of the screen that is shown."""
        return "alone" if self.company is Company.PARTING else self.step.value

    @property
    def is_last(self) -> bool:
        """Whether the next thing to do is to send."""
        return self.step is self.path[-1]

    @property
    def to_ask(self) -> list[Step]:
        """The screens that must be answered before anything is sent, and are not."""
        said = self.answers
        read_back = said.agreed or not said.has_words
        answered = {Step.ABOUT: said.about, Step.READ_BACK: read_back, Step.WHEN: said.route}
        return [step for step in self.path if not answered.get(step, True)]

    def onward(self) -> Progress:
        """Return this, one screen on. Who picked a kind of word before the helper came is not asked for it again."""
        known = self.step is Step.TOGETHER and bool(self.answers.lane)
        return replace(self, step=self.path[min(self.number + known, len(self.path) - 1)])

    def back(self) -> Progress:
        """Return this, one screen back. Before the first one with a helper they are alone."""
        if self.step is Step.TOGETHER:
            return self.alone()
        return replace(self, step=self.path[max(self.number - 2, 0)])

    def at(self, number: int) -> Progress:
        """Return this at another screen: the last one where there are not so many."""
        return replace(self, step=self.path[min(max(number, 1), len(self.path)) - 1])

    def at_when(self) -> Progress:
        """Return this at the screen that says when it goes. As long as nothing else is chosen: with the others."""
        return replace(self.saying(route=self.answers.route or rules.Route.LATER.value), step=Step.WHEN)

    def saying(self, **answers: Any) -> Progress:
        """Return this with more answered. Another lane asks anew: what was said was for the other."""
        if answers.get("lane", self.answers.lane) != self.answers.lane:
            answers = {"about": "", "route": "", **answers}
        return replace(self, answers=replace(self.answers, **answers))

    def with_helper(self) -> Progress:
        """Return this with a helper beside them, at the screen that says how that goes."""
        return replace(self, company=Company.HELPER, step=Step.TOGETHER)

    def parting(self) -> Progress:
        """Return this where the helper is to go. Before anything was typed they are alone at once."""
        at_once = self.step is Step.TOGETHER and not self.answers.has_words
        return self.alone() if at_once else replace(self, company=Company.PARTING)

    def alone(self) -> Progress:
        """Return this without a helper, at the same screen, or at the one that is nearest to it."""
        near = {Step.TOGETHER: Step.START, Step.READ_BACK: Step.WORDS}
        return replace(self, company=Company.NONE, step=near.get(self.step, self.step))

    def put_away(self, visit: str) -> Progress:
        """Return this for the thanks of *visit*, without anything of what was said that the thanks do not need."""
        bare = replace(self.answers, words="", in_tab=False, sealed="", topics=(), face="")
        return replace(self, visit=visit, answers=bare)

    def too_old(self, now: datetime) -> bool:
        """Whether it began so long ago, or by a clock that was set back since, that it must be confirmed."""
        return now - self.begun > retention.OPEN_FORM or self._is_ahead(now)

    def too_quick(self, now: datetime) -> bool:
        """Whether it comes faster than a person taps."""
        return now - self.begun < rules.QUICKEST

    def still_wanted(self, now: datetime) -> Progress:
        """Return the same answers on a new form if this one is too old, for its token may be forgotten by now.

        Where only the clock was set back nothing is forgotten: it begins now, and is still taken once.
        """
        if self._is_ahead(now):
            return replace(self, begun=now, bits=0, answer="")
        if not self.too_old(now):
            return self
        return replace(self, token=secrets.token_bytes(16), begun=now, bits=0, answer="")

    def _is_ahead(self, now: datetime) -> bool:
        return self.begun - now > rules.QUICKEST


def begin(frame: Frame, visit: str, now: datetime) -> Progress:
    """Return a form on which nothing was answered yet."""
    return Progress(secrets.token_bytes(16), secrets.token_bytes(16), visit, frame, now)


def sealed(progress: Progress, key: bytes) -> str:
    """Return *progress* for a hidden field: of one of a few lengths, and readable only here."""
    plain = _written(progress)
    several = -(-len(plain) // SIZES[-1]) * SIZES[-1]
    size = next((size for size in SIZES if len(plain) <= size), several)
    return urlsafe_b64encode(sealing.lock(key, plain.ljust(size), INFO)).decode()


def opened(value: str, key: bytes) -> Progress | None:
    """Return what `sealed` was given, or None when the field is not as it made it."""
    try:
        return _read(sealing.unlock(key, urlsafe_b64decode(value.encode("ascii")), INFO))
    except (ValueError, sealing.SealBroken):
        return None


def pressed(progress: Progress) -> bytes | None:
    """Return *progress* for a cookie, which seals it: of one of a few lengths, or None where it is too long for one."""
    packed = zlib.compress(_written(progress), 9)
    size = next((size for size in SIZES_IN_A_COOKIE if len(packed) <= size), None)
    return packed.ljust(size, b"\0") if size else None


def unpressed(value: bytes) -> Progress:
    """Return what `pressed` was given."""
    return _read(zlib.decompressobj().decompress(value))


def _written(progress: Progress) -> bytes:
    made = {"token": progress.token.hex(), "tab": progress.tab.hex(), "begun": progress.begun.isoformat()}
    facts = {**asdict(progress), **made}
    if not progress.bits:  # Outside a flood a form is as long as it would be without puzzles.
        del facts["bits"], facts["answer"]
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def _read(plain: bytes) -> Progress:
    """Return the answers so far from what was sealed. What an older page did not carry has its usual value."""
    facts = json.loads(plain)
    answers = facts.pop("answers")
    return Progress(
        token=bytes.fromhex(facts["token"]),
        tab=bytes.fromhex(facts.get("tab", facts["token"])),
        visit=facts["visit"],
        frame=Frame(facts["frame"]),
        begun=datetime.fromisoformat(facts["begun"]),
        step=Step(facts["step"]),
        company=Company(facts.get("company", "")),
        answers=Answers(**{**answers, "topics": tuple(answers["topics"])}),
        bits=facts.get("bits", 0),
        answer=facts.get("answer", ""),
    )
