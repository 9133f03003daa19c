"""Money: what each attempt has cost, and what everybody may spend and has spent this month.

Amounts are whole millionths of a USD: sums of fractions would drift, and a budget is a sum.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table

from rushes.tables.base import Time, metadata

# One row an attempt at something that costs money: reserved when it is asked for, then spent or released.
ledger = Table(
    "ledger",
    metadata,
    Column("id", String(64), primary_key=True),
    # video, image, speech or writer.
    Column("kind", String(10), nullable=False),
    # The id of the video, or of whatever else was asked for, which may be gone since.
    Column("subject_id", String(64), nullable=False),
    Column("attempt", Integer, nullable=False),
    # Who asked for this attempt and pays for it.
    Column("user_id", String(64), nullable=False),
    Column("space_id", String(64), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("model", String(200), nullable=False),
    # reserved, spent or released.
    Column("state", String(10), nullable=False),
    # The estimate; nothing when no price is known.
    Column("reserved", BigInteger),
    # What it has cost; nothing before that is known, and when no price is.
    Column("spent", BigInteger),
    # Whether the provider has said what it cost: else it is the estimate.
    Column("is_actual", Boolean, nullable=False, server_default="0"),
    # Whether it was paid for, or may have been, and nothing came of it.
    Column("is_lost", Boolean, nullable=False, server_default="0"),
    # The UTC day on which it was asked for, as an ISO date: the month that it counts in.
    Column("day", String(10), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("settled_at", Time),
    # An attempt is paid for once.
    Index("ix_ledger_subject_id_attempt", "subject_id", "attempt", unique=True),
    Index("ix_ledger_created_at", "created_at"),
)

# One row for each who spends and each provider that is spent at: what is reserved and spent in `month` (the
# last in which anything was), and the most that may be. `holder_kind` is `user` or `provider`, `holder_id` a
# user's id or a provider's name.
budgets = Table(
    "budgets",
    metadata,
    Column("holder_kind", String(10), primary_key=True),
    Column("holder_id", String(64), primary_key=True),
    # Nothing: as much as anybody likes.
    Column("allowed", BigInteger),
    Column("month", String(7), nullable=False),
    Column("reserved", BigInteger, nullable=False, server_default="0"),
    Column("spent", BigInteger, nullable=False, server_default="0"),
    # How much of what is spent was for nothing.
    Column("lost", BigInteger, nullable=False, server_default="0"),
)
