"""The people of the stories. Each method is a sentence of what they do, through the pages alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from playwright.sync_api import Browser, expect

from tests.journeys.browsing import KIOSK, PHONE, Person, Worker

SHOW_MY_WORDS = "You can show my words."


class Participant(Person):
    """Somebody with no account, at the shared screen or on a phone of their own."""

    def __init__(self, browser: Browser, url: str, scripts: bool = False, phone: bool = False) -> None:
        super().__init__(browser, url, PHONE if phone else KIOSK, scripts)
        self.frame = "/say/1" if phone else "/kiosk"  # Without scripts, /say leads on to there by itself.
        self.by_keyboard = scripts and not phone

    def begins(self, lane: str = "") -> None:
        """Come to the first screen, and say what kind of word it is."""
        self.opens(self.frame)
        if lane:
            self.picks(lane)
        self.presses("Next")

    def says(
        self, words: str, *, topics: Sequence[str] = (), more_topics: Sequence[str] = (), face: str = "",
        about: str = "", show: str = "", now: bool = False, wants_code: bool = False,
    ) -> str:  # fmt: skip
        """Go on from the second screen to the last, and send. Returns the code, if one was asked for."""
        if about:
            self.picks(about)
            self.presses("Next")
        self.picks(*topics)
        if more_topics:
            self.opens_up("More to pick from")
            self.picks(*more_topics)
        self.presses("Next")
        self.picks(*([face] if face else []))
        self.presses("Next")
        self.types("Your words", words)
        self.presses("Next")
        self.picks(*([show] if show else []))
        if now:
            self.presses("It goes with the others. Change that")
            self.picks("Send it now")
        self.presses("Send, with a code" if wants_code else "Send")
        self.sees("Thank you. It is in.")
        return " ".join(self.page.locator(".code-words li").all_inner_texts()) if wants_code else ""

    def hides_it(self) -> None:
        """Leave nothing on the screen for the next person."""
        self.presses("Hide this")
        self.does_not_see("Thank you. It is in.")

    def looks_up(self, code: str) -> None:
        """Type the code and see what became of the word."""
        self.opens("/code")
        self.types("Your code", code)
        self.presses("Show me")
        self.sees("What became of your word")

    def says_more(self, words: str) -> None:
        """Add to the first words."""
        self.types("Say more", words)
        self.presses("Send this too")
        self.sees("Your words are in. They wait to be mixed with others.")

    def takes_the_yes_back(self) -> None:
        """Take back the yes to showing one's words."""
        self.presses("Take that back")
        self.sees("Your words are off the wall. Only the idea stays.")


class Reader(Worker):
    """Somebody who reads what people said, for the board or for the staff."""

    def finds_nothing_yet(self, box: str = "everyone") -> None:
        """Look into the box and find it empty."""
        self.goes_to(f"/desk?box={box}")
        self.sees("Nothing here")

    def does_not_find(self, words: str, boxes: Sequence[str] = ("urgent", "everyone", "grievance", "manager")) -> None:
        """Look into every box there may be, and not find these words."""
        for box in boxes:
            self.goes_to(f"/desk?box={box}")
            self.does_not_see(words)

    def finds(self, words: str, box: str = "everyone", lane: str = "") -> str:
        """Open the message with these words. Returns its address."""
        self.goes_to(f"/desk?box={box}" + (f"&lane={lane}" if lane else ""))
        self.follows(words)
        self.sees(words)
        return self.page.url.removeprefix(self.url)

    def sorts_it(self, lane: str) -> None:
        """Put the open message into a lane."""
        self.presses(lane)

    def starts_a_theme(self, title: str, summary: str) -> None:
        """Start a theme with the open message."""
        self.opens_up("Put it into a theme")
        self.types("Or start a new theme", title)
        self.types("What people say, in short", summary)
        self.presses("Put it in")
        self.sees(title)

    def puts_it_into(self, theme: str) -> None:
        """Put the open message into a theme that is there."""
        self.opens_up("Put it into a theme")
        self.chooses("Theme", theme)
        self.presses("Put it in")

    def shows_their_words(self, piece: str) -> None:
        """Quote a piece of the open message, having looked for what could tell who wrote it."""
        self.opens_up("Show their words")
        self.types("The words to show", piece)
        self.picks("I looked for names")
        self.presses("Show these words")

    def asks_back(self, words: str) -> None:
        """Leave a question for whoever holds the code."""
        self.opens_up("Write back, or ask")
        self.types("Your words to them", words)
        self.picks("This is a question")
        self.presses("Leave it for them")

    def asks_to_hide_it(self, reason: str) -> None:
        """Ask the other side to agree that the open message is hidden."""
        self.opens_up("Ask to hide it")
        self.picks(reason)
        self.presses("Ask")

    def signs_for(self, name: str) -> None:
        """Sign, as the first of two, that somebody may read."""
        self.goes_to("/desk/readers")
        self.presses(f"Sign for {name}")
        self.sees("You have signed. A second reader must sign too.")

    def signs_too(self, name: str) -> None:
        """Sign as the second of two."""
        self.goes_to("/desk/readers")
        self.presses("Sign: yes, they may read", near=f"{name} wants to read")
        self.sees("Both have signed. This person can read now.")

    def asks_for_a_card(self, name: str) -> None:
        """Say that somebody has lost their card."""
        self.goes_to("/desk/readers")
        self.chooses("Whose card is lost?", name)
        self.presses("Ask for a new card")

    def makes_the_card(self, name: str) -> str:
        """Agree as the second person, and read the five words off the new card."""
        self.goes_to("/desk/readers")
        self.presses("Agree and make the card", near=f"{name} needs a new card")
        self.sees(f"The card of {name}")
        return " ".join(self.page.locator(".code-words li").all_inner_texts())


class Member(Worker):
    """A member of the board."""

    pass_ = ""

    def writes_a_proposal(self, theme: str, title: str, ask: str, **more: str) -> str:
        """Write it from the agenda item of a theme. *more*: the plain-language fields. Returns its address."""
        self.goes_to("/board/agenda")
        self.presses("Write a proposal from this", near=theme)
        self.types("Short title", title)
        self.types("What do you ask for?", ask)
        self.opens_up("What the board wants to know before it votes")
        for label, words in PLAIN_FIELDS.items():
            self.types(label, more[words])
        self.opens_up("If it is more than an everyday matter")
        self.picks("The board decides.", "It makes a rule for participants", more["principle"])
        self.presses("Keep it")
        self.sees("It is ready for the talk.")
        return self.page.url.removeprefix(self.url)

    def puts_it_to_the_board(self, proposal: str) -> None:
        """Begin the talk."""
        self.goes_to(proposal)
        self.presses("Put it to the board")

    def says_in_the_talk(self, proposal: str, words: str) -> None:
        """Say what one thinks of it."""
        self.goes_to(proposal)
        self.types("What do you think?", words)
        self.presses("Say it")
        self.sees(words)

    def takes_a_pass(self, ballot: str) -> None:
        """Take the pass, which is shown once."""
        self.goes_to(f"/board{ballot}")
        self.presses("Take my pass")
        self.pass_ = " ".join(self.page.locator(".code-words li").all_inner_texts())

    def makes_a_pass(self, ballot: str) -> None:
        """Let one's own browser make the pass, signed without being seen."""
        self.goes_to(f"/board{ballot}")
        self.page.get_by_role("button", name="Take my pass").click()
        expect(self.page.get_by_label("Your pass as text")).to_be_visible()
        self.sees("Nobody can tell that it is yours.")

    def votes_sealed(self, choice: str, card: str = "") -> str:
        """Vote with the pass kept here, or with a card; return the letters by which the ballot is found again."""
        self.opens("/vote")
        if card:
            self.types("The letters on your card or pass", card)
            self.presses("Next")
        self.picks(choice)
        self.presses("Read it back to me")
        self.sees("Is this right?", choice)
        self.presses("Put it in the box")
        expect(self.page.get_by_role("heading", name="It is in the box.")).to_be_visible()
        letters = "".join(self.page.locator("[data-cast-tracker]").inner_text().split())
        return f"{letters[:5]} {letters[5:]}"

    def votes_through_the_server(self, choice: str) -> str:
        """Vote with a pass that the server made: it seals the ballot too. Returns the letters to find it by."""
        self.opens("/vote")
        self.types("The letters on your card or pass", self.pass_)
        self.presses("Next")
        expect(self.page.get_by_role("heading", name="Your ballot")).to_be_visible()
        self.picks(choice)
        self.presses("Read it back to me")
        self.presses("Put it in the box")
        self.sees("It is in the box")
        return " ".join(self.page.locator(".code-words li").all_inner_texts())

    def draws_a_card(self, ballot: str, box: list[str]) -> None:
        """Draw a card and sign for it on one's own page."""
        self.goes_to(f"/board{ballot}")
        self.presses("I drew a card")
        self.sees("You took a card or a pass.")
        self.pass_ = box.pop()

    def disagreed(self, record: str, words: str) -> None:
        """Choose to have one's own words in the record, and hear them read back."""
        self.goes_to(f"/board{record}")
        self.presses("I disagreed")
        self.picks("Show my words")
        self.types("Your words", words)
        self.presses("Read it back to me")
        self.sees("Is this right?", words)
        self.presses("Yes, keep it")

    def says_it_is_done(self, promise: str) -> None:
        """Having looked, say that a promise was kept."""
        self.goes_to("/board/commitments")
        self.presses("I looked. It is done.", near=promise)
        self.sees("You said so. It counts in public when a second one of the board agrees.")


# What a proposal says in plain words: the label of each field, and the name a story gives it.
PLAIN_FIELDS = {
    "Why?": "why",
    "What is still open?": "still_open",
    "What gets better in people's lives?": "gets_better",
    "What could go wrong?": "could_go_wrong",
    "Who could this hurt? Who is missing?": "who_could_this_hurt",
}


class Facilitator(Member):
    """Who keeps the agenda and runs the votes."""

    def prints_the_cards(self, ballot: str, beside: Teller) -> list[str]:
        """Make the cards of a vote, with one who opens boxes; return them as they lie in the box.

        They are asked for with the vote, unless whoever called it took that tick away.
        """
        self.goes_to(f"/board{ballot}")
        if self.page.get_by_role("button", name="Ask for the cards").count():
            self.presses("Ask for the cards")
        beside.says_the_second_yes("Who asked can do it now.")
        self.goes_to("/second-yes")
        self.presses("Make the cards")
        cards = self.page.locator(".sign-card")
        return [" ".join(card.locator(".code-words").first.locator("li").all_inner_texts()) for card in cards.all()]

    def fixes_the_words(self, proposal: str) -> None:
        """Freeze the text, so that everyone votes on the same words."""
        self.goes_to(proposal)
        self.presses("Fix the words")
        self.sees("The words are fixed. The vote can be called.")

    def makes_the_key(self) -> tuple[str, list[str]]:
        """Make the key of a box; return its public half and the three shares."""
        self.goes_to("/board/ceremony")
        self.presses("Make the key")
        expect(self.page.get_by_label("The public half")).to_be_visible()
        cards = self.page.locator("[data-ceremony-share]").all()
        shares = [" ".join(card.locator("li").all_inner_texts()) for card in cards]
        return self.page.get_by_label("The public half").input_value(), shares

    def calls_the_vote(self, rule: str, tellers: Sequence[str]) -> str:
        """Call a vote from the proposal that is open. Returns the address of its public page."""
        self.presses("Call the vote")
        self.picks_the_kind(rule)
        self.picks(*tellers)
        self.presses("Fix it and call the vote")
        self.sees("The vote is set. Once someone who opens boxes agrees, you can make the cards.")
        return "/ballots/" + self.page.url.rsplit("/", 1)[1]

    def picks_the_kind(self, kind: str) -> None:
        """Open the kinds of vote, and the group in which this one is, and tap it."""
        folds = self.page.locator("[data-kinds] details")
        self._tap(folds.locator("summary").locator("visible=true").first)
        here = folds.filter(has=self.page.locator("label", has_text=kind)).first
        if here.get_attribute("open") is None:
            expect(here).to_be_visible()
            self._tap(here.locator("summary"))
        self.picks(kind)

    def drafts_the_record(self, ballot: str, **words: str) -> str:
        """Write what the sums cannot say. Returns the address of the record."""
        self.goes_to(f"/board{ballot}")
        self.presses("Go to the record")
        self.types("What was decided?", words["result"])
        self.types("Why?", words["why"])
        self.types("What gets better in people's lives?", words["gets_better"])
        self.types("When do we look at it again?", words["review_on"])
        self.presses("Keep it")
        return "/decisions/" + self.page.url.rsplit("/", 1)[1]

    def adopts_it(self, record: str) -> None:
        """Ask to publish the record. It is public when another of the board agrees."""
        self.goes_to(f"/board{record}")
        self.presses("Ask to adopt and publish")
        self.sees("You asked for it. The record is public when another of the board has read it and agrees.")


class Teller(Worker):
    """Who opens the box, together with another one."""

    def opens_the_box(self, ballot: str, shares: Sequence[str]) -> None:
        """Close the box of a vote whose key is not on the server, and open it with two shares."""
        self.goes_to(f"/board{ballot}")
        self.presses("Close the box for good")
        self.types("First share", shares[0])
        self.types("Second share", shares[1])
        self.page.get_by_role("button", name="Open the box").click()
        expect(self.page.get_by_text("The box is open. It is counted.")).to_be_visible()

    def hands_in_a_part(self, ballot: str) -> None:
        """Hand in one's part of the counting key."""
        self.goes_to(f"/board{ballot}")
        self.presses("Hand in my part")


class Manager(Reader):
    """Who answers for the programme, in public."""

    def opens_the_duty(self, title: str) -> None:
        """Open what is owed, from the list."""
        self.goes_to("/desk/answers")
        self.follows(title)

    def answers_partly(self, words: str, short: str, reason: str, promise: str, who: str, by: date) -> None:
        """Publish a "partly" with its reason, what would change it, and one promise."""
        self.picks("Partly")
        self.types("Say it in plain words", words)
        self.opens_up("One line for the wall")
        self.types("One line for the wall", short)
        self.picks(reason)
        self.types("What would change this answer?", "A second worker for the evening.")
        self.types("How can people push back?", "Ask the board for a second look.")
        self.types("What will be done?", promise)
        self.types("Which role?", who)
        self.types_day("By when?", by)
        self.presses("Publish the answer")
        self.sees("Your answer is public.")

    def reports_done(self, promise: str) -> None:
        """Say that something promised is done."""
        self.presses("We did it", near=promise)
        self.sees("Thank you. The board looks, and then it counts as done.")


class Keeper(Worker):
    """Who keeps the cards, the places and the help cards."""

    def adds_a_help_card(self, kind: str, title: str, phone: str) -> None:
        """Write a help card that was checked today."""
        self.goes_to("/places/help/new")
        self.chooses("What it is for", kind)
        self.types("Title", title)
        self.types("Language code, like en or es", "en")
        self.types("What to say or do", "Ask any worker. They come with you.")
        self.types("Phone number", phone)
        self.presses("Save")

    def writes_the_legal_limit(self, words: str) -> None:
        """Write what workers must report by law."""
        self.goes_to("/places/legal-limit?language=en")
        self.types("What we may have to report", words)
        self.presses("Save")
