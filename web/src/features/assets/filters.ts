/** Which assets are shown, kept in the address so that every view can be linked to and gone back to. */
import type { AssetFilter, AssetKind, AssetPurpose } from '../../api/types';
import type { AssetsQuery } from '../../lib/urls';

export const KINDS = ['image', 'video', 'audio'] as const satisfies readonly AssetKind[];
export const PURPOSES = ['upload', 'still', 'voice', 'music'] as const satisfies readonly AssetPurpose[];

/** What can serve as what; the server refuses anything else. */
const FITS: Record<AssetPurpose, readonly AssetKind[]> = {
  upload: KINDS,
  still: ['image'],
  voice: ['audio'],
  music: ['audio'],
};

export interface AssetFilters {
  /** '' is every one, as for `purpose`. */
  kind: AssetKind | '';
  purpose: AssetPurpose | '';
  q: string;
  sort: 'new' | 'old';
}

/** Reads an address's query; anything unknown falls back to showing everything. */
export function readFilters(query: AssetsQuery): AssetFilters {
  return {
    kind: KINDS.find((kind) => kind === query.kind) ?? '',
    purpose: PURPOSES.find((purpose) => purpose === query.purpose) ?? '',
    q: query.q ?? '',
    sort: query.sort === 'old' ? 'old' : 'new',
  };
}

/** The query of a view's address, without what is as it is anyway. */
export function writeFilters(filters: AssetFilters): AssetsQuery {
  return {
    kind: filters.kind || undefined,
    purpose: filters.purpose || undefined,
    q: filters.q || undefined,
    sort: filters.sort === 'new' ? undefined : filters.sort,
  };
}

/** The same view with other choices; a purpose that nothing of the kind can have is let go. */
export function changed(filters: AssetFilters, changes: Partial<AssetFilters>): AssetFilters {
  const next = { ...filters, ...changes };
  if (next.kind === '' || next.purpose === '' || FITS[next.purpose].includes(next.kind)) return next;
  return changes.purpose === undefined ? { ...next, purpose: '' } : { ...next, kind: '' };
}

/** Whether something narrows them down (an order does not). */
export const isFiltered = ({ kind, purpose, q }: AssetFilters): boolean =>
  kind !== '' || purpose !== '' || q !== '';

/** What to ask the API for. */
export function toAssetFilter(filters: AssetFilters): AssetFilter {
  return Object.fromEntries(Object.entries(writeFilters(filters)).filter(([, value]) => value !== undefined));
}

/** What an asset of this kind can be for. */
export const purposesOf = (kind: AssetKind): AssetPurpose[] =>
  PURPOSES.filter((purpose) => FITS[purpose].includes(kind));

/** What a file that is brought into this view is for: music among the music, if it is a sound at all. */
export function purposeOf(file: File, filters: AssetFilters): AssetPurpose | undefined {
  const kind = KINDS.find((each) => file.type.startsWith(`${each}/`));
  const { purpose } = filters;
  return purpose !== '' && kind !== undefined && FITS[purpose].includes(kind) ? purpose : undefined;
}
