/** Collections: videos put together under a name. */
import { request } from './client';
import type { Collection, Collections } from './types';

const at = (id: string): string => `/api/collections/${encodeURIComponent(id)}`;

/** The most videos that one request puts in or takes out. */
export const MOST_AT_ONCE = 1000;

/** All of them by name, or those that hold `video`. */
export const list = (video?: string, signal?: AbortSignal): Promise<Collections> =>
  request('GET', '/api/collections', { query: { video }, signal });

export const create = (name: string, ids: readonly string[]): Promise<Collection> =>
  request('POST', '/api/collections', { body: { name, video_ids: ids } });

export const change = (
  id: string,
  changes: { name?: string; add?: readonly string[]; remove?: readonly string[] },
): Promise<Collection> => request('PATCH', at(id), { body: changes });

/** Deletes the collection; its videos stay. */
export const remove = (id: string): Promise<unknown> => request('DELETE', at(id));
