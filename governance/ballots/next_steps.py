"""What may I do now, on the page of a vote: for whoever looks, at every stage.

Once a vote has decided something, the next step is its record's, and the package of records says it
(`after_the_count` in `views/door.py`).
"""

from collections.abc import Iterator
from dataclasses import replace

from governance.ballots.now.facts import Facts
from governance.ballots.passes.cards import CARDS_COME_FIRST
from governance.ballots.result.outcome import Result
from governance.ballots.rules import TELLERS, TO_COUNT, Stage
from governance.proposals.rules import Status
from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Step, StepKind, with_one_main


def next_steps(facts: Facts) -> list[Step]:
    """Return what whoever looks can read and do now, the main action marked; nothing once a vote has decided."""
    if facts.stage is Stage.CANCELLED:
        why = Sentence(N_("This vote ended without a result. Why: {reason}"), reason=facts.why_cancelled)
        return [_note(why, "no")]
    if facts.stage is Stage.OPENED:
        return with_one_main(_after_the_count(facts))
    if facts.stage is Stage.CLOSED:
        to_open = _to_open_apart(facts) if facts.key_apart else _to_open_here(facts)
        return with_one_main([*_waits_for_another(facts), *to_open, *_without_a_result(facts)])
    return with_one_main([*_waits_for_another(facts), *(_by_name(facts) if facts.named else _in_secret(facts))])


def _note(words: Sentence | str, state: str = "", icon: str = "") -> Step:
    return Step(StepKind.NOTE, words, icon, state)


def _hint(words: str) -> Step:
    return Step(StepKind.HINT, words)


def _link(
    facts: Facts, words: Sentence | str, page: str, icon: str, *, main: bool = False, beside: tuple[Step, ...] = ()
) -> Step:
    return Step(StepKind.LINK, words, icon, page=page, at={"number": facts.number}, is_main=main, beside=beside)


def _post(facts: Facts, words: str, page: str, icon: str, *, main: bool = False, beside: tuple[Step, ...] = ()) -> Step:
    return Step(StepKind.POST, words, icon, page=page, at={"number": facts.number}, is_main=main, beside=beside)


# Before there is one


def to_a_vote(proposal: int, status: Status, *, runs_board: bool, is_held: bool = False) -> list[Step]:
    """Return the step that leads from the proposal of this number to a vote, for the proposal's page.

    *is_held*: something keeps the vote that decides from being called now.
    """
    at = {"proposal": proposal}
    if runs_board and status is Status.FROZEN and not is_held:
        return [Step(StepKind.LINK, N_("Call the vote"), "vote", page="ballots.call_vote", at=at, is_main=True)]
    if runs_board and status is Status.DISCUSSION:
        return [Step(StepKind.LINK, N_("Ask how people feel"), "vote", page="ballots.call_vote", at=at)]
    return []


# While it runs

OUT = N_("You stepped out of this one. You can vote on the next.")


def _by_name(facts: Facts) -> Iterator[Step]:
    looker = facts.looker
    yield _note(N_("This vote is by name. After the count everyone can read how each member voted."), "late", "eye")
    if facts.stage is Stage.OPEN and looker.on_roll and looker.votes and not looker.stepped_out:
        words = N_("Vote again") if looker.has_pass else N_("Vote by name")
        yield _link(facts, words, "ballots.by_name", "vote", main=True)
    elif facts.stage is Stage.SCHEDULED:
        yield Step(StepKind.TEXT, N_("It is not open yet."))
    elif looker.stepped_out:
        yield Step(StepKind.TEXT, OUT)


def _in_secret(facts: Facts) -> Iterator[Step]:
    looker, is_open = facts.looker, facts.stage is Stage.OPEN
    if looker.runs_board:
        yield from _cards(facts)
        yield _link(facts, N_("Paper to vote on"), "ballots.blank_papers", "print")
    yield from _card_or_pass(facts)
    if is_open:
        mine = looker.on_roll and looker.has_pass
        yield _link(facts, N_("I have a card or a pass"), "ballots.vote", "vote", main=mine)
    if is_open and looker.keeps_the_box:
        yield _link(facts, N_("Paper ballots"), "ballots.enter_paper", "document")


def _cards(facts: Facts) -> Iterator[Step]:
    """For whoever runs the vote: who drew one, new ones, or that it is too late for them."""
    if facts.cards:
        anew = Step(
            StepKind.POST, N_("Ask for new cards in their place"), "print",
            page="ballots.print_cards", at={"number": facts.number}, is_quiet=True,
        )  # fmt: skip
        beside = () if facts.begun or facts.cards_asked else (anew,)
        yield _link(facts, N_("Who drew a card?"), "ballots.roll", "people", main=True, beside=beside)
    elif facts.cards_asked:
        yield _hint(N_("Until the vote opens, no pass is given out before the cards are made."))
    elif facts.begun:
        too_late = N_(
            "Someone took a pass before there were cards. So this vote has none. "
            "If you want cards, call it off and start a new one."
        )
        yield _note(too_late, "late", "print")
    else:
        first = N_(
            "Ask for the cards first. Print them, cut them out, and put them in a box. "
            "Once someone takes a pass it is too late."
        )
        yield _note(first, icon="print")
        as_pdf = Step(
            StepKind.POST, N_("Ask for them as a PDF"), "document",
            page="ballots.print_cards", at={"number": facts.number}, sends={"as": "pdf"},
        )  # fmt: skip
        yield _post(facts, N_("Ask for the cards"), "ballots.print_cards", "print", main=True, beside=(as_pdf,))
        yield _hint(N_("Delete the PDF once it is printed. Whoever has it could vote with the cards."))


def _card_or_pass(facts: Facts) -> Iterator[Step]:
    """For a voter: draw a card, take a pass, or keep what was taken."""
    looker = facts.looker
    if looker.can_sign:
        if facts.cards:
            yield _note(N_("Draw a card from the box without looking. Then say so here."), icon="vote")
            yield _post(facts, N_("I drew a card"), "ballots.drew_card", "check", main=True)
        yield from _pass_to_take(facts)
    elif looker.on_roll and looker.has_pass:
        taken = N_("You took a card or a pass. Vote with it until it closes. You can vote again; the last one counts.")
        yield _note(taken, "yes")
        lost = N_(
            "Lost it? You cannot get another one. Nobody knows which one was yours, so nobody can block it. "
            "Whoever finds it could vote with it."
        )
        yield _hint(lost)
        if facts.blind:
            yield Step(StepKind.FORM, "", state="taken")
    elif looker.stepped_out:
        yield _note(OUT)
    else:
        yield _note(N_("You have no vote on this one. You can read along."))


def _pass_to_take(facts: Facts) -> Iterator[Step]:
    """For a voter without a card: the pass this vote has, while there is time for it."""
    if facts.cards_asked and not facts.cards and facts.stage is Stage.SCHEDULED:
        yield _note(CARDS_COME_FIRST, icon="print")
    elif facts.blind and facts.stage is Stage.SCHEDULED:
        in_time = N_("No card near? Take a pass on your own phone. Do it now: once the vote is open it is too late.")
        yield _note(in_time, icon="key")
        yield Step(StepKind.FORM, "", is_main=not facts.cards)
        alone = N_(
            "If only one member votes with such a pass, the list shows which vote came by a pass. "
            "Then a card hides you better."
        )
        yield _hint(alone)
    elif facts.partner:
        yield _note(N_("The vote is open, so the time for a pass is over. Draw a card."), icon="key")
    else:
        trust = N_(
            "No card near? This server can make you a pass. You must trust it: it could look which pass is yours. "
            "A card is safer."
        )
        yield _note(trust, icon="key")
        yield _post(facts, N_("Take my pass"), "ballots.take_pass", "key", main=not facts.cards)


# Between its end and its count


def _to_open_apart(facts: Facts) -> Iterator[Step]:
    """For the tellers of a box whose key is not on this server: fill the sheet, shut the box, open it."""
    apart = N_("The key of the box is not on this server. Two of its three shares open it.")
    yield _note(apart, "not-yet", "lock")
    if facts.looker.keeps_the_box:
        yield _the_sheet(facts)
        if facts.box_is_shut:
            yield _link(facts, N_("Open the box"), "ballots.open_box", "key", main=True)
        else:
            yield _link(facts, N_("Paper ballots"), "ballots.enter_paper", "document")
            last = N_(
                "First see that the sheet is filled in and all the paper is typed in. After this nothing can be added."
            )
            yield _hint(last)
            yield _post(facts, N_("Close the box for good"), "ballots.close", "lock", main=True)
    yield from _at_the_table(facts)


def _to_open_here(facts: Facts) -> Iterator[Step]:
    """For tellers: hand in a part. The second part opens the box."""
    one = N_("{num} of {tellers} tellers has handed in their part. The second part opens the box.")
    more = N_("{num} of {tellers} tellers have handed in their part. The second part opens the box.")
    parts_in = Sentence(one if facts.parts_in == 1 else more, num=facts.parts_in, tellers=TELLERS)
    yield _note(parts_in, "not-yet", "lock")
    if facts.looker.keeps_the_box:
        yield _the_sheet(facts)
        if not facts.parts_in:
            yield _link(facts, N_("Paper ballots"), "ballots.enter_paper", "document")
        if facts.looker.part_is_in:
            yield Step(StepKind.TEXT, N_("Your part is in. Thank you. Now the other teller."))
        else:
            yield _post(facts, N_("Hand in my part"), "ballots.hand_in_part", "key", main=True)
        gone = N_(
            "Is the other teller gone, or their card lost? Two of the board’s recovery shares can stand in. "
            "Ask who runs this server."
        )
        yield _hint(gone)
    yield from _at_the_table(facts)


def _the_sheet(facts: Facts) -> Step:
    look = N_("Look at the sheet first. It must name only members who really drew a card or took a pass.")
    return Step(StepKind.TEXT, look, beside=(_link(facts, N_("The sheet"), "ballots.roll", ""),))


def _at_the_table(facts: Facts) -> Iterator[Step]:
    drew = _link(facts, N_("Who drew a card?"), "ballots.roll", "people")
    left = _link(facts, N_("Cards left over"), "ballots.void", "cross")
    if facts.box_is_shut:
        yield from [left] if facts.cards and facts.looker.runs_board else []  # To see that none of them was used.
        return
    if facts.cards and (facts.looker.runs_board or facts.looker.keeps_the_box):
        yield _hint(N_("Are cards left over? They are made void first. Once the box is shut, it is too late."))
    if facts.looker.runs_board:
        yield replace(drew, beside=(left,) if facts.cards else ())


def _waits_for_another(facts: Facts) -> Iterator[Step]:
    """What one person asked to do to this vote, and another one agrees to: on the page of the second yes."""
    waiting = facts.half_agreed
    for each in waiting:
        yield _note(Sentence(N_("{name} asks for this: {what}"), name=each.by, what=each.said), "late", "people")
    if any(each.mine_to_agree for each in waiting):
        sheet = (_link(facts, N_("The sheet"), "ballots.roll", "list"),) if facts.looker.opens_boxes else ()
        yield Step(StepKind.LINK, N_("Say yes or no"), "check", page="people.asked", beside=sheet)
    elif any(each.mine_to_finish for each in waiting):
        yield Step(StepKind.LINK, N_("Make the cards now"), "print", page="people.asked")
    elif waiting:
        mine = any(each.is_mine for each in waiting)
        yield Step(StepKind.TEXT, N_("It waits for a second yes.") if mine else N_("Nothing has changed yet."))


def _without_a_result(facts: Facts) -> Iterator[Step]:
    """A closed vote that nobody counted ends in public: that there is no result, and why."""
    if facts.looker.runs_board and facts.uncounted_for >= TO_COUNT:
        yield _note(N_("This vote closed days ago and is not counted. If it cannot be, end it and say why."), "late")
        yield _link(facts, N_("End it without a result"), "ballots.end_without_result", "cross")


# After its count


def _after_the_count(facts: Facts) -> Iterator[Step]:
    """What the result asks for: the vote that must follow, the talk, or nothing."""
    match facts.result:
        case Result.ADOPTED | Result.NOT_ADOPTED | Result.CHOSEN:
            return
        case Result.NEEDS_SECOND_BALLOT:
            words = N_("One more vote comes before it counts. The lived or living experience seats vote, alone.")
            yield _note(words, "not-yet")
            yield from _next_vote(facts, N_("Call the second vote"))
        case Result.NEEDS_VOTE:
            yield _note(N_("Not all of us could say yes. So the same words go to a vote."), "not-yet")
            yield from _next_vote(facts, N_("Call the vote"))
        case Result.HEARD:
            yield _note(N_("This only asked how people feel. The talk goes on."), "yes")
            talk = {"number": facts.proposal}
            yield Step(StepKind.LINK, N_("Go to the talk"), "chat", page="proposals.work", at=talk, is_main=True)
        case _:
            again = N_("This vote decided nothing. The words can go back to the talk, and to a new vote.")
            yield _note(again, "not-yet")
            if facts.looker.runs_board and facts.words_wait:
                yield _post(facts, N_("Back to the talk"), "ballots.back", "chat", main=True)


def _next_vote(facts: Facts, words: str) -> Iterator[Step]:
    if facts.looker.runs_board and facts.next_waits:
        at = {"proposal": facts.proposal}
        yield Step(StepKind.LINK, words, "vote", page="ballots.call_vote", at=at, is_main=True)


# Beside what was fixed


def to_change_its_end(facts: Facts) -> list[Step]:
    """Return the steps by which whoever runs the board makes a vote longer or calls it off, until it has closed."""
    if not _is_theirs_to_change(facts):
        return []
    longer = _link(facts, N_("Make it longer"), "ballots.longer", "clock")
    return [longer, replace(_link(facts, N_("Call it off"), "ballots.call_off", ""), is_quiet=True)]


def to_the_partner(facts: Facts, partner: str) -> list[Step]:
    """Return the step to the file that *partner* signs passes from, until the vote has closed."""
    words = Sentence(N_("The file for {name}"), name=partner)
    return [_link(facts, words, "ballots.partner_file", "document")] if _is_theirs_to_change(facts) else []


def _is_theirs_to_change(facts: Facts) -> bool:
    return facts.looker.runs_board and facts.stage in (Stage.SCHEDULED, Stage.OPEN)
