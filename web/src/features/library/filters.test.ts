import { describe, expect, it } from 'vitest';
import {
  EVERYTHING,
  isFiltered,
  type LibraryFilters,
  readFilters,
  toVideoFilter,
  writeFilters,
} from './filters';

const narrow: LibraryFilters = {
  shown: 'failed',
  q: 'fox & hound',
  model: 'animatic/animatic',
  kind: 'remix',
  tag: 'night',
  date: 'week',
  sort: 'old',
};
const now = new Date(2026, 10, 21, 15, 30);

describe('the address', () => {
  it('brings back what was written to it, for every choice', () => {
    for (const shown of ['all', 'running', 'done', 'failed', 'favourites', 'trash'] as const) {
      expect(readFilters(writeFilters({ ...narrow, shown }))).toEqual({ ...narrow, shown });
    }
  });
  it('is empty when nothing is filtered', () => {
    expect(Object.values(writeFilters(EVERYTHING)).filter(Boolean)).toEqual([]);
    expect(readFilters({})).toEqual(EVERYTHING);
  });
  it('survives nonsense', () => {
    expect(readFilters({ status: 'everything', kind: 'odd', after: 'never', sort: 'up' })).toEqual(
      EVERYTHING,
    );
  });
});

describe('isFiltered', () => {
  it('tells an order from a filter', () => {
    expect(isFiltered({ ...EVERYTHING, sort: 'old' })).toBe(false);
    expect(isFiltered({ ...EVERYTHING, q: 'fox' })).toBe(true);
    expect(isFiltered({ ...EVERYTHING, kind: 'image' })).toBe(true);
  });
});

describe('toVideoFilter', () => {
  const asked = (shown: LibraryFilters['shown']): unknown => toVideoFilter({ ...EVERYTHING, shown }, now);
  it('asks for nothing special by default', () => {
    expect(toVideoFilter(EVERYTHING, now)).toEqual({});
  });
  it('knows what each choice means', () => {
    expect(asked('running')).toEqual({ status: 'queued,in_progress' });
    expect(asked('done')).toEqual({ status: 'completed' });
    expect(asked('failed')).toEqual({ status: 'failed,cancelled' });
    expect(asked('trash')).toEqual({ status: 'trashed' });
    expect(toVideoFilter({ ...EVERYTHING, kind: 'image' }, now)).toEqual({ kind: 'image' });
    expect(asked('favourites')).toEqual({ favourite: true });
  });
  it('counts days from midnight, so the question holds all day', () => {
    const week = toVideoFilter({ ...EVERYTHING, date: 'week' }, now).after;
    expect(week).toBe(new Date(2026, 10, 14).getTime() / 1000);
    const later = new Date(2026, 10, 21, 23, 59);
    expect(toVideoFilter({ ...EVERYTHING, date: 'week' }, later).after).toBe(week);
    const today = toVideoFilter({ ...EVERYTHING, date: 'today' }, now).after;
    expect(today).toBe(new Date(2026, 10, 21).getTime() / 1000);
  });
});
