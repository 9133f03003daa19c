"""The addresses of money: one's own budget, and for administrators everybody's and what is spent."""

from __future__ import annotations

from starlette.responses import Response

from rushes.errors import Invalid
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.money import queries, service
from rushes.money.amounts import begin_of_month, month_of
from rushes.money.models import (
    Allowance,
    Budget,
    BudgetChange,
    PeoplesBudgets,
    PersonsBudget,
    Spend,
    SpendQuery,
)

_TAG = "Money"


@endpoint("GET", "/api/budget", answers={200: Budget}, tag=_TAG)
async def get_budget(call: Call) -> Response:
    """What one may spend this month, and what is spent and reserved of it."""
    return await _own(call)


@endpoint("PATCH", "/api/budget", body=BudgetChange, answers={200: Budget}, errors=(422,), tag=_TAG)
async def change_budget(call: Call) -> Response:
    """Choose from which price on the web app asks before it spends. Programs are never asked: they send
    `max_cost_usd`."""
    async with call.studio.transaction() as work:
        await service.set_confirmation(
            work, user_id=call.actor.user_id, above_usd=call.body.confirm_above_usd
        )
    return await _own(call)


@endpoint("GET", "/api/admin/budgets", who="admin", answers={200: PeoplesBudgets}, tag=_TAG)
async def list_budgets(call: Call) -> Response:
    """Everybody's budget and what they have spent of it this month."""
    async with call.studio.reading() as session:
        return answer(await queries.everybody(session, now=call.studio.clock.now()))


@endpoint(
    "PUT",
    "/api/admin/budgets/{user_id}",
    who="admin",
    body=Allowance,
    answers={200: PersonsBudget},
    errors=(404, 422),
    tag=_TAG,
)
async def set_budget(call: Call) -> Response:
    """Say what a person may spend in a calendar month (UTC). What they have spent of this one counts."""
    user_id, now = call.path["user_id"], call.studio.clock.now()
    async with call.studio.transaction() as work:
        await service.set_budget(work, user_id=user_id, usd=call.body.budget_usd, now=now)
    async with call.studio.reading() as session:
        return answer(await queries.person(session, user_id, now=now))


@endpoint(
    "GET",
    "/api/admin/spend",
    who="admin",
    query=SpendQuery,
    answers={200: Spend},
    errors=(422,),
    tag=_TAG,
)
async def spend(call: Call) -> Response:
    """What everybody's work has cost, by day, provider, model or person: reserved, spent and lost."""
    wanted: SpendQuery = call.query
    now = call.studio.clock.now()
    since = begin_of_month(month_of(now)) if wanted.from_ is None else wanted.from_
    # What has just been asked for is part of it.
    until = max(now + 1, since) if wanted.to is None else wanted.to
    if until < since:
        raise Invalid(to="must not be before from")
    async with call.studio.reading() as session:
        return answer(await queries.spend(session, since=since, until=until, group=wanted.group))


async def _own(call: Call) -> Response:
    async with call.studio.reading() as session:
        return answer(await queries.own(session, call.actor.user_id, now=call.studio.clock.now()))


ROUTES: list[Endpoint] = [get_budget, change_budget, list_budgets, set_budget, spend]
