/** Whether a video is still being made, and how far it is. */
import type { Video } from '../../api/types';

type Life = Pick<Video, 'status' | 'stage' | 'progress' | 'progress_known' | 'trashed_at'>;

export const isUnfinished = (video: Pick<Video, 'status'>): boolean =>
  video.status === 'queued' || video.status === 'in_progress';

/** 0–100 for a bar; null while nobody knows how far it is. A waiting video stands at 0. */
export function barValue(video: Life): number | null {
  if (video.status === 'queued' || video.stage === 'waiting') return 0;
  if (video.status === 'completed') return 100;
  return video.progress_known ? video.progress : null;
}

/** Whether a bar says anything: what waits for a decision neither moves nor stands at a place. */
export const hasBar = (video: Pick<Video, 'status' | 'stage'>): boolean =>
  isUnfinished(video) && video.stage !== 'unknown';

/** "42%" where that is known: what waits for a decision has got nowhere that a number would tell. */
export function percent(video: Life): string | null {
  return video.status === 'in_progress' && video.stage !== 'unknown' && video.progress_known
    ? `${video.progress}%`
    : null;
}
