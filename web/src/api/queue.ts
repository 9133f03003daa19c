/** One's own queue: what runs, what waits, and holding it. */
import { request } from './client';
import type { Queue } from './types';

export const get = (signal?: AbortSignal): Promise<Queue> => request('GET', '/api/queue', { signal });
export const pause = (): Promise<Queue> => request('POST', '/api/queue/pause');
export const resume = (): Promise<Queue> => request('POST', '/api/queue/resume');
/** These of the waiting ones exchange their places, so that they stand in this order. */
export const reorder = (ids: readonly string[]): Promise<Queue> =>
  request('POST', '/api/queue/reorder', { body: { ids } });
