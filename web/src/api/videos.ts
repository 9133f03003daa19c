/** Videos: make, list, change, remix, cancel, trash. */
import { request } from './client';
import type {
  BulkAction,
  CancelCost,
  Lineage,
  NewVideo,
  Outcomes,
  Remix,
  Video,
  VideoChanges,
  VideoFilter,
  VideoPage,
} from './types';

const at = (id: string, rest = ''): string => `/api/videos/${encodeURIComponent(id)}${rest}`;

export const list = (
  filter: VideoFilter,
  page: { cursor?: string; limit?: number } = {},
  signal?: AbortSignal,
): Promise<VideoPage> => request('GET', '/api/videos', { query: { ...filter, ...page }, signal });

export const get = (id: string, signal?: AbortSignal): Promise<Video> => request('GET', at(id), { signal });

export const lineage = (id: string, signal?: AbortSignal): Promise<Lineage> =>
  request('GET', at(id, '/lineage'), { signal });

/** Makes `n` videos (one when absent). Always answers a list. */
export async function create(video: NewVideo, idempotencyKey: string): Promise<Video[]> {
  const { input_reference: file, ...rest } = video;
  const answer = await request<Video | { videos: Video[] }>(
    'POST',
    '/api/videos',
    file === undefined ? { body: rest, idempotencyKey } : { form: formOf(rest, file), idempotencyKey },
  );
  return 'videos' in answer ? answer.videos : [answer];
}

export const remix = (id: string, changes: Remix, idempotencyKey: string): Promise<Video> =>
  request('POST', at(id, '/remix'), { body: changes, idempotencyKey });

export const change = (id: string, changes: VideoChanges): Promise<Video> =>
  request('PATCH', at(id), { body: changes });

/** Moves to the trash; `restore` brings it back. */
export const trash = (id: string): Promise<unknown> => request('DELETE', at(id));
export const restore = (id: string): Promise<Video> => request('POST', at(id, '/restore'));
/** Gone for good, with its files. */
export const purge = (id: string): Promise<unknown> =>
  request('DELETE', at(id), { query: { permanent: 'true' } });

/** What cancelling would cost, without doing it. */
export const cancelCost = (id: string, signal?: AbortSignal): Promise<CancelCost> =>
  request('GET', at(id, '/cancel'), { signal });
export const cancel = (id: string): Promise<Video> => request('POST', at(id, '/cancel'));

/** Keeps the id and counts an attempt. */
export const retry = (id: string, idempotencyKey: string): Promise<Video> =>
  request('POST', at(id, '/retry'), { idempotencyKey });

/** The most that one request takes. */
export const MOST_AT_ONCE = 200;

/** Does one thing to up to `MOST_AT_ONCE` videos; each answers for itself. */
export const bulk = (
  ids: readonly string[],
  action: BulkAction,
  options: { tags?: readonly string[]; idempotencyKey?: string } = {},
): Promise<Outcomes> =>
  request('POST', '/api/videos/bulk', {
    body: { ids, action, ...(options.tags && { tags: options.tags }) },
    idempotencyKey: options.idempotencyKey,
  });

function formOf(fields: Omit<NewVideo, 'input_reference'>, file: File): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    // What is no plain value goes as JSON; a list of plain ones takes its name for each.
    const isPlain = Array.isArray(value)
      ? value.every((each) => typeof each !== 'object')
      : typeof value !== 'object';
    if (!isPlain) form.append(name, JSON.stringify(value));
    else for (const one of Array.isArray(value) ? value : [value]) form.append(name, String(one));
  }
  form.append('input_reference', file, file.name);
  return form;
}
