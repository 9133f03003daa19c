/** What the library shows, kept in the address so that every view can be linked to and gone back to. */
import type { VideoFilter, VideoKind } from '../../api/types';
import type { LibraryQuery } from '../../lib/urls';

export const SHOWN = ['all', 'running', 'done', 'failed', 'favourites', 'trash'] as const;
export type Shown = (typeof SHOWN)[number];

export const DATES = ['any', 'today', 'week', 'month', 'year'] as const;
export type DateRange = (typeof DATES)[number];

export const KINDS = ['text', 'image', 'remix'] as const satisfies readonly VideoKind[];

export interface LibraryFilters {
  shown: Shown;
  q: string;
  /** A model's id, or '' for every model. */
  model: string;
  /** What it was made from, or '' for all. */
  kind: VideoKind | '';
  tag: string;
  date: DateRange;
  sort: 'new' | 'old';
}

export const EVERYTHING: LibraryFilters = {
  shown: 'all',
  q: '',
  model: '',
  kind: '',
  tag: '',
  date: 'any',
  sort: 'new',
};

/** How each choice is written in the address and asked of the API. */
const STATUS: Partial<Record<Shown, string>> = {
  running: 'queued,in_progress',
  done: 'completed',
  failed: 'failed,cancelled',
  trash: 'trashed',
};
const DAYS: Record<Exclude<DateRange, 'any' | 'today'>, number> = { week: 7, month: 30, year: 365 };

/** Reads an address's query; anything unknown falls back to showing everything. */
export function readFilters(query: LibraryQuery): LibraryFilters {
  return {
    shown: shownBy(query),
    q: query.q ?? '',
    model: query.model ?? '',
    kind: KINDS.find((kind) => kind === query.kind) ?? '',
    tag: query.tag ?? '',
    date: DATES.find((date) => date === query.after) ?? 'any',
    sort: query.sort === 'old' ? 'old' : 'new',
  };
}

/** The query of a view's address, without what is as it is anyway. */
export function writeFilters(filters: LibraryFilters): LibraryQuery {
  return {
    status: STATUS[filters.shown],
    favourite: filters.shown === 'favourites' ? 'true' : undefined,
    q: filters.q || undefined,
    model: filters.model || undefined,
    kind: filters.kind || undefined,
    tag: filters.tag || undefined,
    after: filters.date === 'any' ? undefined : filters.date,
    sort: filters.sort === 'new' ? undefined : filters.sort,
  };
}

/** Whether something narrows the library down (an order does not). */
export function isFiltered(filters: LibraryFilters): boolean {
  return (
    filters.shown !== 'all' ||
    filters.q !== '' ||
    filters.model !== '' ||
    filters.kind !== '' ||
    filters.tag !== '' ||
    filters.date !== 'any'
  );
}

/**
 * What to ask the API for. Days are counted back from midnight of the person's own clock, so that the
 * question, and with it the cache's key, stays the same all day.
 */
export function toVideoFilter(filters: LibraryFilters, now: Date): VideoFilter {
  const filter: VideoFilter = {};
  const status = STATUS[filters.shown];
  if (status !== undefined) filter.status = status;
  if (filters.shown === 'favourites') filter.favourite = true;
  if (filters.q !== '') filter.q = filters.q;
  if (filters.model !== '') filter.model = filters.model;
  if (filters.kind !== '') filter.kind = filters.kind;
  if (filters.tag !== '') filter.tag = filters.tag;
  if (filters.sort === 'old') filter.sort = 'old';
  const after = startOf(filters.date, now);
  if (after !== null) filter.after = after;
  return filter;
}

function shownBy(query: LibraryQuery): Shown {
  if (query.favourite === 'true') return 'favourites';
  const status = query.status ?? '';
  return (
    SHOWN.find((shown) => STATUS[shown] === status || (shown === 'failed' && status === 'failed')) ?? 'all'
  );
}

function startOf(date: DateRange, now: Date): number | null {
  if (date === 'any') return null;
  const start = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  if (date !== 'today') start.setDate(start.getDate() - DAYS[date]);
  return Math.floor(start.getTime() / 1000);
}
