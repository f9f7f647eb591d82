"""What the demo prints, once: its cards, its follow-up codes, the board's recovery shares, where to go."""

from __future__ import annotations

from governance.ballots.passes.credential import in_groups
from governance.commands.init_printed import LINE
from governance.config import Config
from governance.demo.cast import Cast
from governance.demo.messages import Messages
from governance.demo.story import data
from governance.demo.votes import Vote
from governance.permissions.roles import ROLE_WORDS

WHERE = (
    ("/", "the wall: you said, we did"),
    ("/kiosk", "give feedback on a shared screen"),
    ("/say", "give feedback on your own phone"),
    ("/code", "what became of your word (use a follow-up code)"),
    ("/help-now", "help right now"),
    ("/proposals", "what members brought to the board"),
    ("/vote", "vote with a card (use a voting card)"),
    ("/decisions", "what the board decided, and what staff answered"),
    ("/sign-in", "for the board and for staff (use a card)"),
)


def cards(people: Cast, messages: Messages, open_votes: list[Vote], to_count_again: list[str]) -> str:
    """Return everything that exists nowhere else, as plain text to print; and which decisions to count again."""
    return f"""{people.plan.name}, {people.plan.place_name}. All of it is made up.

SIGN-IN CARDS: a chosen name and five words.
{_cards(people)}

FOLLOW-UP CODES of three people who gave feedback.
{_codes(messages)}

VOTING CARDS of a vote that is open. Type one at /vote. Three members drew them, and have not voted yet.
{_voting_cards(open_votes)}

A VOTE THAT YOU CAN COUNT AGAIN. Each of its ballots is public, and has no name on it.
{_decisions(to_count_again)}

RECOVERY SHARES of {people.plan.board_name}. On paper, with three people. Any two bring back what is in the last copy.
{_shares(people)}
{LINE}"""


def _cards(people: Cast) -> str:
    rows = []
    for person in people.everyone:
        card = people.cards[person.alias]
        roles = [words for role, words in ROLE_WORDS.items() if role in person.roles]
        rows += [LINE, f"  {card.alias:<12} {card.passphrase}", *(f"  {'':<12} {words}" for words in roles)]
    return "\n".join([*rows, LINE])


def _codes(messages: Messages) -> str:
    opens = data("replies")["codes"]
    rows = [f"{LINE}\n  {made.code.words}\n  {opens[name]}" for name, made in messages.codes.items()]
    return "\n".join([*rows, LINE])


def _voting_cards(open_votes: list[Vote]) -> str:
    return "\n".join(f"{LINE}\n  {in_groups(card)}" for vote in open_votes for card in vote.drawn)


def _decisions(numbers: list[str]) -> str:
    return "\n".join(f"{LINE}\n  /decisions/{number}" for number in numbers)


def _shares(people: Cast) -> str:
    return "\n".join(f"{LINE}\n  {share.text}" for share in people.founded.shares)


def addresses(settings: Config) -> str:
    """Return where to look, for somebody who has just started the demo."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    rows = [f"  http://{host}:{settings.port}{path:<12} {what}" for path, what in WHERE]
    return "\n".join(["", "Open one of these. Ctrl-C stops the demo.", *rows, ""])
