"""The first tables, package by package.

They are declared in a catalogue of their own, whose names follow the rule the program's tables are named by.
A change of that rule must not reach back into this file.
"""

from alembic import op
from sqlalchemy import (
    JSON, Boolean, CheckConstraint, Column, Date, DateTime, Enum, ForeignKey, Index, Integer, LargeBinary, MetaData,
    String, Table, Text, UniqueConstraint, Uuid, text,
)  # fmt: skip

revision = "0001"
down_revision = None

TABLES = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
MOMENT = DateTime(timezone=True)
HASH = LargeBinary(length=32)
LOG_NAME = String(length=40)


def upgrade() -> None:
    TABLES.create_all(op.get_bind(), checkfirst=False)


def table(name, *parts, **options):
    Table(name, TABLES, *parts, **options)


def key(kind, *names, **options):
    return [Column(name, kind, primary_key=True, **options) for name in names]


def required(kind, *names):
    return [Column(name, kind, nullable=False) for name in names]


def optional(kind, *names):
    return [Column(name, kind, nullable=True) for name in names]


def points(name, kind, to, *, ondelete=None, nullable=False, **options):
    return Column(name, kind, ForeignKey(to, ondelete=ondelete), nullable=nullable, **options)


def one_of(name, check, words, *, nullable=False, **options):
    """A word of a closed list, which a check called *check* holds it to."""
    kind = Enum(*words.split(), name=check, native_enum=False, create_constraint=True, length=40)
    return Column(name, kind, nullable=nullable, **options)


# ledger

table("log", *key(LOG_NAME, "name"), *required(Integer, "size"), *required(HASH, "root"), *required(JSON, "frontier"))
table(
    "head",
    points("log", LOG_NAME, "log.name", primary_key=True),
    *key(Integer, "size", autoincrement=False),
    *required(HASH, "root"),
    *required(JSON, "frontier"),
    *required(Text, "note"),
    *required(Date, "day"),
)
table(
    "leaf",
    points("log", LOG_NAME, "log.name", primary_key=True),
    *key(Integer, "number", autoincrement=False),
    *required(Text, "body"),
    *required(HASH, "hash"),
)

# people

table(
    "account",
    *key(Integer, "id"),
    *required(String, "alias", "alias_key"),
    *required(LargeBinary, "proof"),
    *required(String, "language"),
    *required(Integer, "card", "epoch"),
    *optional(Date, "ended_on"),
    UniqueConstraint("alias_key"),
)
table(
    "chain_entry",
    *key(Integer, "number", autoincrement=False),
    *required(Text, "body"),
    *required(JSON, "signatures"),
    *required(LargeBinary, "hash"),
    UniqueConstraint("hash"),
)
table(
    "intake_key",
    *key(Uuid, "id"),
    *required(String, "audience", "period"),
    *required(LargeBinary, "public", "mac"),
    *optional(Date, "destroyed_on"),
    UniqueConstraint("audience", "period"),
    CheckConstraint("length(public) = 32", name="whole"),
)
table(
    "wrong_tries",
    *key(Integer, "slot", autoincrement=False),
    *required(Integer, "failures"),
    *required(MOMENT, "last_on", "next_try_at"),
)
table(
    "account_role",
    points("account_id", Integer, "account.id", ondelete="CASCADE", primary_key=True),
    one_of(
        "role",
        "role",
        "visitor kiosk member board_reader facilitator staff_reader responder manager director admin teller "
        "urgent_trained",
        primary_key=True,
    ),
)
table(
    "enrolment",
    *key(Integer, "id"),
    one_of("kind", "requestkind", "enrol revoke card"),
    points("account_id", Integer, "account.id", ondelete="CASCADE"),
    *required(Text, "body"),
    points("first_account_id", Integer, "account.id", ondelete="CASCADE"),
    *required(LargeBinary, "first_signature"),
    UniqueConstraint("kind", "account_id"),
)
table(
    "key_wrap",
    points("intake_key_id", Uuid, "intake_key.id", ondelete="CASCADE", primary_key=True),
    points("account_id", Integer, "account.id", ondelete="CASCADE", primary_key=True),
    *required(LargeBinary, "wrapped"),
)
table(
    "reader_key",
    points("account_id", Integer, "account.id", ondelete="CASCADE", primary_key=True),
    *required(LargeBinary, "box_public", "sign_public", "mac", "wrapped"),
)
table(
    "sign_in",
    *key(LargeBinary, "id"),
    points("account_id", Integer, "account.id", ondelete="CASCADE"),
    *required(LargeBinary, "sealed"),
    *required(Integer, "epoch"),
    *required(Date, "day"),
    Index("ix_sign_in_account_id", "account_id"),
    Index("ix_sign_in_day", "day"),
)

# board

table(
    "agenda_item",
    *key(Integer, "id"),
    one_of("kind", "agendakind", "theme proposal member"),
    *required(String, "ref", "title"),
    *required(Date, "added_on"),
    one_of("state", "agendastate", "waiting today parked closed"),
    UniqueConstraint("kind", "ref"),
)
table(
    "charter_version",
    *key(Integer, "number", autoincrement=False),
    *required(JSON, "settings"),
    *required(Date, "adopted_on"),
)
table(
    "seat",
    *key(Integer, "id"),
    *required(String, "label"),
    one_of("seat_class", "seatclass", "lived family health"),
    *required(Boolean, "alternate"),
    UniqueConstraint("label"),
)
table("called_in", *key(String, "matter"), points("seat_id", Integer, "seat.id", primary_key=True))
table(
    "pause",
    *key(Integer, "id"),
    points("seat_id", Integer, "seat.id"),
    *required(Date, "begins", "until"),
    CheckConstraint("until > begins", name="until_after_it_begins"),
    Index("ix_pause_seat_id", "seat_id"),
)
table(
    "recusal",
    *key(Integer, "id"),
    *required(String, "matter"),
    points("account_id", Integer, "account.id", nullable=True),
    one_of("tie", "tie", "money_or_job close_person own_case complained_about outside_asker_tie"),
    *required(String, "part"),
    UniqueConstraint("matter", "account_id", "part"),
)
table(
    "term",
    *key(Integer, "id"),
    points("seat_id", Integer, "seat.id"),
    points("account_id", Integer, "account.id"),
    *required(Date, "begins"),
    *optional(Date, "ends"),
    CheckConstraint("ends IS NULL OR ends >= begins", name="ends_after_it_begins"),
    Index("one_holder", "seat_id", unique=True, sqlite_where=text("ends IS NULL"), postgresql_where=text("ends IS NULL")),
    Index("one_seat", "account_id", unique=True, sqlite_where=text("ends IS NULL"), postgresql_where=text("ends IS NULL")),
)

# places

table(
    "help_card",
    *key(Integer, "id"),
    one_of("kind", "help", "emergency overdose never_use_alone crisis violence youth poison legal_aid"),
    *required(String, "language", "title"),
    *required(Text, "text"),
    *required(String, "phone", "hours", "run_by", "cost", "spoken"),
    *optional(Date, "checked_on"),
    *required(Integer, "position"),
)
table("legal_limit", *key(String, "language"), *required(Text, "text"))
table("place", *key(Integer, "id"), *required(String, "name", "hours"), UniqueConstraint("name"))
table(
    "programme",
    *key(Integer, "id"),
    *required(String, "name", "place_name", "board_name", "timezone"),
    *required(Integer, "release_hour"),
    *required(JSON, "working_days", "closed_days", "languages"),
    *required(Integer, "first_word_days", "answer_days"),
    *required(Boolean, "intake_open"),
    CheckConstraint("id = 1", name="only_one"),
    CheckConstraint("release_hour BETWEEN 0 AND 23", name="release_hour_of_the_day"),
)
table(
    "kiosk",
    *key(Uuid, "id"),
    points("place_id", Integer, "place.id"),
    *required(String, "name"),
    *required(LargeBinary, "key_hash"),
    *optional(Date, "revoked_on"),
    UniqueConstraint("key_hash"),
)

# feedback

table(
    "follow_up",
    *key(LargeBinary, "find"),
    *required(Uuid, "thread_id"),
    *required(LargeBinary, "thread_public", "wrapped_private"),
    *required(String, "period"),
    UniqueConstraint("thread_id"),
    sqlite_with_rowid=False,
)
table("form_token", *key(LargeBinary, "hash"), *required(Date, "day"), sqlite_with_rowid=False)
table(
    "reply",
    *key(Uuid, "id"),
    *required(Uuid, "thread_id"),
    *required(Date, "week"),
    *required(LargeBinary, "sealed"),
    *required(Boolean, "asks"),
    Index("ix_reply_thread", "thread_id"),
    sqlite_with_rowid=False,
)
table(
    "theme",
    *key(Integer, "id"),
    *required(String, "title"),
    *required(Text, "summary"),
    one_of("lane", "lane", "suggestion thanks grievance alert urgent other"),
    *required(Date, "week"),
    *optional(Date, "agenda_on", "closed_on"),
)
table(
    "held",
    *key(Uuid, "id"),
    one_of("audience", "audience", "everyone grievance manager urgent"),
    *required(Date, "day"),
    one_of("route", "route", "later now paper"),
    one_of("consent", "consent", "words idea private"),
    *required(LargeBinary, "tag"),
    points("intake_key_id", Uuid, "intake_key.id"),
    *required(LargeBinary, "sealed"),
    UniqueConstraint("tag"),
    sqlite_with_rowid=False,
)
table(
    "intake_leaf",
    *key(Integer, "number", autoincrement=False),
    one_of("fate", "fate", "message dummy expired"),
    *optional(Uuid, "message_id"),
    points("intake_key_id", Uuid, "intake_key.id", nullable=True),
    *optional(LargeBinary, "salt", "digest", "passed_on"),
    *required(LargeBinary, "mac"),
    Index("ix_intake_leaf_intake_key_id", "intake_key_id"),
    Index("ix_intake_leaf_message_id", "message_id"),
)
table(
    "message",
    *key(Uuid, "id"),
    one_of("audience", "audience", "everyone grievance manager urgent"),
    *required(Date, "week"),
    one_of("consent", "consent", "words idea private"),
    one_of("lane", "lane", "suggestion thanks grievance alert urgent other", nullable=True),
    one_of("state", "messagestate", "live hidden expired"),
    *required(LargeBinary, "tag"),
    points("intake_key_id", Uuid, "intake_key.id"),
    *required(LargeBinary, "sealed"),
    *optional(Integer, "leaf"),
    UniqueConstraint("tag"),
    CheckConstraint("(state = 'expired') = (length(sealed) = 0)", name="expired_means_empty"),
    Index("ix_message_inbox", "audience", "state", "lane", "week", "id"),
    Index("ix_message_intake_key_id", "intake_key_id"),
    Index("ix_message_without_leaf", "leaf"),
    sqlite_with_rowid=False,
)
table(
    "hide_request",
    points("message_id", Uuid, "message.id", primary_key=True),
    one_of("reason", "hidereason", "names_a_person threat duplicate test legal_order"),
    points("first_account_id", Integer, "account.id"),
    *required(Date, "week"),
)
table(
    "quote",
    *key(Uuid, "id"),
    points("message_id", Uuid, "message.id"),
    points("theme_id", Integer, "theme.id"),
    *required(Text, "text"),
    *required(String, "language"),
    *required(Boolean, "withdrawn"),
    CheckConstraint("NOT withdrawn OR text = ''", name="withdrawn_means_empty"),
    Index("ix_quote_message_id", "message_id"),
    Index("ix_quote_theme_id", "theme_id"),
    sqlite_with_rowid=False,
)
table(
    "theme_message",
    points("theme_id", Integer, "theme.id", primary_key=True),
    points("message_id", Uuid, "message.id", primary_key=True),
    *required(Date, "week"),
    sqlite_with_rowid=False,
)
table(
    "tombstone",
    *key(Uuid, "id"),
    points("message_id", Uuid, "message.id"),
    one_of("lane", "lane", "suggestion thanks grievance alert urgent other"),
    *required(Date, "week"),
    one_of("reason", "hidereason", "names_a_person threat duplicate test legal_order"),
    *required(Integer, "leaf"),
    UniqueConstraint("leaf"),
    UniqueConstraint("message_id"),
    sqlite_with_rowid=False,
)
table(
    "urgent_action",
    points("message_id", Uuid, "message.id", primary_key=True),
    one_of("action", "urgentstep", "read help_card outreach manager_told reported nothing_possible", primary_key=True),
    *key(Boolean, "by_board"),
    *required(Date, "day"),
)

# proposals

table(
    "proposal",
    *key(Integer, "id"),
    *required(Integer, "number"),
    one_of("status", "status", "draft discussion frozen ballot decided withdrawn parked"),
    *required(Integer, "version"),
    one_of("power", "power", "board shared advice", nullable=True),
    one_of(
        "kind",
        "kind",
        "ordinary charter_change removal losing_access overruling_a_chair second_look_above_director",
    ),
    *required(Boolean, "about_participants"),
    *optional(Date, "starts_on"),
    points("author_account_id", Integer, "account.id"),
    *optional(Date, "opened_on"),
    UniqueConstraint("number"),
    Index("ix_proposal_status", "status"),
)
table(
    "proposal_theme",
    points("proposal_id", Integer, "proposal.id", primary_key=True),
    points("theme_id", Integer, "theme.id", primary_key=True),
)
table(
    "proposal_version",
    points("proposal_id", Integer, "proposal.id", primary_key=True),
    *key(Integer, "version", autoincrement=False),
    *required(String, "title"),
    *required(Text, 
        "ask", "ask_html", "why", "why_html", "still_open", "gets_better", "could_go_wrong", "who_could_this_hurt",
    ),
    *required(JSON, "principles"),
    *required(Date, "written_on"),
    *required(Text, "reason"),
)
table(
    "remark",
    *key(Integer, "id"),
    points("proposal_id", Integer, "proposal.id"),
    points("account_id", Integer, "account.id"),
    *required(Text, "text", "html"),
    one_of("kind", "remarkkind", "remark concern"),
    *required(Date, "day"),
    *required(Boolean, "resolved"),
    Index("ix_remark_proposal_id", "proposal_id"),
)

# ballots

table(
    "ballot",
    *key(Integer, "id"),
    *required(Integer, "number"),
    points("proposal_id", Integer, "proposal.id"),
    *required(Integer, "version"),
    *required(String, "question", "rule"),
    *required(Integer, "charter_number"),
    *required(Boolean, "second_check", "only_lived"),
    *required(MOMENT, "opens_at", "closes_at"),
    *optional(String, "cancelled_reason"),
    *required(LargeBinary, "public_key"),
    *optional(Integer, "manifest_leaf"),
    UniqueConstraint("number"),
    CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
    Index("ix_ballot_proposal_id", "proposal_id"),
)
table(
    "box",
    points("ballot_id", Integer, "ballot.id", primary_key=True),
    *key(LargeBinary, "drop_tag"),
    *required(LargeBinary, "sealed"),
    sqlite_with_rowid=False,
)
table(
    "count",
    points("ballot_id", Integer, "ballot.id", primary_key=True),
    one_of("result", "result", "adopted not_adopted no_quorum needs_second_ballot blocked"),
    *required(JSON, "counts", "roll", "sentences"),
    *required(Integer, "invalid"),
    *required(JSON, "blocks"),
    *required(LargeBinary, "salt"),
    *required(Integer, "leaf"),
)
table(
    "key_part",
    points("ballot_id", Integer, "ballot.id", primary_key=True),
    *key(String, "holder"),
    *required(LargeBinary, "sealed"),
    *optional(LargeBinary, "handed_in"),
)
table(
    "roll",
    points("ballot_id", Integer, "ballot.id", primary_key=True),
    points("account_id", Integer, "account.id", primary_key=True),
    one_of("seat_class", "seatclass", "lived family health"),
    *required(LargeBinary, "salt"),
    *required(Boolean, "has_pass"),
    sqlite_with_rowid=False,
)

# decisions

table(
    "record",
    *key(Integer, "id"),
    *required(String, "number"),
    points("proposal_id", Integer, "proposal.id"),
    points("ballot_id", Integer, "ballot.id", nullable=True),
    one_of("outcome", "outcome", "adopted not_adopted"),
    one_of("state", "state", "draft adopted"),
    one_of("power", "power", "board shared advice", nullable=True),
    *required(String, "title"),
    *required(Text, "asked", "asked_html", "result", "why", "why_html", "gets_better"),
    *required(JSON, "how", "sums", "against", "principles", "recusal_ties"),
    *optional(Date, "review_on"),
    *required(Date, "decided_on"),
    *optional(Date, "adopted_on"),
    points("corrects_id", Integer, "record.id", nullable=True),
    *required(Text, "correction"),
    *optional(Text, "published"),
    *optional(Integer, "leaf"),
    UniqueConstraint("number"),
    CheckConstraint("(state = 'adopted') = (adopted_on IS NOT NULL)", name="adopted_has_its_day"),
    CheckConstraint("(published IS NULL) = (leaf IS NULL)", name="published_is_in_the_ledger"),
    Index("ix_record_ballot_id", "ballot_id"),
    Index("ix_record_corrects_id", "corrects_id"),
    Index("ix_record_newest", "adopted_on", "id"),
    Index("ix_record_proposal_id", "proposal_id"),
)
table(
    "dissent",
    *key(Integer, "id"),
    points("record_id", Integer, "record.id"),
    points("account_id", Integer, "account.id"),
    one_of("choice", "dissentchoice", "my_words facilitators_words only_that_there_was_disagreement nothing"),
    *required(Text, "text"),
    Index("ix_dissent_one_each", "record_id", "account_id", unique=True),
)

# responses

table(
    "duty",
    *key(Integer, "id"),
    points("record_id", Integer, "record.id", nullable=True),
    points("theme_id", Integer, "theme.id", nullable=True),
    *required(Date, "opened_on", "first_word_due", "answer_due"),
    *required(Text, "complex_note", "first_word"),
    *optional(Date, "first_word_on", "answered_on"),
    UniqueConstraint("record_id"),
    UniqueConstraint("theme_id"),
    CheckConstraint("(record_id IS NULL) <> (theme_id IS NULL)", name="on_a_decision_or_a_theme"),
    Index("ix_duty_owed", "answered_on", "answer_due"),
)
table("reminder", points("duty_id", Integer, "duty.id", primary_key=True), *key(Date, "day"))
table(
    "response",
    *key(Integer, "id"),
    points("duty_id", Integer, "duty.id"),
    *required(Integer, "version"),
    one_of("answer", "answer", "yes partly no not_yet"),
    *required(String, "short"),
    *required(Text, "body", "body_html"),
    *required(JSON, "reasons"),
    *required(Text, "would_change", "instead", "push_back"),
    *required(String, "role_name"),
    one_of("level", "level", "manager director directors_board"),
    points("account_id", Integer, "account.id", nullable=True),
    *required(Date, "answered_on"),
    *optional(Date, "more_facts_by"),
    *optional(Integer, "leaf"),
    UniqueConstraint("duty_id", "version"),
)
table(
    "commitment",
    *key(Integer, "id"),
    points("duty_id", Integer, "duty.id"),
    points("response_id", Integer, "response.id"),
    *required(Text, "text"),
    *required(String, "who"),
    *required(Date, "due_on"),
    one_of("state", "commitment", "promised reported_done done"),
    *optional(Date, "reported_on", "done_on"),
    *optional(Integer, "leaf"),
    Index("ix_commitment_duty_id", "duty_id"),
    Index("ix_commitment_response_id", "response_id"),
)
table(
    "second_look",
    *key(Integer, "id"),
    points("duty_id", Integer, "duty.id"),
    points("response_id", Integer, "response.id"),
    *required(Date, "asked_on"),
    one_of("level", "level", "manager director directors_board"),
    *required(Text, "words"),
    *required(Date, "due_on"),
    *optional(Date, "answered_on"),
    one_of("outcome", "outcome", "stays changes", nullable=True),
    *required(Text, "body"),
    *optional(Integer, "leaf"),
    Index("ix_second_look_duty_id", "duty_id"),
    Index("one_open_second_look", "duty_id", unique=True, sqlite_where=text("answered_on IS NULL"), postgresql_where=text("answered_on IS NULL")),
)

# publishing

table(
    "alert",
    *key(Integer, "id"),
    *required(String, "title"),
    *required(Text, "told", "tested", "how_sure", "what_helps", "where_to_check"),
    *required(String, "place", "who_says"),
    points("writer_account_id", Integer, "account.id"),
    *required(Date, "written_on"),
    *optional(Date, "posted_on"),
    *required(Date, "ends_on"),
    Index("ix_alert_ends_on", "ends_on"),
)
table(
    "alert_reader",
    points("alert_id", Integer, "alert.id", primary_key=True),
    points("account_id", Integer, "account.id", primary_key=True),
)
table("wall_order", points("duty_id", Integer, "duty.id", primary_key=True), *required(Integer, "position"))

# schedule

table("duty_done", *key(String, "name"), *required(Date, "day"))
table("lease", *key(String, "name"), *required(String, "holder"), *required(MOMENT, "until"))
