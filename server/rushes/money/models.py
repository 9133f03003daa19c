"""The public shapes of money. Amounts are USD, times Unix seconds; months and days are those of UTC."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rushes.http.fields import NotTrue

# USD above which the web app asks before it spends, for whoever has not chosen.
CONFIRM_ABOVE = 1.0

Usd = Annotated[float, NotTrue, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Moment = Annotated[float, Field(ge=0, le=4_102_444_800, allow_inf_nan=False)]


class Request(BaseModel):
    """The base of all bodies and queries: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Budget(BaseModel):
    """One's month. `reserved_usd` is for what is not finished, `lost_usd` is the part of `spent_usd` that
    nothing came of. Without a budget `left_usd` is null. `near` is true from 80 % on. The web app asks before
    it spends more than `confirm_above_usd` at once; null: never."""

    month: str
    resets_at: int
    budget_usd: float | None
    spent_usd: float
    reserved_usd: float
    lost_usd: float
    left_usd: float | None
    near: bool
    confirm_above_usd: float | None


class BudgetChange(Request):
    """`confirm_above_usd` null: never ask."""

    confirm_above_usd: Usd | None


class Allowance(Request):
    """The most that a person may spend in a calendar month; null: as much as they like."""

    budget_usd: Usd | None


class PersonsBudget(BaseModel):
    """A person's month, as administrators see it."""

    user_id: str
    username: str
    display_name: str | None
    budget_usd: float | None
    spent_usd: float
    reserved_usd: float
    lost_usd: float
    left_usd: float | None
    near: bool


class PeoplesBudgets(BaseModel):
    """Everybody's month, by name."""

    month: str
    resets_at: int
    people: list[PersonsBudget]


Group = Literal["day", "provider", "user", "model"]


class SpendQuery(Request):
    """What was asked for from `from` until before `to`: without them, since the month began."""

    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    group: Group = "day"


class Amounts(BaseModel):
    """Amounts and numbers of attempts. `estimated_usd` is the part of `spent_usd` that no provider has
    confirmed; `unpriced` were paid for at a price that nobody knows, and are not in any amount."""

    reserved_usd: float
    spent_usd: float
    estimated_usd: float
    lost_usd: float
    count: int
    unpriced: int


class SpendRow(Amounts):
    """`key` is a day (`2026-07-31`), a provider, a model (`provider/model`) or a user's id; `label` is for
    people."""

    key: str
    label: str


class Spend(BaseModel):
    """Days in their order, everything else by what it costs."""

    model_config = ConfigDict(populate_by_name=True)

    from_: int = Field(alias="from")
    to: int
    group: Group
    rows: list[SpendRow]
    total: Amounts
