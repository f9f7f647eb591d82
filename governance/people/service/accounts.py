"""Accounts and cards: a chosen name, roles, and five words that are printed once and kept nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.people import rules
from governance.people.gates import RequestKind
from governance.people.models import Account, AccountRole, Asked, Enrolment, ReaderKey
from governance.people.service import chain, first_yes, intake_keys, recovery_shares
from governance.people.service.notices import has_told, tell, told_last, vouched_last
from governance.people.service.own_keys import make_own_keys
from governance.people.service.signing_in import Stretched, proof_kept, sign_out_everywhere, stretch
from governance.people.service.who_counts import of_the_board, who_sits
from governance.permissions.roles import ROLE_WORDS, STAFF, Role, Who
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

ACCOUNTS = "accounts"  # What the ledger says that such an act is about.
SETTLED = N_("This has been settled already. Load the page again.")


@dataclass(frozen=True)
class Card:
    """What is printed and handed over. The words exist here alone."""

    alias: str
    passphrase: str = field(repr=False)
    account_id: int


@dataclass(frozen=True)
class Draft:
    """Fresh words for a name, already stretched, because that is slow and comes before any query."""

    alias: str
    passphrase: str = field(repr=False)
    stretched: Stretched


def draft_card(keys: KeyFolder, alias: str, language: str = "en") -> Draft:
    """Return fresh words for *alias*, stretched. Slow on purpose: call it before any query."""
    words = sealing.new_passphrase(language)
    return Draft(alias, words, stretch(keys, alias, words))


def check_new_account(session: Session, alias: str, roles: Collection[Role]) -> str:
    """Return *alias* as it will be kept. Raises RuleRefused for a taken name or roles that do not go together."""
    alias = rules.clean_alias(alias)
    rules.check_roles(frozenset(roles))
    if session.scalars(select(Account.id).where(Account.alias_key == rules.alias_key(alias))).first() is not None:
        raise RuleRefused(N_("This name is taken. Choose another one."), field="alias")
    return alias


def new_account(
    session: Session, keys: KeyFolder, *, alias: str, roles: Collection[Role], language: str = "en",
    draft: Draft | None = None, own_words: bool = False,
) -> Card:  # fmt: skip
    """Make an account and return its card. Raises RuleRefused like `check_new_account`.

    *draft*: words that were drawn for this very name before any query. *own_words*: nobody is led to make other ones.
    """
    alias = rules.clean_alias(alias)
    rules.check_roles(frozenset(roles))
    draft = draft or draft_card(keys, alias, language)
    check_new_account(session, alias, roles)
    key = rules.alias_key(alias)
    if rules.alias_key(draft.alias) != key:
        raise RuleRefused(SETTLED)
    account = Account(alias=alias, alias_key=key, proof=proof_kept(draft.stretched), language=language)
    account.own_words = own_words
    session.add(account)
    session.flush()
    session.add_all([AccountRole(account_id=account.id, role=role) for role in sorted(set(roles))])
    make_own_keys(session, keys, account.id, draft.stretched.unlock)
    return Card(alias, draft.passphrase, account.id)


def ask_for_card(session: Session, keys: KeyFolder, first: Who, account_id: int, today: date) -> Enrolment:
    """Ask, as the first of two people, for a new card in the place of a lost one. Raises RuleRefused."""
    account = _living(session, account_id)
    if account.id == first.account_id:
        rules.check_two_give_card(first.roles, first.roles, (first.account_id, 0), account.id)
    same = Enrolment.kind == RequestKind.CARD, Enrolment.account_id == account_id
    session.execute(delete(Enrolment).where(*same))
    # The number of the card: what was asked for one that came since, or before, is another request.
    asked = Enrolment(
        kind=RequestKind.CARD, account_id=account_id, body=str(account.card), first_account_id=first.account_id,
        first_signature=b"",
    )  # fmt: skip
    return first_yes.put(session, keys, asked, today)


def agree_to_card(session: Session, keys: KeyFolder, second: Who, enrolment_id: int, draft: Draft, today: date) -> Card:
    """Agree, as the second person, and return the new card. *draft* was made for the name on the page.

    Every member is told: whoever has a card of somebody's can speak in their name.
    """
    asked = session.get(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)
    if asked is None or asked.kind is not RequestKind.CARD or not first_yes.stands(keys, asked, today):
        raise RuleRefused(SETTLED)
    sitting, first = who_sits(session, today), asked.first_account_id
    _living(session, first)
    if asked.body != str(_living(session, asked.account_id).card):
        raise RuleRefused(SETTLED)  # Another card came since.
    ids = (first, second.account_id)
    first_roles = of_the_board(first, roles_of(session, first), sitting)
    rules.check_two_give_card(first_roles, of_the_board(ids[1], second.roles, sitting), ids, asked.account_id)
    session.delete(asked)
    card = _replace_card(session, keys, _living(session, asked.account_id), draft, today)
    names = aliases(session, ids)
    words = N_("{name} gets a new card for a lost one. {first} asked, {second} agreed.")
    said = Sentence(words, name=card.alias, first=names[ids[0]], second=names[ids[1]])
    tell_of_card(session, keys, said, today)
    return card


def new_card(session: Session, keys: KeyFolder, account_id: int, today: date) -> Card:
    """Return a new card for an account, by two recovery shares. Pages ask two people. Members are told alike."""
    account = _living(session, account_id)
    card = _replace_card(session, keys, account, draft_card(keys, account.alias, account.language), today)
    said = Sentence(
        N_("{name} gets a new card for a lost one. Two recovery shares were typed in for it."), name=card.alias
    )
    tell_of_card(session, keys, said, today)
    return card


def _replace_card(session: Session, keys: KeyFolder, account: Account, draft: Draft, today: date) -> Card:
    """Give the account new words and new keys. The old card stops, and what comes is closed to its keys."""
    if rules.alias_key(draft.alias) != account.alias_key:
        raise RuleRefused(SETTLED)
    lost = _audiences_of(session, keys, account.id)
    account.proof = proof_kept(draft.stretched)
    account.card += 1
    account.own_words, account.own_words_since = False, None
    make_own_keys(session, keys, account.id, draft.stretched.unlock)
    sign_out_everywhere(session, account.id)
    intake_keys.forget_wraps(session, account.id)
    if lost:
        intake_keys.rotate(session, keys, lost, today)
    session.flush()
    return Card(account.alias, draft.passphrase, account.id)


def check_may_end(session: Session, keys: KeyFolder, account_id: int) -> str:
    """Return the name of an account that may end. Refuses a reader, and the last who keeps the cards."""
    account = _living(session, account_id)
    if _audiences_of(session, keys, account_id):
        raise RuleRefused(N_("This person is a reader. Two readers must take them off the list of readers first."))
    if set(with_role(session, Role.ADMIN)) == {account_id}:
        raise RuleRefused(N_("Somebody must keep the cards. Make another account for that first."))
    return account.alias


def end_account(session: Session, keys: KeyFolder, account_id: int, today: date) -> None:
    """End an account. Raises RuleRefused like `check_may_end`."""
    check_may_end(session, keys, account_id)
    account = _living(session, account_id)
    account.ended_on = today
    recovery_shares.lose_share_of(session, account_id)
    sign_out_everywhere(session, account_id)
    session.execute(delete(ReaderKey).where(ReaderKey.account_id == account_id))
    about = (Enrolment.account_id == account_id) | (Enrolment.first_account_id == account_id)
    session.execute(delete(Enrolment).where(about))
    session.execute(delete(Asked).where(Asked.about_id == account_id))  # It is settled by this.
    session.flush()


def power_of(session: Session, account_ids: Iterable[int] | None = None) -> dict[str, Any]:
    """Return what each account may do, or that it has ended, as the ledger vouches for it; of all, or of these."""
    wanted = set(account_ids) if account_ids is not None else None
    by_vote: dict[int, dict[str, str]] = {}
    for row in session.scalars(select(AccountRole).where(AccountRole.record.is_not(None))):
        by_vote.setdefault(row.account_id, {})[row.role] = row.record or ""
    found = {}
    for listed in all_accounts(session):
        if wanted is None or listed.account.id in wanted:
            ended = listed.account.ended_on.isoformat() if listed.account.ended_on else ""
            voted = {"by_vote": by_vote[listed.account.id]} if listed.account.id in by_vote else {}
            found[f"account {listed.account.id}"] = {"ended": ended, "roles": sorted(listed.roles), **voted}
    return found


def tell_of_accounts(
    session: Session, keys: KeyFolder, said: Sentence, today: date, account_ids: Iterable[int] | None = None
) -> None:
    """Tell every member what became of these accounts, or how all of them stand; the ledger vouches for it."""
    tell(session, keys, said, today, ACCOUNTS, power_of(session, account_ids))


def tell_of_card(session: Session, keys: KeyFolder, said: Sentence, today: date) -> None:
    """Tell every member what happened to the card of one account. It changes no role, so it vouches for none.

    A role that somebody put in by hand would be vouched for with it, and nobody would find it any more.
    """
    tell_how_accounts_stand(session, keys, today)  # Else the first line would hold nobody.
    tell(session, keys, said, today, ACCOUNTS)


def tell_of_end(session: Session, keys: KeyFolder, said: Sentence, today: date, account_id: int) -> None:
    """Tell every member that an account ended; its roles are vouched for as they were told, and by no row of now."""
    tell_how_accounts_stand(session, keys, today)
    name = f"account {account_id}"
    known = told_last(session, ACCOUNTS).get(name)
    tell(session, keys, said, today, ACCOUNTS, {name: {**known, "ended": today.isoformat()}} if known else {})


def roles_as_told(session: Session, keys: KeyFolder) -> dict[int, frozenset[Role]]:
    """Return what each account may do as the ledger vouches for it, where it does; one that ended nothing."""
    told = {int(name.removeprefix("account ")): facts for name, facts in vouched_last(session, keys, ACCOUNTS).items()}
    return {each: frozenset(() if facts["ended"] else map(Role, facts["roles"])) for each, facts in told.items()}


def tell_of_role(
    session: Session, keys: KeyFolder, said: Sentence, today: date, role: str, record: str, had: Mapping[int, bool]
) -> None:
    """Tell every member who has a *role* by a *record* from now on, and who gave it up: *had* says which, by account.

    All else that they may do is vouched for as it was told, and by no row of now. Of whom nothing is vouched for,
    nothing is told: else an older notice, whose newer one somebody took out, would give back what was taken.
    """
    tell_how_accounts_stand(session, keys, today)
    last, facts = vouched_last(session, keys, ACCOUNTS), dict[str, Any]()
    for name, gets in ((f"account {account_id}", gets) for account_id, gets in had.items()):
        if known := last.get(name):
            others = {each: by for each, by in known.get("by_vote", {}).items() if each != role}
            by_vote = {**others, role: record} if gets else others
            roles = {*known["roles"], role} if gets else set(known["roles"]) - {role}
            voted = {"by_vote": by_vote} if by_vote else {}
            facts[name] = {"ended": known["ended"], "roles": sorted(roles), **voted}
    tell(session, keys, said, today, ACCOUNTS, facts)


def tell_how_accounts_stand(session: Session, keys: KeyFolder, today: date) -> None:
    """Tell it once, where nothing was told yet: when a programme is founded, or comes from an older version."""
    if not has_told(session, ACCOUNTS) and session.scalars(select(Account.id).limit(1)).first():
        said = Sentence(N_("From today on, members are told of each new card and each end."))
        tell_of_accounts(session, keys, said, today)


def _audiences_of(session: Session, keys: KeyFolder, account_id: int) -> Sequence[str]:
    """Return what the chain lets this account read; nothing before there is a chain."""
    if keys.read(chain.ANCHOR) is None:
        return ()
    facts = chain.verified(session, keys).get(account_id)
    return facts.audiences if facts else ()


def check_lives(session: Session, account_id: int) -> None:
    """Refuse an account that has ended, or that never was. Raises RuleRefused."""
    _living(session, account_id)


def _living(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None or account.ended_on is not None:
        raise RuleRefused(N_("This account has ended. Make a new one first."))
    return account


def roles_of(session: Session, account_id: int) -> frozenset[Role]:
    """Return the roles an account carries."""
    return frozenset(session.scalars(select(AccountRole.role).where(AccountRole.account_id == account_id)))


def staff_among(session: Session, account_ids: Iterable[int]) -> set[int]:
    """Return those of these accounts that carry a role of staff."""
    staff = select(AccountRole.account_id).where(AccountRole.role.in_(STAFF))
    return set(session.scalars(staff.where(AccountRole.account_id.in_(set(account_ids)))))


def with_role(session: Session, role: Role) -> dict[int, str]:
    """Return the accounts that carry *role* and have not ended: id and alias. For work pages alone."""
    living = select(Account.id, Account.alias).join(AccountRole, AccountRole.account_id == Account.id)
    rows = living.where(AccountRole.role == role, Account.ended_on.is_(None)).order_by(Account.alias)
    return {row.id: row.alias for row in session.execute(rows)}


def aliases(session: Session, account_ids: Iterable[int]) -> dict[int, str]:
    """Return the alias of each account. For pages only members and staff see; never for a public one."""
    wanted = set(account_ids)
    rows = select(Account.id, Account.alias).where(Account.id.in_(wanted))
    return {row.id: row.alias for row in session.execute(rows)} if wanted else {}


@dataclass(frozen=True)
class Listed:
    """One account as the page of the person who keeps the cards shows it."""

    account: Account
    roles: Sequence[Role]


def all_accounts(session: Session) -> list[Listed]:
    """Return every account with its roles, by name; those that have ended come last."""
    held: dict[int, list[Role]] = {}
    for row in session.scalars(select(AccountRole)):
        held.setdefault(row.account_id, []).append(row.role)
    listed = session.scalars(select(Account)).all()
    ordered = sorted(listed, key=lambda account: (account.ended_on is not None, account.alias_key))
    known = list(ROLE_WORDS)
    return [Listed(account, sorted(held.get(account.id, []), key=known.index)) for account in ordered]
