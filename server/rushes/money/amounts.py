"""Amounts and months: USD as people say them, millionths as they are counted, the calendar in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload

_MILLION = 1_000_000


@overload
def millionths(usd: float) -> int: ...
@overload
def millionths(usd: float | None) -> int | None: ...
def millionths(usd: float | None) -> int | None:
    return None if usd is None else round(usd * _MILLION)


@overload
def in_usd(amount: int) -> float: ...
@overload
def in_usd(amount: int | None) -> float | None: ...
def in_usd(amount: int | None) -> float | None:
    return None if amount is None else amount / _MILLION


def day_of(now: float) -> str:
    """The UTC day of a Unix time, as an ISO date."""
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def month_of(now: float) -> str:
    """`2026-07`"""
    return day_of(now)[:7]


def begin_of_month(month: str) -> float:
    """Unix seconds of its first moment."""
    year, number = (int(part) for part in month.split("-"))
    return datetime(year, number, 1, tzinfo=UTC).timestamp()


def month_after(month: str) -> str:
    year, number = (int(part) for part in month.split("-"))
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def said(amount: int) -> str:
    """`$3.20` as sentences say it; what is below a cent keeps its digits."""
    usd = amount / _MILLION
    return f"${usd:.2f}" if usd == 0 or usd >= 0.01 else f"${usd:.6f}".rstrip("0")
