"""What a counted ballot shows: the outcome, its tables and picture, and where a voter finds their own ballot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import abort, render_template, url_for

from governance.ballots import service
from governance.ballots.forms import in_words
from governance.ballots.forms.tracker import TrackerForm
from governance.ballots.models import Ballot, Bundle, Count
from governance.ballots.papers.choices import SAID, PaperAsks, form_of
from governance.ballots.passes.credential import read_tracker
from governance.ballots.result.disclosure import Disclosure
from governance.ballots.result.outcome import Result, result_in_words
from governance.ballots.views.door import bp, find, listed, rule_of
from governance.counting.decided import Decided
from governance.counting.telling import chart, tables, ties
from governance.frame.catalogue import said
from governance.frame.forms import errors_of, with_errors
from governance.permissions.access import Permission, requires
from governance.ruling.sentences import N_, Sentence
from governance.storage import database
from governance.storage.database import db

ONE_LOOK = 60  # Ballots on a list that needs no headings.
OF_A_STEP = frozenset({"number", "names", "quota"})  # Values of a sentence on a step or a tie: the tables have those.


def disclosure_of(ballot: Ballot) -> Disclosure:
    """Return who may see the opened ballots, as the manifest fixed it."""
    return Disclosure((ballot.manifest or {}).get("disclosure", Disclosure.OUTCOME))


def outcome_of(ballot: Ballot, count: Count, *, for_members: bool = False) -> Sentence:
    """Return the outcome in one sentence, with what was chosen; of a vote that only asks, what most chose.

    Who was chosen among members is *for_members*. Others read how many.
    """
    winners, names = count.account.get("winners", ()), ballot.who_stands
    if names and winners and not for_members:
        return service.seats_filled(count)
    winners = [names.get(each, each) for each in winners]
    if count.result is Result.HEARD and winners and count.account.get("passed") is None:
        words = N_("Most wanted: {winners}. The vote only asked. It decides nothing.")
        return Sentence(words, winners=", ".join(winners))
    return result_in_words(count.result, winners)


def box_for_members(ballot: Ballot, count: Count, bundle: Bundle | None) -> list[Sentence]:
    """Return what lay in the box, as the members may know it."""
    disclosure = disclosure_of(ballot)
    if disclosure is Disclosure.OUTCOME:
        return [service.box_untold(ballot, disclosure)]
    return service.box_told(ballot, count, bundle.whole if bundle else None)


def split_sums(count: Count) -> tuple[list[Sentence | str], list[Sentence | str]]:
    """Return the sums in words, and apart from them the sentences on steps and ties."""
    sums = service.sentences_of(count)
    steps: list[Sentence | str] = [
        each for each in sums if isinstance(each, Sentence) and OF_A_STEP & each.values.keys()
    ]
    return [each for each in sums if each not in steps], steps


def told(ballot: Ballot, count: Count) -> dict[str, Any]:
    """Return the tables, the picture and the ties of a count, for who may see its numbers."""
    rule, account = rule_of(ballot), count.account
    if isinstance(rule, Decided):
        drawn = chart.of_words(SAID, count.counts)
        return {"tables": [tables.marked(SAID, count.counts)], "chart": _chart(drawn), "notes": [], "ties": []}
    if not account.get("choices"):
        return {"tables": [], "chart": None, "notes": [], "ties": []}
    by_steps = account["rule"] in tables.BY_STEPS
    found = [tables.steps(account) if by_steps else tables.totals(account, count.counts), tables.pairs(account)]
    notes = [tables.needed(account), tables.money_left(account)]
    if found[0] and found[0].has_cut:
        notes.append(Sentence(N_("Parts of a vote are cut to two places here. The file has them all.")))
    return {
        "tables": [each for each in found if each],
        "chart": _chart(chart.groups(account, count.counts)),
        "notes": [each for each in notes if each],
        "ties": ties.told(account),
    }


def _chart(groups: list[chart.Group]) -> chart.Chart:
    """Measure a picture, its words in the reader's language."""
    return chart.measured(
        [(_words(group.name), [(_words(bar.label), bar.number) for bar in group.values]) for group in groups]
    )


def _words(words: Sentence | str) -> str:
    return said(words) if isinstance(words, Sentence) else words


# Finding one's own ballot


def looked_up(number: int, *, for_members: bool) -> tuple[Ballot, TrackerForm, Mapping[str, Any]]:
    """Look in the list of this vote for the letters that were sent; return it, the form, and what to say of them.

    *for_members*: they see what each ballot says; others see it where everyone does. 404 where there is no list.
    """
    database.expect(writes=False)  # So that no lock is taken for it.
    ballot, form = find(number), TrackerForm()
    bundle = service.bundle_of(db.session, ballot)
    if bundle is None or not can_look_up(ballot, bundle):
        abort(404)
    may_read = for_members or service.everyone_sees(bundle)
    return ballot, form, _found(ballot, bundle, form, may_read=may_read)


def looked_up_again(ballot: Ballot, bundle: Bundle, typed: str) -> tuple[TrackerForm, Mapping[str, Any]]:
    """Look once more for letters that were *typed* before, for somebody who reads what everybody may; return the form
    for others, and what to say of these.
    """
    before = TrackerForm(formdata=None, data={"tracker": typed}, meta={"csrf": False})
    found = _found(ballot, bundle, before, may_read=service.everyone_sees(bundle))
    form = TrackerForm(formdata=None, data={"tracker": before.tracker.data})
    return with_errors(form, errors_of(before)), found


def _found(ballot: Ballot, bundle: Bundle, form: TrackerForm, *, may_read: bool) -> Mapping[str, Any]:
    """Return what to say of the letters in *form*: that there are none such, or that they are there, and as what.

    *may_read*: whether the one who asks may see what the ballots say; "written": people wrote that, and not we. The
    letters go no further than this answer and the phone of whoever asked ("typed").
    """
    if not form.validate():
        return {"state": "wrong"}
    typed = form.tracker.data or ""
    letters = read_tracker(typed)
    rows = dict(service.ballots_in(bundle.whole))
    if letters not in rows:
        return {"state": "missing", "typed": typed}
    form.tracker.data = ""  # Found, so they need not stand on the screen any longer.
    said_in_words = in_words(ballot.manifest or {}, rows[letters]) if may_read else []
    written = form_of(rule_of(ballot)) is not PaperAsks.WORDS
    return {"state": "there", "words": said_in_words, "written": written, "typed": typed}


@dataclass(frozen=True)
class Commands:
    """What somebody types to count a vote again: *alone*, with the one file, and *with_us*, with this whole program."""

    alone: str
    with_us: list[str]


def commands(ballot: Ballot, file: str) -> Commands:
    """Return what to type beside *file*, the bundle of *ballot* as it was saved."""
    log = url_for("ballots.closed_checkpoint", number=ballot.number, _external=True).removesuffix("/checkpoint")
    with_us = [f"governance verify {file}", f"governance count {file}", f"governance verify {log}"]
    return Commands(f"python3 verifier.py {file}", with_us)


def can_look_up(ballot: Ballot, bundle: Bundle | None) -> bool:
    """Whether there is a list to look in: until the record is adopted, and for good where everyone sees it.

    In a vote by name the names stand there, and nobody has letters.
    """
    return bundle is not None and bundle.whole is not None and not ballot.named


@bp.get("/ballots/<number:number>/wall-list")
@requires(Permission.READ_RECORD)
def wall_list(number: int) -> str:
    """The ballots by their letters, to print and hang up, where everyone may see them."""
    seen = service.shown(db.session, find(number))
    ballot, bundle, count = seen.ballot, seen.bundle, seen.count
    if bundle is None or count is None or ballot.named or not service.everyone_sees(bundle):
        abort(404)
    return render_template(
        "ballots/wall_list.html",
        ballot=ballot,
        result=outcome_of(ballot, count),
        box_told=service.box_told(ballot, count, bundle.public),
        groups=_by_first_letter(listed(ballot, bundle.public)),
        is_ranked=form_of(rule_of(ballot)) is PaperAsks.RANKS,
        has_options=form_of(rule_of(ballot)) is not PaperAsks.WORDS,
    )


def _by_first_letter(rows: list[tuple[str, list[str]]]) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Return a long list in parts, so that people find their own quickly; a short one whole, under no letter."""
    if len(rows) <= ONE_LOOK:
        return [("", rows)]
    return [(first, list(part)) for first, part in groupby(rows, lambda row: row[0][0])]
