"""What people do with accounts and keys, split by concept. Callers import from here."""

from governance.people.rules import ChainBroken, KeyRefused, ReaderFacts
from governance.people.service.accounts import (
    Card,
    Draft,
    Listed,
    agree_to_card,
    aliases,
    all_accounts,
    ask_for_card,
    draft_card,
    end_account,
    new_account,
    new_card,
    roles_of,
    with_role,
)
from governance.people.service.enrolment import (
    Reader,
    ReaderList,
    Waiting,
    begin_chain,
    confirm_enrolment,
    confirm_removal,
    drop_request,
    propose_enrolment,
    propose_removal,
    reader_list,
    requests,
)
from governance.people.service.intake_keys import (
    current_key,
    destroy_period,
    ensure_intake_keys,
    intake_private,
    live_keys,
    missing_readers,
    pass_on_keys,
    readers,
    rotate,
)
from governance.people.service.own_keys import OpenReader, box_public, open_reader
from governance.people.service.signing_in import (
    COOKIE,
    SignedIn,
    Stretched,
    purge_sign_ins,
    seconds_to_wait,
    sign_in,
    sign_out,
    sign_out_everywhere,
    stretch,
    who_is_asking,
)

__all__ = [
    "COOKIE", "Card", "ChainBroken", "Draft", "KeyRefused", "Listed", "OpenReader", "Reader", "ReaderFacts",
    "ReaderList", "SignedIn", "Stretched", "Waiting", "agree_to_card", "aliases", "all_accounts", "ask_for_card",
    "begin_chain", "box_public", "confirm_enrolment", "confirm_removal", "current_key", "destroy_period", "draft_card",
    "drop_request", "end_account", "ensure_intake_keys", "intake_private", "live_keys", "missing_readers",
    "new_account", "new_card", "open_reader", "pass_on_keys", "propose_enrolment", "propose_removal",
    "purge_sign_ins", "reader_list", "readers", "requests", "roles_of", "rotate", "seconds_to_wait", "sign_in",
    "sign_out", "sign_out_everywhere", "stretch", "who_is_asking", "with_role",
]  # fmt: skip
