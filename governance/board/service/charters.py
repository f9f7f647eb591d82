"""The charter: the newest version rules, the older ones stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board.charter import Charter, Method, problems
from governance.board.models import CharterVersion
from governance.ledger import service as ledger
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.leaves import CHANGED_SINCE, NOT_AS_PUBLISHED, as_written

KIND = "charter"  # Of the line in the ledger.
FORGED = N_(
    "The charter in our books is not the one that the ledger holds. Someone changed it. Call no vote yet. Ask whoever "
    "runs the server to bring it back: “governance ledger mend” does it, just as the ledger holds it. "
    "“governance ledger audit” says what was changed."
)
NO_CHARTER = N_("The board has no charter yet. Setting up the program writes the first one.")


def charter(session: Session) -> Charter:
    """Return the charter in force. Raises RuleRefused while the board has adopted none."""
    found = charter_in_force(session)
    if found is None:
        raise RuleRefused(NO_CHARTER)
    return found


def charter_in_force(session: Session) -> Charter | None:
    """Return the charter in force, or None while the board has adopted none."""
    newest = _newest(session)
    return from_settings(newest.settings) if newest else None


def charter_number(session: Session) -> int:
    """Return the number of the version in force, or 0 before there is one."""
    newest = _newest(session)
    return newest.number if newest else 0


def charter_numbered(session: Session, number: int) -> Charter:
    """Return version *number*: what was decided under it is judged by it. Raises NoResultFound for no such version."""
    return from_settings(session.get_one(CharterVersion, number).settings)


def charter_of_each_day(session: Session) -> Callable[[date], Charter | None]:
    """Return what tells of any day which charter was in force then, as the ledger holds it, or None. It reads once.

    What was asked, or began, on a day keeps that charter. A row that somebody changed, or put in beside the ledger,
    changes nobody's days.
    """

    @cache
    def held() -> list[CharterVersion]:
        return [each.version for each in shown_versions(session) if each.doubt != NOT_AS_PUBLISHED]

    def charter_then(day: date) -> Charter | None:
        found = next((each for each in held() if each.adopted_on <= day), None)
        return from_settings(found.settings) if found else None

    return charter_then


def has_charter(session: Session) -> bool:
    """Whether the board has adopted a charter."""
    return _newest(session) is not None


def has_adopted_charter(session: Session) -> bool:
    """Whether the charter in force was put there by a decision of the board. Setting up writes one of its own."""
    newest = _newest(session)
    return newest is not None and newest.record is not None


def _newest(session: Session) -> CharterVersion | None:
    return session.scalars(select(CharterVersion).order_by(CharterVersion.number.desc()).limit(1)).one_or_none()


def charter_versions(session: Session) -> Sequence[CharterVersion]:
    """Return every version, the newest first."""
    return session.scalars(select(CharterVersion).order_by(CharterVersion.number.desc())).all()


class ShownVersion(NamedTuple):
    """A version as a page may show it, and what is doubtful about its row, or ""."""

    version: CharterVersion
    doubt: str


def shown_versions(session: Session) -> list[ShownVersion]:
    """Return every version as the ledger holds it, the newest first: one that was taken out or changed comes back.

    A version that no line of the ledger holds is told to be one: nothing is left to go by.
    """
    held = _lines(session)
    rows = {version.number: version for version in charter_versions(session)}
    found = [_shown(rows.get(number), said) for number, said in held.items()]
    found += [ShownVersion(row, NOT_AS_PUBLISHED) for number, row in rows.items() if number not in held]
    return sorted(found, key=lambda each: -each.version.number)


def check_as_published(session: Session) -> None:
    """Refuse to go by a charter that is not what the ledger holds. Raises RuleRefused with what to do.

    While a line was changed nobody knows whether it held a newer one.
    """
    ledger.check_whole(session, "decisions")
    newest = next(iter(shown_versions(session)), None)
    if newest is not None and newest.doubt:
        raise RuleRefused(FORGED)


def _lines(session: Session) -> dict[int, dict[str, Any]]:
    """Return what the ledger holds of each version, by its number: the first line of a number is the true one."""
    said = reversed(ledger.lines_with(session, "decisions", f'"kind":"{KIND}"').values())
    return {facts["number"]: facts for facts in said if facts.get("kind") == KIND}


def _shown(row: CharterVersion | None, held: dict[str, Any]) -> ShownVersion:
    if row is not None and as_written(facts_of(row)) == {name: held[name] for name in held.keys() - {"v", "kind"}}:
        return ShownVersion(row, "")
    day, record = date.fromisoformat(held["day"]), held.get("record")
    said = CharterVersion(number=held["number"], settings=held["settings"], adopted_on=day, record=record)
    return ShownVersion(said, CHANGED_SINCE)


def check_may_adopt(session: Session, charter: Charter, record: str | None = None) -> int:
    """Return the number the next version would have. Refuses numbers out of their range, and what changes nothing.

    *record*: the number of the record that says so; one record makes one version. The first one may take on the
    charter that setting up wrote, as it stands.
    """
    found = problems(charter)
    if found:
        raise RuleRefused(found[0])
    versions = charter_versions(session)
    is_the_first_of_its_own = bool(record) and not has_adopted_charter(session)
    if versions and from_settings(versions[0].settings) == charter and not is_the_first_of_its_own:
        raise RuleRefused(
            Sentence(N_("Nothing is different from version {n}. Change a number first."), n=versions[0].number)
        )
    if record and any(version.record == record for version in versions):
        raise RuleRefused(N_("That decision changed the charter already. Each one changes it once."))
    return len(versions) + 1


def adopt_charter(session: Session, charter: Charter, today: date, record: str | None = None) -> CharterVersion:
    """Make *charter* the board's newest version and put it in the ledger. Raises RuleRefused like `check_may_adopt`."""
    number = check_may_adopt(session, charter, record)
    version = CharterVersion(number=number, settings=settings_of(charter), adopted_on=today, record=record)
    session.add(version)
    ledger.append(session, "decisions", KIND, facts_of(version))
    session.flush()
    return version


def texts_of_lines(session: Session) -> list[bytes]:
    """Return what the line of each version in our books says, if its row is as it was."""
    return [ledger.canonical("decisions", KIND, facts_of(version)) for version in charter_versions(session)]


def bring_back_charters(session: Session) -> list[int]:
    """Make the versions in our books what the ledger holds; return the numbers of those that were not.

    A newest one that no line holds was put in by hand, and goes, unless its line may be one that is lost. Raises
    RuleRefused while a line of the ledger was changed.
    """
    ledger.check_whole(session, "decisions")
    found = [(each.version, each.doubt) for each in shown_versions(session) if each.doubt]
    true = _newest_held(session)
    changed = []
    for version, doubt in found:
        if doubt == CHANGED_SINCE:
            session.merge(version)
            changed.append(version.number)
        elif true and version.number > true.number and not _lost_after(session, true.number):
            session.delete(version)
            changed.append(version.number)
    session.flush()
    return sorted(changed)


def go_on_with_what_is_whole(session: Session, today: date) -> CharterVersion | None:
    """Take on once more the newest version that a line still holds, where that of a newer one is lost; return it.

    Where no line holds any, the charter that a programme begins with. It is the board that is asked before this.
    """
    newest, true = _newest(session), _newest_held(session)
    if newest is None or (true and (true.number >= newest.number or not _lost_after(session, true.number))):
        return None
    settings = true.settings if true else settings_of(Charter())
    version = CharterVersion(number=newest.number + 1, settings=settings, adopted_on=today)
    session.add(version)
    ledger.append(session, "decisions", KIND, facts_of(version))
    session.flush()
    return version


def _newest_held(session: Session) -> CharterVersion | None:
    return next((each.version for each in shown_versions(session) if each.doubt != NOT_AS_PUBLISHED), None)


def _lost_after(session: Session, version: int) -> bool:
    """Whether a line that is lost stands after that of this *version*: it may have held a newer one."""
    lines = [(facts.get("kind"), facts.get("number")) for _, facts in ledger.leaves(session, "decisions")]
    return ("lost", None) in lines[lines.index((KIND, version)) :]


def facts_of(version: CharterVersion) -> dict[str, Any]:
    """Return what the ledger says of a version: its number, its day, its settings, and the record that changed it."""
    changed_by = {"record": version.record} if version.record else {}
    return {
        "number": version.number, "day": version.adopted_on.isoformat(), "settings": version.settings, **changed_by,
    }  # fmt: skip


def no_longer_read(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a version named that no rule of this program reads any more."""
    return {name: settings[name] for name in sorted(settings.keys() - {field.name for field in fields(Charter)})}


def settings_of(charter: Charter) -> dict[str, Any]:
    """Return *charter* as plain JSON values; shares as exact fractions ("2/3")."""
    return {name: str(value) if isinstance(value, Fraction) else value for name, value in asdict(charter).items()}


def from_settings(settings: Mapping[str, Any]) -> Charter:
    """Return the charter that `settings_of` wrote. Numbers added since take their default.

    A version may name numbers that no rule reads any more (`no_longer_read`): they are no part of it.
    """
    known = {field.name for field in fields(Charter)}
    plain = {name: value for name, value in settings.items() if name in known}
    for name in ("lived_share", "quorum_share", "two_thirds"):
        if name in plain:
            plain[name] = Fraction(plain[name])
    if "method" in plain:
        plain["method"] = Method(plain["method"])
    return Charter(**plain)
