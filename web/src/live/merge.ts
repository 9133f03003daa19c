/** How a change that came by socket enters what is already here: pure functions, no cache, no connection. */
import type { InfiniteData } from '@tanstack/svelte-query';
import type { Lineage, Queue, QueuedVideo, Video, VideoFilter, VideoPage } from '../api/types';

export type Pages = InfiniteData<VideoPage, string | null>;

/** One `video_update`: the whole video, or `null` when it is gone for good. */
export interface Change {
  id: string;
  seq: number;
  video: Video | null;
}

/** The one with the higher number; at equal numbers the later one, because ETA and signatures change without one. */
export function newer(here: Video | undefined, there: Video): Video {
  return here !== undefined && here.id === there.id && here.seq > there.seq ? here : there;
}

/** Fetched pages, with every video that is newer here already kept as it is here. */
export function newerPages(here: Pages | undefined, there: Pages): Pages {
  if (here === undefined) return there;
  const known = new Map(here.pages.flatMap((page) => page.videos).map((video) => [video.id, video]));
  return {
    ...there,
    pages: there.pages.map((page) => ({
      ...page,
      videos: page.videos.map((video) => newer(known.get(video.id), video)),
    })),
  };
}

/** Does the video belong in the list with this filter? `null`: only the server knows (words, a collection). */
export function matches(video: Video, filter: VideoFilter): boolean | null {
  const asked = (filter.status ?? 'all').split(',');
  const trashed = video.trashed_at !== null;
  if (trashed !== asked.includes('trashed')) return false;
  if (!trashed && !asked.includes('all') && !asked.includes(video.status)) return false;
  if (filter.favourite === true && !video.favourite) return false;
  if (filter.kind !== undefined && video.kind !== filter.kind) return false;
  if (filter.tag !== undefined && !video.tags.includes(filter.tag)) return false;
  if (filter.provider !== undefined && !providersOf(video).includes(filter.provider)) return false;
  if (filter.model !== undefined && !modelsOf(video).includes(filter.model)) return false;
  if (filter.after !== undefined && video.created_at < filter.after) return false;
  if (filter.before !== undefined && video.created_at >= filter.before) return false;
  if (filter.production !== undefined && video.production_id !== filter.production) return false;
  if (filter.collection !== undefined) return null;
  return filter.q === undefined || filter.q.trim() === '' ? true : null;
}

/** What became of a list. `unsure` means that it must be fetched again to be right. */
export interface ListChange {
  pages: Pages;
  unsure: boolean;
}

/** Puts a change into a loaded list: replaced in place, inserted where it sorts, or taken out. */
export function intoPages(pages: Pages, change: Change, filter: VideoFilter): ListChange {
  const here = find(pages, change.id);
  if (change.video === null) return { pages: here ? without(pages, change.id) : pages, unsure: false };
  if (here !== undefined && here.seq > change.video.seq) return { pages, unsure: false };
  const belongs = matches(change.video, filter);
  if (belongs === false) return { pages: here ? without(pages, change.id) : pages, unsure: false };
  if (here !== undefined) {
    const reworded = here.prompt !== change.video.prompt || here.title !== change.video.title;
    return { pages: replaced(pages, change.video), unsure: belongs === null && reworded };
  }
  // What comes into a collection is told by the collection; only another filter can let in what was there already.
  if (belongs === null) return { pages, unsure: !isCollectionAlone(filter) };
  return { pages: inserted(pages, change.video, filter.sort ?? 'new'), unsure: false };
}

/** What is left of a list whose collection was deleted. */
export function emptied(pages: Pages | undefined): Pages | undefined {
  const [first] = pages?.pages ?? [];
  if (pages === undefined || first === undefined) return pages;
  return { pages: [{ ...first, videos: [], next_cursor: null }], pageParams: pages.pageParams.slice(0, 1) };
}

/** Puts a change into a family; a new remix of a member joins it. */
export function intoLineage(lineage: Lineage, change: Change): Lineage {
  const { id, video } = change;
  const here = lineage.videos.find((one) => one.id === id);
  if (video === null) {
    return here ? { ...lineage, videos: lineage.videos.filter((one) => one.id !== id) } : lineage;
  }
  if (here !== undefined) {
    if (here.seq > video.seq) return lineage;
    return { ...lineage, videos: lineage.videos.map((one) => (one.id === id ? video : one)) };
  }
  if (video.lineage.root_id !== lineage.root_id) return lineage;
  const videos = [...lineage.videos, video].sort(
    (a, b) => a.created_at - b.created_at || a.number - b.number,
  );
  return { ...lineage, videos };
}

/** What became of the queue. `unsure`: somebody joined, left or moved, so positions must be fetched again. */
export interface QueueChange {
  queue: Queue;
  unsure: boolean;
}

/** Puts a change into the queue, moving the video between running, waiting and gone. */
export function intoQueue(queue: Queue, change: Change): QueueChange {
  const { id, video } = change;
  const here = [...queue.running, ...queue.waiting].find((one) => one.id === id);
  if (here !== undefined && video !== null && here.seq > video.seq) return { queue, unsure: false };
  const was = here === undefined ? 'none' : placeOf(here);
  const is = video === null ? 'none' : placeOf(video);
  if (was === 'none' && is === 'none') return { queue, unsure: false };
  const drop = (list: QueuedVideo[]): QueuedVideo[] => list.filter((one) => one.id !== id);
  let { running, waiting } = queue;
  if (video !== null && was === is) {
    const put = (one: QueuedVideo): QueuedVideo =>
      one.id === id ? { ...video, position: one.position, eta: video.eta ?? one.eta } : one;
    running = running.map(put);
    waiting = waiting.map(put);
  } else {
    running = drop(running);
    waiting = drop(waiting);
    if (video !== null && is === 'running') running = [...running, { ...video, position: null }];
    if (video !== null && is === 'waiting') waiting = [...waiting, { ...video, position: null }];
  }
  const counts = { ...queue.counts, running: running.length, waiting: waiting.length };
  if (was !== 'none' && is === 'none' && video !== null) {
    if (video.status === 'completed') counts.done += 1;
    if (video.status === 'failed') counts.failed += 1;
  }
  return { queue: { ...queue, running, waiting, counts }, unsure: was !== is };
}

function isCollectionAlone({ collection, sort: _order, ...others }: VideoFilter): boolean {
  return collection !== undefined && Object.values(others).every((value) => value === undefined);
}

function placeOf(video: Video): 'running' | 'waiting' | 'none' {
  if (video.trashed_at !== null) return 'none';
  if (video.status === 'in_progress') return 'running';
  return video.status === 'queued' ? 'waiting' : 'none';
}

function providersOf(video: Video): string[] {
  return [video.provider, video.served_by.provider];
}

function modelsOf(video: Video): string[] {
  const { provider, model } = video.served_by;
  return [video.model, `${video.provider}/${video.model}`, model, `${provider}/${model}`];
}

function find(pages: Pages, id: string): Video | undefined {
  for (const page of pages.pages) {
    const found = page.videos.find((video) => video.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function mapPages(pages: Pages, change: (videos: Video[]) => Video[]): Pages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, videos: change(page.videos) })) };
}

function without(pages: Pages, id: string): Pages {
  return mapPages(pages, (videos) =>
    videos.some((one) => one.id === id) ? videos.filter((one) => one.id !== id) : videos,
  );
}

function replaced(pages: Pages, video: Video): Pages {
  return mapPages(pages, (videos) =>
    videos.some((one) => one.id === video.id)
      ? videos.map((one) => (one.id === video.id ? video : one))
      : videos,
  );
}

function inserted(pages: Pages, video: Video, sort: 'new' | 'old'): Pages {
  const before = (a: Video, b: Video): boolean => {
    const order = a.created_at - b.created_at || a.number - b.number;
    return sort === 'old' ? order < 0 : order > 0;
  };
  for (const [index, page] of pages.pages.entries()) {
    const position = page.videos.findIndex((one) => before(video, one));
    if (position < 0) continue;
    const videos = [...page.videos.slice(0, position), video, ...page.videos.slice(position)];
    return { ...pages, pages: pages.pages.with(index, { ...page, videos }) };
  }
  const last = pages.pages.at(-1);
  // Beyond what is loaded: it comes with its own page.
  if (last === undefined || last.next_cursor !== null) return pages;
  return { ...pages, pages: pages.pages.with(-1, { ...last, videos: [...last.videos, video] }) };
}
