import { describe, expect, it } from 'vitest';
import type { Lineage, Queue, Video } from '../api/types';
import {
  intoLineage,
  intoPages,
  intoQueue,
  matches,
  newer,
  newerPages,
  type Change,
  type Pages,
} from './merge';
import { samplePages, sampleVideo } from './sample';

const change = (video: Video): Change => ({ id: video.id, seq: video.seq, video });
const gone = (id: string, seq: number): Change => ({ id, seq, video: null });
const ids = (pages: Pages): string[][] => pages.pages.map((page) => page.videos.map((video) => video.id));

describe('newer', () => {
  it('keeps the higher number, whichever came last', () => {
    const old = sampleVideo({ seq: 5, progress: 10 });
    const fresh = sampleVideo({ seq: 6, progress: 20 });
    expect(newer(old, fresh)).toBe(fresh);
    expect(newer(fresh, old)).toBe(fresh);
  });

  it('takes the later of two with the same number, for what changes without one', () => {
    const first = sampleVideo({ seq: 5, eta: { low: 10, high: 20 } });
    const second = sampleVideo({ seq: 5, eta: { low: 5, high: 9 } });
    expect(newer(first, second)).toBe(second);
  });

  it('never mixes up two videos', () => {
    const here = sampleVideo({ id: 'a', seq: 9 });
    const there = sampleVideo({ id: 'b', seq: 1 });
    expect(newer(here, there)).toBe(there);
    expect(newer(undefined, there)).toBe(there);
  });
});

describe('a fetched list', () => {
  it('does not undo what the socket brought while it was on its way', () => {
    const here = samplePages([[sampleVideo({ number: 1, seq: 9, progress: 80 })]]);
    const there = samplePages([
      [sampleVideo({ number: 1, seq: 7, progress: 60 }), sampleVideo({ number: 2 })],
    ]);
    const merged = newerPages(here, there);
    expect(merged.pages[0]?.videos.map((video) => [video.id, video.seq])).toEqual([
      ['v1', 9],
      ['v2', 2],
    ]);
    expect(newerPages(undefined, there)).toBe(there);
  });
});

describe('matches', () => {
  const video = sampleVideo({
    status: 'completed',
    favourite: true,
    tags: ['sea'],
    kind: 'remix',
    created_at: 500,
    model: 'sora-2',
    provider: 'openai',
    served_by: { provider: 'cluster', model: 'wan' },
  });

  it.each([
    [{}, true],
    [{ status: 'all' }, true],
    [{ status: 'completed' }, true],
    [{ status: 'queued,in_progress' }, false],
    [{ status: 'failed,completed' }, true],
    [{ status: 'trashed' }, false],
    [{ favourite: true }, true],
    [{ tag: 'sea' }, true],
    [{ tag: 'land' }, false],
    [{ kind: 'text' as const }, false],
    [{ kind: 'remix' as const }, true],
    [{ provider: 'openai' }, true],
    [{ provider: 'cluster' }, true],
    [{ provider: 'other' }, false],
    [{ model: 'sora-2' }, true],
    [{ model: 'cluster/wan' }, true],
    [{ model: 'other' }, false],
    [{ after: 400, before: 600 }, true],
    [{ after: 501 }, false],
    [{ before: 499 }, false],
    [{ q: '  ' }, true],
    [{ q: 'sea' }, null],
    [{ q: 'sea', tag: 'land' }, false],
  ])('%o is %s', (filter, expected) => {
    expect(matches(video, filter)).toBe(expected);
  });

  it('shows what is in the trash in the trash alone', () => {
    const trashed = sampleVideo({ status: 'completed', trashed_at: 9 });
    expect(matches(trashed, {})).toBe(false);
    expect(matches(trashed, { status: 'completed' })).toBe(false);
    expect(matches(trashed, { status: 'trashed' })).toBe(true);
  });

  it('leaves out what is no favourite', () => {
    expect(matches(sampleVideo(), { favourite: true })).toBe(false);
  });
});

describe('into a list', () => {
  const [one, two, three] = [1, 2, 3].map((number) => sampleVideo({ number }));
  const pages = samplePages([[three!, two!], [one!]]);

  it('replaces in place and leaves the rest as it is', () => {
    const result = intoPages(pages, change({ ...two!, seq: 9, progress: 50 }), {});
    expect(ids(result.pages)).toEqual([['v3', 'v2'], ['v1']]);
    expect(result.pages.pages[0]?.videos[1]?.progress).toBe(50);
    expect(result.pages.pages[1]?.videos).toBe(pages.pages[1]?.videos);
    expect(result.unsure).toBe(false);
  });

  it('ignores what is older', () => {
    const ahead = samplePages([[{ ...two!, seq: 20 }]]);
    expect(intoPages(ahead, change({ ...two!, seq: 19, progress: 1 }), {}).pages).toBe(ahead);
  });

  it('is the same after a duplicate', () => {
    const update = change({ ...two!, seq: 9, progress: 50 });
    const once = intoPages(pages, update, {}).pages;
    expect(intoPages(once, update, {}).pages).toEqual(once);
  });

  it('ends alike whichever of two updates comes first', () => {
    const early = change({ ...two!, seq: 8, progress: 30 });
    const late = change({ ...two!, seq: 9, progress: 50 });
    const forwards = intoPages(intoPages(pages, early, {}).pages, late, {}).pages;
    const backwards = intoPages(intoPages(pages, late, {}).pages, early, {}).pages;
    expect(backwards).toEqual(forwards);
  });

  it('inserts an unknown one where it sorts', () => {
    const four = sampleVideo({ number: 4 });
    expect(ids(intoPages(pages, change(four), {}).pages)).toEqual([['v4', 'v3', 'v2'], ['v1']]);
    const between = sampleVideo({ id: 'x', number: 0, created_at: 1002.5 });
    expect(ids(intoPages(pages, change(between), {}).pages)).toEqual([['v3', 'x', 'v2'], ['v1']]);
    const oldest = sampleVideo({ number: 0 });
    expect(ids(intoPages(pages, change(oldest), {}).pages)).toEqual([
      ['v3', 'v2'],
      ['v1', 'v0'],
    ]);
  });

  it('inserts from the old end when the oldest come first', () => {
    const upwards = samplePages([[one!, two!]]);
    expect(ids(intoPages(upwards, change(three!), { sort: 'old' }).pages)).toEqual([['v1', 'v2', 'v3']]);
    expect(ids(intoPages(upwards, change(sampleVideo({ number: 0 })), { sort: 'old' }).pages)).toEqual([
      ['v0', 'v1', 'v2'],
    ]);
  });

  it('leaves out what sorts beyond the pages that are loaded', () => {
    const partly = samplePages([[three!, two!]], true);
    expect(intoPages(partly, change(one!), {}).pages).toBe(partly);
  });

  it('puts the first one into an empty list', () => {
    expect(ids(intoPages(samplePages([[]]), change(one!), {}).pages)).toEqual([['v1']]);
  });

  it('takes out what is gone, and what no longer belongs', () => {
    expect(ids(intoPages(pages, gone('v2', 9), {}).pages)).toEqual([['v3'], ['v1']]);
    const trashed = change({ ...two!, seq: 9, trashed_at: 5 });
    expect(ids(intoPages(pages, trashed, {}).pages)).toEqual([['v3'], ['v1']]);
    expect(ids(intoPages(samplePages([[]]), trashed, { status: 'trashed' }).pages)).toEqual([['v2']]);
    expect(intoPages(pages, gone('unknown', 9), {}).pages).toBe(pages);
  });

  it('asks the server when only a search can tell', () => {
    const filter = { q: 'fox' };
    expect(intoPages(pages, change(sampleVideo({ number: 9 })), filter)).toEqual({ pages, unsure: true });
    expect(intoPages(pages, change({ ...two!, seq: 9, progress: 5 }), filter).unsure).toBe(false);
    expect(intoPages(pages, change({ ...two!, seq: 9, title: 'Renamed' }), filter).unsure).toBe(true);
  });
});

describe('into a family', () => {
  const root = sampleVideo({ number: 1 });
  const lineage: Lineage = { root_id: 'v1', videos: [root] };

  it('lets a new remix join, and keeps the order of birth', () => {
    const child = sampleVideo({ number: 3, lineage: { root_id: 'v1', parent_id: 'v1' } });
    const elder = sampleVideo({ number: 2, lineage: { root_id: 'v1', parent_id: 'v1' } });
    const both = intoLineage(intoLineage(lineage, change(child)), change(elder));
    expect(both.videos.map((video) => video.id)).toEqual(['v1', 'v2', 'v3']);
  });

  it('updates, ignores strangers and the older, and lets go', () => {
    expect(intoLineage(lineage, change({ ...root, seq: 9, progress: 7 })).videos[0]?.progress).toBe(7);
    expect(intoLineage(lineage, change({ ...root, seq: 0 }))).toBe(lineage);
    expect(intoLineage(lineage, change(sampleVideo({ number: 8 })))).toBe(lineage);
    expect(intoLineage(lineage, gone('v1', 9)).videos).toEqual([]);
    expect(intoLineage(lineage, gone('v8', 9))).toBe(lineage);
  });
});

describe('into the queue', () => {
  const runs = { ...sampleVideo({ number: 1, status: 'in_progress', stage: 'generating' }), position: null };
  const waits = { ...sampleVideo({ number: 2 }), position: 1, eta: { low: 60, high: 120 } };
  const queue: Queue = {
    running: [runs],
    waiting: [waits],
    counts: { running: 1, waiting: 1, failed: 0, done: 4 },
    paused: false,
    others: { running: 0, waiting: 0 },
  };
  const where = ({ queue: { running, waiting } }: { queue: Queue }) => [
    running.map((one) => one.id),
    waiting.map((one) => one.id),
  ];

  it('moves on what is admitted, and asks for the new positions', () => {
    const result = intoQueue(queue, change(sampleVideo({ number: 2, seq: 9, status: 'in_progress' })));
    expect(where(result)).toEqual([['v1', 'v2'], []]);
    expect(result.queue.counts).toMatchObject({ running: 2, waiting: 0 });
    expect(result.unsure).toBe(true);
  });

  it('counts what ends', () => {
    const ended = intoQueue(queue, change({ ...runs, seq: 9, status: 'completed', stage: 'completed' }));
    expect(where(ended)).toEqual([[], ['v2']]);
    expect(ended.queue.counts).toEqual({ running: 0, waiting: 1, failed: 0, done: 5 });
    const failed = intoQueue(queue, change({ ...runs, seq: 9, status: 'failed', stage: 'failed' }));
    expect(failed.queue.counts.failed).toBe(1);
  });

  it('keeps position and estimate of one that only moved its bar', () => {
    const result = intoQueue(queue, change(sampleVideo({ number: 2, seq: 9, eta: null })));
    expect(result.queue.waiting[0]).toMatchObject({ position: 1, eta: { low: 60, high: 120 }, seq: 9 });
    expect(result.unsure).toBe(false);
  });

  it('takes in a new one and lets a purged or trashed one go', () => {
    expect(where(intoQueue(queue, change(sampleVideo({ number: 3 }))))).toEqual([['v1'], ['v2', 'v3']]);
    expect(where(intoQueue(queue, gone('v1', 9)))).toEqual([[], ['v2']]);
    expect(where(intoQueue(queue, change({ ...waits, seq: 9, trashed_at: 4 })))).toEqual([['v1'], []]);
  });

  it('ignores the older and what was never queued', () => {
    expect(
      intoQueue({ ...queue, running: [{ ...runs, seq: 20 }] }, change({ ...runs, seq: 19 })).unsure,
    ).toBe(false);
    const done = sampleVideo({ number: 7, status: 'completed' });
    expect(intoQueue(queue, change(done))).toEqual({ queue, unsure: false });
  });
});
