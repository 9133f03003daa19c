"""The metadata that all tables share, and how ids are made."""

from __future__ import annotations

import os
import time

from sqlalchemy import BigInteger, Double, MetaData
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import JSON

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Unix seconds with fractions; whole seconds would not order two rows of one second.
Time: Double[float] = Double()
Seq = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
Json = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(kind: str) -> str:
    """`video_01k9…`: 48 bits of milliseconds and 80 random bits in Crockford's base 32, as in ULID.

    Later ids sort after earlier ones, so new rows land at the end of every index.
    """
    number = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    return f"{kind}_" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
