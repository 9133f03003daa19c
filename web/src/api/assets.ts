/** Assets: pictures, clips and sounds of one's own. */
import { request, send } from './client';
import type { Asset, AssetChanges, AssetFilter, AssetPage, AssetPurpose } from './types';

const at = (id: string): string => `/api/assets/${encodeURIComponent(id)}`;

export const list = (
  filter: AssetFilter,
  page: { cursor?: string; limit?: number } = {},
  signal?: AbortSignal,
): Promise<AssetPage> => request('GET', '/api/assets', { query: { ...filter, ...page }, signal });

export const get = (id: string, signal?: AbortSignal): Promise<Asset> => request('GET', at(id), { signal });

export const change = (id: string, changes: AssetChanges): Promise<Asset> =>
  request('PATCH', at(id), { body: changes });

/** For good. Refused with `asset_in_use` while videos need it. */
export const remove = (id: string): Promise<unknown> => request('DELETE', at(id));

export interface Brought {
  asset: Asset;
  /** False when the same bytes were here before. */
  isNew: boolean;
}

/** Sends a file; `onprogress` hears of bytes as they leave. The server needs a moment more to look into it. */
export async function bring(
  file: File,
  options: {
    purpose?: AssetPurpose;
    signal?: AbortSignal;
    onprogress?: (sent: number, total: number) => void;
  } = {},
): Promise<Brought> {
  const form = new FormData();
  if (options.purpose !== undefined) form.append('purpose', options.purpose);
  form.append('file', file, file.name);
  const { status, answer } = await send<Asset>('/api/assets', form, options);
  return { asset: answer, isNew: status === 201 };
}
