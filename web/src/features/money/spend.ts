/** The administrators' chart of spend: which days a period has, and how large the bars are. Days are those of UTC. */
import type { SpendAmounts, SpendGroup, SpendRow } from '../../api/types';

export type Period = 'month' | 'last' | 'quarter';
export const PERIODS: readonly Period[] = ['month', 'last', 'quarter'];
export const GROUPS: readonly SpendGroup[] = ['day', 'provider', 'model', 'user'];

const DAY = 86_400;

/** From when until before when, in Unix seconds: whole days, so that it stays the same all day. */
export function boundsOf(period: Period, now: number): { from: number; to: number } {
  const today = Math.floor(now / DAY) * DAY;
  if (period === 'quarter') return { from: today - 89 * DAY, to: today + DAY };
  const date = new Date(now * 1000);
  const month = (offset: number): number =>
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1) / 1000;
  return period === 'month' ? { from: month(0), to: today + DAY } : { from: month(-1), to: month(0) };
}

/** The days of a period as ISO dates, first to last. */
export function daysOf({ from, to }: { from: number; to: number }): string[] {
  const days: string[] = [];
  for (let at = from; at < to; at += DAY) days.push(new Date(at * 1000).toISOString().slice(0, 10));
  return days;
}

const NOTHING: SpendAmounts = {
  reserved_usd: 0,
  spent_usd: 0,
  estimated_usd: 0,
  lost_usd: 0,
  count: 0,
  unpriced: 0,
};

/** Every day of the period, those on which nothing was asked for too. */
export function everyDay(rows: readonly SpendRow[], days: readonly string[]): SpendRow[] {
  const known = new Map(rows.map((row) => [row.key, row]));
  return days.map((day) => known.get(day) ?? { ...NOTHING, key: day, label: day });
}

export interface Bar {
  row: SpendRow;
  /** Shares of the largest bar in percent, from the ground up. */
  kept: number;
  lost: number;
  reserved: number;
}

/** Rows as bars, the largest of them whole. What is lost is part of what is spent. */
export function barsOf(rows: readonly SpendRow[]): Bar[] {
  const largest = Math.max(0, ...rows.map((row) => row.spent_usd + row.reserved_usd));
  const share = (usd: number): number => (largest > 0 ? (usd / largest) * 100 : 0);
  return rows.map((row) => ({
    row,
    kept: share(row.spent_usd - row.lost_usd),
    lost: share(row.lost_usd),
    reserved: share(row.reserved_usd),
  }));
}

/** An amount somebody typed: null for nothing, undefined for what is none. */
export function typedUsd(text: string): number | null | undefined {
  const plain = text.trim().replace(/^\$/, '').replace(',', '.');
  if (plain === '') return null;
  return /^\d{1,6}(\.\d{1,6})?$/.test(plain) ? Number(plain) : undefined;
}
