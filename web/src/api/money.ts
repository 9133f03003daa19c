/** Money: one's own month, and for administrators everybody's and where it goes. */
import { request } from './client';
import type { Budget, PeoplesBudgets, PersonsBudget, Spend, SpendGroup } from './types';

export const budget = (signal?: AbortSignal): Promise<Budget> => request('GET', '/api/budget', { signal });

/** From which price on to ask before spending; `null` is never. */
export const confirmAbove = (usd: number | null): Promise<Budget> =>
  request('PATCH', '/api/budget', { body: { confirm_above_usd: usd } });

export const budgets = (signal?: AbortSignal): Promise<PeoplesBudgets> =>
  request('GET', '/api/admin/budgets', { signal });

/** What a person may spend in a month; `null` is as much as they like. */
export const setBudget = (userId: string, usd: number | null): Promise<PersonsBudget> =>
  request('PUT', `/api/admin/budgets/${encodeURIComponent(userId)}`, { body: { budget_usd: usd } });

/** What was asked for from `from` until before `to`, in Unix seconds. */
export const spend = (
  period: { from: number; to: number },
  group: SpendGroup,
  signal?: AbortSignal,
): Promise<Spend> => request('GET', '/api/admin/spend', { query: { ...period, group }, signal });
