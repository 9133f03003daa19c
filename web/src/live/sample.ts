/** A complete video for tests, with what the test cares about changed. */
import type { Video, VideoPage } from '../api/types';
import type { Pages } from './merge';

export function sampleVideo(changes: Partial<Video> = {}): Video {
  const number = changes.number ?? 1;
  const id = changes.id ?? `v${number}`;
  return {
    id,
    number,
    code: `RX-${String(number).padStart(4, '0')}`,
    user_id: 'u1',
    space_id: 's1',
    openai_video_id: null,
    provider_video_id: null,
    prompt: 'A fox on a ridge',
    title: null,
    tags: [],
    favourite: false,
    is_published: false,
    model: 'animatic',
    provider: 'animatic',
    served_by: { provider: 'animatic', model: 'animatic' },
    kind: 'text',
    size: '1280x720',
    seconds: '8',
    seed: null,
    priority: 0,
    status: 'queued',
    stage: 'waiting',
    progress: 0,
    progress_known: false,
    needs_attention: false,
    created_at: 1000 + number,
    updated_at: 1000 + number,
    started_at: null,
    completed_at: null,
    trashed_at: null,
    attempts: 0,
    error: null,
    remixed_from_video_id: null,
    lineage: { root_id: id, parent_id: null },
    reference: null,
    references: [],
    production_id: null,
    audio: null,
    options: {},
    eta: null,
    cost_estimate: null,
    cost_actual: null,
    cost_lost: 0,
    duration: null,
    width: null,
    height: null,
    fps: null,
    file_size: null,
    file_path: null,
    content_url: null,
    thumbnail_url: null,
    spritesheet_url: null,
    spritesheet: null,
    seq: number,
    ...changes,
  };
}

/** A loaded list: each inner array is a page; `more` leaves a cursor on the last one. */
export function samplePages(lists: Video[][], more = false): Pages {
  const pages = lists.map((videos, index): VideoPage => ({
    videos,
    limit: 60,
    offset: 0,
    next_cursor: index < lists.length - 1 || more ? `c${index}` : null,
    seq: 0,
  }));
  return { pages, pageParams: lists.map((_, index) => (index === 0 ? null : `c${index - 1}`)) };
}
