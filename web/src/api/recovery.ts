/** The recovery inbox: videos whose job nobody knows wait for a decision. */
import { request } from './client';
import type { Video } from './types';

export type Decision =
  { action: 'check' | 'resubmit' | 'write_off' } | { action: 'attach'; provider_video_id: string };

/** The video as it is then; after a `check` that found nothing it still waits. */
export const decide = (id: string, decision: Decision, idempotencyKey?: string): Promise<Video> =>
  request('POST', `/api/recovery/${encodeURIComponent(id)}`, { body: decision, idempotencyKey });
