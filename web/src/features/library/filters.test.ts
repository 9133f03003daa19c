import { describe, expect, it } from 'vitest';
import {
  differsInWordsOnly,
  EVERYTHING,
  isFiltered,
  type LibraryFilters,
  narrowing,
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
  collection: 'collection_1',
  production: 'production_1',
  date: 'week',
  from: '',
  to: '',
  sort: 'old',
};
const now = new Date(2026, 10, 21, 15, 30);

describe('the address', () => {
  it('brings back what was written to it, for every choice', () => {
    for (const shown of ['all', 'running', 'done', 'failed', 'favourites', 'trash'] as const) {
      expect(readFilters(writeFilters({ ...narrow, shown }))).toEqual({ ...narrow, shown });
    }
  });
  it.each([
    ['2026-11-01', '2026-11-21'],
    ['2026-11-01', ''],
    ['', '2026-11-21'],
    ['', ''],
  ])('brings back days: from "%s" to "%s"', (from, to) => {
    const between: LibraryFilters = { ...EVERYTHING, date: 'between', from, to };
    expect(readFilters(writeFilters(between))).toEqual(between);
  });
  it('names everything that it takes away', () => {
    expect(Object.keys(writeFilters(EVERYTHING))).toEqual(Object.keys(writeFilters(narrow)));
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

describe('differsInWordsOnly', () => {
  it('tells other words from other filters', () => {
    expect(differsInWordsOnly({ kind: 'text' }, { kind: 'text', q: 'fox' })).toBe(true);
    expect(differsInWordsOnly({ q: 'fo' }, { q: 'fox' })).toBe(true);
    expect(differsInWordsOnly({ q: 'fox' }, { q: 'fox', sort: 'old' })).toBe(false);
    expect(differsInWordsOnly(undefined, {})).toBe(false);
  });
});

describe('narrowing', () => {
  it('counts what the pickers hold', () => {
    expect(narrowing({ ...EVERYTHING, shown: 'done', q: 'fox', sort: 'old' })).toBe(0);
    expect(narrowing(narrow)).toBe(6);
  });
});

describe('toVideoFilter', () => {
  it('asks for whole days between two', () => {
    const between: LibraryFilters = { ...EVERYTHING, date: 'between', from: '2026-11-01', to: '2026-11-03' };
    const { after, before } = toVideoFilter(between, now);
    expect(after).toBe(new Date(2026, 10, 1).getTime() / 1000);
    expect(before).toBe(new Date(2026, 10, 4).getTime() / 1000);
    expect(toVideoFilter({ ...between, from: '', to: '' }, now)).toEqual({});
    expect(readFilters({ after: '2026-02-31', before: 'soon' })).toEqual(EVERYTHING);
  });

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
