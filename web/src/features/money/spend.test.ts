import { describe, expect, it } from 'vitest';
import type { SpendRow } from '../../api/types';
import { barsOf, boundsOf, daysOf, everyDay, typedUsd } from './spend';

const at = (iso: string): number => Date.parse(iso) / 1000;
const row = (key: string, amounts: Partial<SpendRow> = {}): SpendRow => ({
  key,
  label: key,
  reserved_usd: 0,
  spent_usd: 0,
  estimated_usd: 0,
  lost_usd: 0,
  count: 1,
  unpriced: 0,
  ...amounts,
});

describe('periods', () => {
  const now = at('2026-03-02T23:59:00Z');

  it('are whole days of UTC', () => {
    expect(boundsOf('month', now)).toEqual({ from: at('2026-03-01'), to: at('2026-03-03') });
    expect(boundsOf('last', now)).toEqual({ from: at('2026-02-01'), to: at('2026-03-01') });
    expect(daysOf(boundsOf('quarter', now))).toHaveLength(90);
  });

  it('know what was before January', () => {
    expect(boundsOf('last', at('2026-01-15T12:00:00Z'))).toEqual({
      from: at('2025-12-01'),
      to: at('2026-01-01'),
    });
  });

  it('have days on which nothing happened', () => {
    const days = daysOf(boundsOf('month', now));
    expect(days).toEqual(['2026-03-01', '2026-03-02']);
    expect(everyDay([row('2026-03-02', { spent_usd: 1 })], days).map((each) => each.spent_usd)).toEqual([
      0, 1,
    ]);
  });
});

describe('bars', () => {
  it('are shares of the largest', () => {
    const bars = barsOf([
      row('a', { spent_usd: 3, lost_usd: 1, reserved_usd: 1 }),
      row('b', { spent_usd: 1 }),
    ]);
    expect(bars.map(({ kept, lost, reserved }) => [kept, lost, reserved])).toEqual([
      [50, 25, 25],
      [25, 0, 0],
    ]);
  });

  it('are flat where there is nothing', () => {
    expect(barsOf([row('a')])[0]).toMatchObject({ kept: 0, lost: 0, reserved: 0 });
  });
});

describe('a typed amount', () => {
  it.each([
    ['', null],
    ['  ', null],
    ['5', 5],
    ['$2.50', 2.5],
    ['2,50', 2.5],
    ['-1', undefined],
    ['much', undefined],
    ['1e9', undefined],
  ])('%j is %j', (text, usd) => {
    expect(typedUsd(text)).toBe(usd);
  });
});
