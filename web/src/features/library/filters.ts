/** What the library shows, kept in the address so that every view can be linked to and gone back to. */
import type { VideoFilter, VideoKind } from '../../api/types';
import type { LibraryQuery } from '../../lib/urls';

export const SHOWN = ['all', 'running', 'done', 'failed', 'favourites', 'trash'] as const;
export type Shown = (typeof SHOWN)[number];

export const DATES = ['any', 'today', 'week', 'month', 'year', 'between'] as const;
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
  /** A collection's id, or '' for all videos. */
  collection: string;
  /** A production's id, or '' for all videos. */
  production: string;
  date: DateRange;
  /** The first and the last day of `between`, as YYYY-MM-DD of the person's own calendar; '' leaves that end open. */
  from: string;
  to: string;
  sort: 'new' | 'old';
}

export const EVERYTHING: LibraryFilters = {
  shown: 'all',
  q: '',
  model: '',
  kind: '',
  tag: '',
  collection: '',
  production: '',
  date: 'any',
  from: '',
  to: '',
  sort: 'new',
};

/** How each choice is written in the address and asked of the API. */
const STATUS: Partial<Record<Shown, string>> = {
  running: 'queued,in_progress',
  done: 'completed',
  failed: 'failed,cancelled',
  trash: 'trashed',
};
const DAYS: Record<Exclude<DateRange, 'any' | 'today' | 'between'>, number> = {
  week: 7,
  month: 30,
  year: 365,
};

/** Reads an address's query; anything unknown falls back to showing everything. */
export function readFilters(query: LibraryQuery): LibraryFilters {
  return {
    shown: shownBy(query),
    q: query.q ?? '',
    model: query.model ?? '',
    kind: KINDS.find((kind) => kind === query.kind) ?? '',
    tag: query.tag ?? '',
    collection: query.collection ?? '',
    production: query.production ?? '',
    ...datesOf(query),
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
    collection: filters.collection || undefined,
    production: filters.production || undefined,
    ...writtenDates(filters),
    sort: filters.sort === 'new' ? undefined : filters.sort,
  };
}

/** Whether something narrows the library down (an order does not). */
export function isFiltered(filters: LibraryFilters): boolean {
  return filters.shown !== 'all' || filters.q !== '' || narrowing(filters) > 0;
}

/** How many of the pickers narrow the library down: what "clear" takes away, and the number on its button. */
export function narrowing(filters: LibraryFilters): number {
  const { model, kind, tag, collection, production, date } = filters;
  const each = [model, kind, tag, collection, production, date === 'any' ? '' : date];
  return each.filter((value) => value !== '').length;
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
  if (filters.collection !== '') filter.collection = filters.collection;
  if (filters.production !== '') filter.production = filters.production;
  const after = startOf(filters, now);
  if (after !== null) filter.after = after;
  const until = dayOf(filters.to);
  if (filters.date === 'between' && until !== null) {
    until.setDate(until.getDate() + 1);
    filter.before = seconds(until);
  }
  return filter;
}

/** Whether two questions are the same but for the words that are searched for. */
export function differsInWordsOnly(one: VideoFilter | undefined, other: VideoFilter): boolean {
  if (one === undefined) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof VideoFilter>;
  return [...names].every((name) => name === 'q' || one[name] === other[name]);
}

function shownBy(query: LibraryQuery): Shown {
  if (query.favourite === 'true') return 'favourites';
  const status = query.status ?? '';
  return (
    SHOWN.find((shown) => STATUS[shown] === status || (shown === 'failed' && status === 'failed')) ?? 'all'
  );
}

type Dates = Pick<LibraryFilters, 'date' | 'from' | 'to'>;

/** `after` holds a name (`week`) or a first day, `before` a last day. */
function datesOf({ after = '', before = '' }: LibraryQuery): Dates {
  const named = DATES.find((date) => date === after);
  if (named !== undefined) return { date: named, from: '', to: named === 'between' ? dayIn(before) : '' };
  const [from, to] = [dayIn(after), dayIn(before)];
  return { date: from === '' && to === '' ? 'any' : 'between', from, to };
}

function writtenDates({ date, from, to }: Dates): Pick<LibraryQuery, 'after' | 'before'> {
  // Both always: what is absent stays in the address as it is.
  if (date === 'between') return { after: from || date, before: to || undefined };
  return { after: date === 'any' ? undefined : date, before: undefined };
}

const dayIn = (text: string): string => (dayOf(text) === null ? '' : text);

/** Its midnight, or `null` when the text names no day. */
function dayOf(text: string): Date | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return null;
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  return date.getMonth() === Number(month) - 1 ? date : null;
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

function startOf({ date, from }: Dates, now: Date): number | null {
  if (date === 'any') return null;
  if (date === 'between') {
    const first = dayOf(from);
    return first === null ? null : seconds(first);
  }
  const start = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  if (date !== 'today') start.setDate(start.getDate() - DAYS[date]);
  return seconds(start);
}
