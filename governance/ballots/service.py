"""Calling a vote, cards and passes, the box, closing and counting: the narrow seam between a vote and the rest."""

from governance.ballots.box.apart import box_to_open, count_opened, publish_box
from governance.ballots.box.dropping import drop
from governance.ballots.box.forgetting import forget_old_in_pieces, forgotten_secrets, keep_only_totals, secrets_in_use
from governance.ballots.box.handing_in import hand_in_part
from governance.ballots.box.public_log import Log, content_of, public_log
from governance.ballots.box.recovering import check_may_recover, count_with_recovery
from governance.ballots.box.unordered import lay_all_afresh_in_pieces
from governance.ballots.box.unordered import lock as take_turns
from governance.ballots.bundle.one_file import verifier, verifier_hash
from governance.ballots.calling.changing import back_to_talk, cancel, extend, public_reason
from governance.ballots.calling.countersigning import agree, ask_to_end, ask_to_take_mark_back, asked_for
from governance.ballots.calling.new_vote import call_next_vote, call_vote
from governance.ballots.finding import (
    ballots_of,
    by_number,
    is_open,
    key_parts,
    listed,
    listed_with_stage,
    roll_row,
    rule_of,
    stage_of,
    to_follow,
    to_open,
    to_sign_for,
    voters,
    waits_for_next_ballot,
)
from governance.ballots.papers.by_name import vote_by_name
from governance.ballots.papers.paper_ballots import Read, enter_paper, papers_waiting, take_out_papers
from governance.ballots.passes.blind_passes import drop_sealed, mark_blind, read_sealed
from governance.ballots.passes.cards import (
    cards_made,
    has_begun,
    make_cards,
    sign_for,
    stub_of,
    the_roll,
    void_card,
    voided,
)
from governance.ballots.passes.co_signing import (
    co_sign,
    end_co_signing,
    lay_co_signed_afresh_in_pieces,
    new_partner_keys,
    note_signed,
    signed_for,
    take_vote,
    votes_signed_for,
)
from governance.ballots.passes.issuers import new_issuers, sign_blinded
from governance.ballots.passes.partners import (
    add_partner,
    own_line,
    partner_to_ask_again,
    vote_for_partner,
    voucher_for,
)
from governance.ballots.passes.printing import cards_pdf
from governance.ballots.passes.tickets import ballot_for, fault_of, pass_in_words, take_pass, ticket
from governance.ballots.result import (
    ballots_in,
    bundle_of,
    chose_members,
    count_of,
    everyone_sees,
    lot_decided,
    public_numbers,
    seats_filled,
    sentences_of,
)

__all__ = [
    "Log",
    "Read",
    "add_partner",
    "agree",
    "ask_to_end",
    "ask_to_take_mark_back",
    "asked_for",
    "back_to_talk",
    "ballot_for",
    "ballots_in",
    "ballots_of",
    "box_to_open",
    "bundle_of",
    "by_number",
    "call_next_vote",
    "call_vote",
    "cancel",
    "cards_made",
    "cards_pdf",
    "check_may_recover",
    "chose_members",
    "co_sign",
    "content_of",
    "count_of",
    "count_opened",
    "count_with_recovery",
    "drop",
    "drop_sealed",
    "end_co_signing",
    "enter_paper",
    "everyone_sees",
    "extend",
    "fault_of",
    "forget_old_in_pieces",
    "forgotten_secrets",
    "hand_in_part",
    "has_begun",
    "is_open",
    "keep_only_totals",
    "key_parts",
    "lay_all_afresh_in_pieces",
    "lay_co_signed_afresh_in_pieces",
    "listed",
    "listed_with_stage",
    "lot_decided",
    "make_cards",
    "mark_blind",
    "new_issuers",
    "new_partner_keys",
    "note_signed",
    "own_line",
    "papers_waiting",
    "partner_to_ask_again",
    "pass_in_words",
    "public_log",
    "public_numbers",
    "public_reason",
    "publish_box",
    "read_sealed",
    "roll_row",
    "rule_of",
    "seats_filled",
    "secrets_in_use",
    "sentences_of",
    "sign_blinded",
    "sign_for",
    "signed_for",
    "stage_of",
    "stub_of",
    "take_out_papers",
    "take_pass",
    "take_turns",
    "take_vote",
    "the_roll",
    "ticket",
    "to_follow",
    "to_open",
    "to_sign_for",
    "verifier",
    "verifier_hash",
    "void_card",
    "voided",
    "vote_by_name",
    "vote_for_partner",
    "voters",
    "votes_signed_for",
    "voucher_for",
    "waits_for_next_ballot",
]  # fmt: skip
