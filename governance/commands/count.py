"""`governance count`: counts a file of ballots and says how, in words or as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from governance.ballots.bundle.election import is_bundle, of_the_vote, read_bundle
from governance.commands.progress import watched
from governance.commands.rule_names import rule_named
from governance.counting import RULES, Rule, rule_from
from governance.counting.account import Account
from governance.counting.budget import Budget
from governance.counting.explained import explained
from governance.counting.files import Election, Malformed, Marks, read
from governance.counting.lot import Lot
from governance.ruling.errors import RuleRefused


class PartOfWhole(click.ParamType):
    """A part of the whole, as `2/3` or `0.5`; it goes on as the text it is."""

    name = "part"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return *value*, or fail with one sentence."""
        if not re.fullmatch(r"[0-9]{1,9}(/0*[1-9][0-9]{0,8}|\.[0-9]{1,9})?", value):
            self.fail(f"{value!r} is not a part like 2/3 or 0.6.", param, ctx)
        return value


PART = PartOfWhole()
MOST = 10**6  # The best score there is, and the most dots.
LONG = 20_000  # Lines of a file from which on a bar is shown.
OPTIONS: tuple[tuple[str, str, Any, str], ...] = (
    ("--seats", "seats", click.IntRange(1, 10_000), "How many win (default: what a BLT file says, else 1)."),
    ("--measure", "measure", click.Choice(["winning", "margins"]), "Schulze, ranked pairs: how strong a win is."),
    ("--unranked", "unranked", click.Choice(["last", "no_opinion"]), "Schulze, ranked pairs: options not ranked."),
    ("--equal", "equal", click.Choice(["stop", "pass_over", "refuse"]), "Options put equal, where one is needed."),
    ("--skipped", "skipped", click.Choice(["pass_over", "stop"]), "A rank left out."),
    ("--stop", "stop", click.Choice(["majority", "two_left"]), "IRV: when the rounds end."),
    ("--last", "last", click.Choice(["one", "all"]), "IRV: who goes when several are last."),
    ("--quota", "quota", click.Choice(["droop", "votes"]), "STV: the quota (Scottish: droop; Meek: votes)."),
    ("--precision", "precision", click.IntRange(0, 18), "STV: decimal places of a vote."),
    ("--omega", "omega", click.IntRange(0, 18), "Meek: decimal places to which a surplus is shared out."),
    (
        "--scores-max",
        "highest",
        click.IntRange(1, 10**6),
        "Score, STAR, majority judgment: the best score (default: 5, or the best in FILE).",
    ),
    ("--dots", "dots", click.IntRange(1, MOST), "Dots: how many each ballot has (default: 5, or the most in FILE)."),
    ("--budget", "budget", click.IntRange(1), "Budget: what may be spent (default: as many as --seats, at 1 each)."),
    ("--method", "method", click.Choice(["greedy", "equal_shares"]), "Budget: how it is shared out."),
    ("--satisfaction", "satisfaction", click.Choice(["votes", "cost"]), "Equal shares: what an option is worth."),
    ("--completion", "completion", click.Choice(["none", "greedy"]), "Equal shares: what is done with the rest."),
    ("--paper", "paper", click.Choice(["approvals", "scores"]), "Budget: marks, or points."),
    ("--threshold", "threshold", PART, "Yes or no: the part that must be yes, like 2/3."),
    ("--at-least-yes", "at_least_yes", click.IntRange(0), "Yes or no: how many must say yes."),
    ("--objections-at-most", "objections_at_most", PART, "Consent: the largest part that may object, like 1/10."),
    ("--blocks-allowed", "blocks_allowed", click.IntRange(0), "Consent: how many may block."),
    ("--at-least-consent", "at_least_consent", click.IntRange(0), "Consent: how many must consent."),
    ("--at-least-agree", "at_least_agree", click.IntRange(0), "Consensus: how many must agree."),
    ("--ties", "ties", click.Choice(["earlier_then_lot", "lot"]), "How a tie is broken."),
)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--rule",
    "rule_name",
    metavar="RULE",
    help="One of: " + ", ".join(RULES) + ". Other names that people use work too. A bundle has its own.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--seed", help="The seed of the lot, 64 hexadecimal digits (default: SHA-256 of the ballots).")
@click.option(
    "--repeated",
    type=click.Choice(["pass_over", "stop", "refuse"]),
    default=Marks.repeated,
    show_default=True,
    help="CSV of ranks: an option that stands again on the same ballot.",
)
@click.option(
    "--overvote",
    type=click.Choice(["pass_over", "stop", "refuse"]),
    help="CSV of ranks: two options marked at a rank for one (default: stop where the file calls it an overvote).",
)
@click.option("--contest", default="", metavar="NAME", help="CSV: which contest, or a part of its name, of several.")
@click.option(
    "--cost", "costs", multiple=True, metavar="NAME=COST", help="Budget: what an option costs; once for each."
)
def count(
    file: Path,
    rule_name: str | None,
    as_json: bool,
    seed: str | None,
    repeated: str,
    overvote: str | None,
    contest: str,
    costs: tuple[str, ...],
    **given: Any,
) -> None:
    """Count the ballots in FILE by a RULE.

    FILE is BLT (withdrawn options, weights, ranks left out as -, equal ranks as 1=2, comments after #), PrefLib (soc,
    soi, toc, toi), or CSV with a header row, one ballot a row: a column for each rank ("rank 1,rank 2", cells hold
    names, Ann=Ben for equal), or a column for each option (cells hold ranks, scores or marks), or a cast-vote record.
    A first column "weight" says how many ballots are alike, one named "id", "precinct" or "timestamp" is passed over.
    Or FILE is the bundle of a vote held here: it says its rule and its lot. It is checked as `governance verify` does,
    and what the vote came to is said beside the count. Another rule may count it if it need not look further into a
    ballot than the first count did.
    """
    named, said = rule_named(rule_name or "")
    if named is None and rule_name is not None:
        raise click.UsageError(f"There is no rule {rule_name!r}. Choose one of: {', '.join(RULES)}.")
    if costs:
        given["costs"] = _costs(costs)
    if contrary := [name for name, value in said.items() if given[name] not in (None, value)]:
        raise click.UsageError(f"{rule_name} already says the {contrary[0]}. Leave one of the two out.")
    given |= said
    papers = "scores" if given.get("paper") == "scores" else named.papers if named else ""
    election = _read(file, papers, Marks(repeated, overvote or Marks.overvote, contest))
    try:
        shown = {} if named is None or election.rule else _shown(named, said, given, election)
        rule = _rule(named, given | shown, election)
        rule.check(election.ballots.choices)
        account = rule.count(election.ballots, _lot(seed, election))
    except RuleRefused as refused:
        raise click.ClickException(f"{file}: {refused}") from refused
    vote = _of_the_vote(file) if election.rule else []
    click.echo(
        json.dumps({**_as_json(account, election), "of_the_vote": vote}, ensure_ascii=False, indent=1)
        if as_json
        else "\n".join([*_told(shown), _as_text(account, election), *(f"The vote itself: {each}" for each in vote)])
    )


for _flag, _parameter, _kind, _help in reversed(OPTIONS):
    count = click.option(_flag, _parameter, type=_kind, help=_help)(count)


def _read(file: Path, papers: str, marks: Marks) -> Election:
    try:
        content = file.read_bytes()
        if is_bundle(content):
            return read_bundle(content, papers, _watched)
        if not papers:
            raise Malformed(1, "a result bundle, as no rule was named; for any other file say --rule")
        return read(content, papers, file.name, _watched, marks)
    except Malformed as wrong:
        raise click.ClickException(f"{file}:{wrong.line}: expected {wrong.expected}") from wrong


def _of_the_vote(file: Path) -> list[str]:
    try:
        return of_the_vote(file.read_bytes())
    except Malformed as wrong:
        raise click.ClickException(f"{file}:{wrong.line}: expected {wrong.expected}") from wrong


def _watched(items: Collection[Any]) -> Iterable[Any]:
    return watched(items, "Reading", LONG)


def _rule(named: type[Rule] | None, given: dict[str, Any], election: Election) -> Rule:
    """Return the rule to count with: as named, else as the file says it, with what was given on the command line."""
    rule_type = named or (type(election.rule) if election.rule else None)
    if rule_type is None:
        raise RuleRefused("This file does not say how to count it. Say it with --rule.")
    known = {each.name for each in fields(rule_type)}
    flags = {parameter: flag for flag, parameter, _, _ in OPTIONS} | {"costs": "--cost"}
    chosen = {name: value for name, value in given.items() if value is not None}
    if isinstance(election.rule, rule_type):
        chosen = {each.name: getattr(election.rule, each.name) for each in fields(rule_type)} | chosen
    if rule_type.one_winner and chosen.get("seats") == 1:
        del chosen["seats"]
    for name in chosen:
        if name not in known:
            raise RuleRefused(f"The rule {rule_type.name} has no {flags[name]}.")
    if "seats" in known and "seats" not in chosen:
        chosen["seats"] = election.seats or 1
    try:
        return rule_from(rule_type(**chosen).to_manifest())
    except (ValueError, TypeError, ArithmeticError) as error:
        raise RuleRefused(f"An option of the rule {rule_type.name} cannot be read: {error}") from error


def _shown(named: type[Rule], said: dict[str, Any], given: dict[str, Any], election: Election) -> dict[str, Any]:
    """Return what the file shows where no option says it: the best score, the dots, what equal shares of seats cost."""
    if named.papers == "scores":
        return _as_scored(named, given, election)
    of_money = given["budget"] is not None or given.get("costs")
    return _as_seats(given, election) if named is Budget and said and not of_money else {}


def _as_seats(given: dict[str, Any], election: Election) -> dict[str, Any]:
    """Each option costs 1, and the budget is the number of seats."""
    seats = given.get("seats") or election.seats or 1
    return {"budget": seats, "costs": dict.fromkeys(election.ballots.choices, 1), "seats": None}


def _as_scored(rule_type: type[Rule], given: dict[str, Any], election: Election) -> dict[str, Any]:
    """The best score, or the most dots on a ballot. Raises RuleRefused where that is more than a rule can take."""
    papers = [[each or 0 for each in paper] for paper, _ in election.ballots.groups]
    shown = {"highest": max(map(max, papers), default=0), "dots": max(map(sum, papers), default=0)}
    usual: dict[str, Any] = {each.name: each.default for each in fields(rule_type) if given.get(each.name) is None}
    found = {name: max(most, usual[name]) for name, most in shown.items() if name in usual}
    if any(most > MOST for most in found.values()):
        raise RuleRefused(f"A number on a ballot is above {MOST}. Look at the file again.")
    return found


def _told(shown: dict[str, Any]) -> list[str]:
    """Say what was read out of the file in place of an option."""
    words = {
        "highest": "Scores go from 0 to {}, the best in the file or the usual one.",
        "dots": "Each ballot has {} dots.",
    }
    return [words[name].format(most) for name, most in shown.items() if name in words]


def _costs(costs: tuple[str, ...]) -> dict[str, int]:
    found = {}
    for each in costs:
        name, _, cost = each.rpartition("=")
        if not name or not (cost.isascii() and cost.isdigit()):
            raise click.UsageError(f"A cost is like --cost Ann=200, not {each!r}.")
        found[name] = int(cost)
    return found


def _lot(seed: str | None, election: Election) -> Lot:
    if seed is None:
        return Lot(election.seed, "box_root") if election.seed else Lot(election.ballots.digest, "ballots")
    try:
        given = bytes.fromhex(seed)
    except ValueError:
        given = b""
    if len(given) != 32:
        raise click.UsageError("A seed is 64 hexadecimal digits.")
    return Lot(given, "given")


def _as_json(account: Account, election: Election) -> dict[str, Any]:
    withdrawn = [election.ballots.choices[each] for each in sorted(election.ballots.withdrawn)]
    return {"title": election.title, "withdrawn": withdrawn, **account.to_json()}


def _as_text(account: Account, election: Election) -> str:
    lines = [str(each) for each in explained(account)]
    if account.lot:
        lines.insert(-1, f"The lot was drawn from: {account.lot['source']} {account.lot['seed']}")
    return "\n".join([*([election.title] if election.title else []), *lines])
