"""The ledgers and the messages: everything that was signed and taken is still there and still fits."""

from __future__ import annotations

from collections.abc import Iterator

from governance import clock
from governance.guide import first_week, state
from governance.health import from_outside as outside
from governance.health.found import AtHand, Finding, fine, note, wrong
from governance.ledger import service as ledger
from governance.places import places_by_day
from governance.places import service as places
from governance.programme import accounting, witnessing
from governance.ruling.sentences import N_, Sentence
from governance.storage.leaves import LetGo

NOT_TRUSTED = N_("Nobody can trust the record until it is known why.")
PERHAPS = N_("This may be an old copy, or a false alarm.")
AGAIN = Sentence(N_("Then look again: {command}"), command="governance doctor")
BEGIN = Sentence(N_("Begin with: {command}"), command="governance init")
UNSAFE = N_("People cannot reach the site, or it is not safe to.")
BRING_BACK = N_("Tell the board. Then bring the lines back from a copy: governance ledger mend COPY")
OPEN_IT = N_("Tell the board. Then go back to a backup: governance restore FILE")


def ledgers(place: AtHand) -> Iterator[Finding]:
    """Both ledgers agree with every head that was ever signed."""
    for each in ledger.behind(place.session, place.keys):
        yield wrong(f"{each} {ledger.OLDER}", NOT_TRUSTED, OPEN_IT)
    for log in ("decisions", "intake"):
        problems = ledger.check(place.session, place.keys, log)
        for problem in problems:
            what = Sentence(N_("The ledger of {log} does not hold: {problem}"), log=log, problem=problem)
            yield wrong(what, NOT_TRUSTED, BRING_BACK)
        if not problems:
            yield fine(Sentence(N_("The ledger of {log} agrees with every signed head."), log=log))


def witnesses(place: AtHand) -> Iterator[Finding]:
    """No witness has seen more of our ledgers than is here, or another history."""
    names = [each.name for each in ledger.witnesses(place.session) if each.url]
    problems = witnessing.disagreements() if names else []
    for problem in problems:
        means, mend = (NOT_TRUSTED, OPEN_IT) if problem.shown else (PERHAPS, problem.otherwise)
        yield wrong(problem.words, means, mend)
    if names and not problems:
        said = N_("No witness that answers has seen anything else than this: {names}.")
        yield fine(Sentence(said, names=", ".join(names)))


def from_outside(place: AtHand) -> Iterator[Finding]:
    """What the public address shows: the site itself, its certificate, and what the server in front does."""
    if place.settings.for_real_people and not place.settings.address:
        means = N_("Others may read what is sent, and we would not know.")
        name_it = Sentence(N_("Name it: {setting}"), setting="GOVERNANCE_ADDRESS=https://…")
        yield note(N_("The site was not looked at from outside: its address is not named."), means, name_it)
    for is_fine, words in outside.look(place.settings):
        yield (fine(words) if is_fine else wrong(words, UNSAFE, AGAIN))


def published(place: AtHand) -> Iterator[Finding]:
    """Every line of the ledgers is what the rows say: messages and, word for word, all that was published."""
    told = list(accounting.differences(place.session, place.keys, clock.today()))
    for each in told:
        if isinstance(each, LetGo):
            yield note(Sentence(N_("The board said in public that this is lost: {what}"), what=each))
    problems = [each for each in told if not isinstance(each, LetGo)]
    for problem in problems:
        yield wrong(Sentence(N_("This does not fit the ledger: {problem}"), problem=problem), NOT_TRUSTED, OPEN_IT)
    if not told:
        yield fine(N_("Every message that was let out is here, and all that was made public stands as it was."))


def names_of_places(place: AtHand) -> Iterator[Finding]:
    """No two places have one name today. An older version let two changes of one moment lead there."""
    if places.programme(place.session) is None:
        return
    for name in places_by_day.cannot_begin(place.session, clock.today()):
        yield wrong(
            Sentence(N_("Two places are to be called “{name}”."), name=name),
            N_("One of them cannot begin."),
            Sentence(N_("Give one of them another name: {command}"), command="governance plan change place_name"),
        )


def opening(place: AtHand) -> Iterator[Finding]:
    """What still stands before feedback can open."""
    if places.programme(place.session) is None:
        yield wrong(
            N_("There is no programme yet."),
            N_("Nobody can use the site."),
            BEGIN,
        )
        return
    for sentence in places.missing_before_opening(place.session, place.keys, clock.today()):
        yield note(Sentence(N_("The box stays shut: {why}"), why=sentence))
    if next_step := first_week.said_next(state.steps(place.session, place.keys, clock.today())):
        yield note(next_step)
