import { describe, expect, it } from 'vitest';
import {
  intoProductionPages,
  milestonesOf,
  newerProduction,
  newerProductionPages,
  type ProductionPages,
  productionsIn,
  withVideo,
} from './productions';
import { sampleVideo } from './sample';
import { DONE, EMPTY, sampleProduction, sampleScene, sampleTake } from './sample-production';

const pagesOf = (...lists: ReturnType<typeof sampleProduction>[][]): ProductionPages => ({
  pages: lists.map((productions, at) => ({
    productions,
    next_cursor: at < lists.length - 1 ? `c${at}` : null,
    seq: 9,
  })),
  pageParams: lists.map(() => null),
});
const ids = (pages: ProductionPages): string[] => productionsIn(pages).map((one) => one.id);
const old = sampleProduction({ id: 'old', created_at: 10, seq: 3 });
const young = sampleProduction({ id: 'young', created_at: 20, seq: 4 });

describe('a change of a production', () => {
  it('replaces it in place, and never by something older', () => {
    const pages = pagesOf([young], [old]);
    const next = intoProductionPages(pages, {
      id: 'old',
      seq: 5,
      production: { ...old, title: 'New', seq: 5 },
    });
    expect(productionsIn(next)[1]?.title).toBe('New');
    const late = { ...old, title: 'Late', seq: 2 };
    expect(intoProductionPages(pages, { id: 'old', seq: 2, production: late })).toBe(pages);
    expect(newerProduction(old, late)).toBe(old);
    expect(productionsIn(newerProductionPages(pages, pagesOf([young], [late])))[1]).toBe(old);
  });

  it('puts a new one where it sorts, and takes a deleted one out', () => {
    const pages = pagesOf([young], [old]);
    const between = sampleProduction({ id: 'between', created_at: 15, seq: 6 });
    expect(ids(intoProductionPages(pages, { id: 'between', seq: 6, production: between }))).toEqual([
      'young',
      'between',
      'old',
    ]);
    expect(ids(intoProductionPages(pages, { id: 'young', seq: 7, production: null }))).toEqual(['old']);
  });

  it('leaves what lies beyond the loaded pages to its own page', () => {
    const pages = pagesOf([young]);
    pages.pages[0]!.next_cursor = 'more';
    expect(ids(intoProductionPages(pages, { id: 'old', seq: 3, production: old }))).toEqual(['young']);
  });
});

describe('a video of a production', () => {
  const making = sampleTake({
    video_id: 'v9',
    status: 'in_progress',
    stage: 'generating',
    url: null,
    progress: 5,
  });
  const production = sampleProduction({
    scenes: [sampleScene(1, { takes: [making] }), sampleScene(2)],
  });

  it('brings its take on, and touches nothing else', () => {
    const video = sampleVideo({ id: 'v9', status: 'in_progress', stage: 'generating', progress: 40 });
    const next = withVideo(production, video);
    expect(next.scenes[0]?.takes[0]).toMatchObject({ progress: 40, circled: true });
    expect(next.scenes[1]).toBe(production.scenes[1]);
    expect(next.seq).toBe(production.seq);
  });

  it('that is none of its takes changes nothing', () => {
    expect(withVideo(production, sampleVideo({ id: 'other' }))).toBe(production);
  });
});

describe('milestones', () => {
  const running = sampleProduction({ status: 'running', stage: 'frames' });

  it('are stages that are done and ends of runs', () => {
    expect(milestonesOf(running, { ...running, stage: 'clips' })).toEqual([
      { kind: 'stage', stage: 'frames' },
    ]);
    expect(milestonesOf(running, { ...running, status: 'paused', stage: 'captions' })).toEqual([
      { kind: 'paused' },
    ]);
    expect(milestonesOf(running, { ...running, progress: 55 })).toEqual([]);
  });

  it('are steps that have failed, once', () => {
    const broken = sampleScene(2, {
      frame: { ...EMPTY, status: 'failed', url: null, asset_id: null },
    });
    const failing = { ...running, scenes: [sampleScene(1), broken] };
    expect(milestonesOf(running, failing)).toEqual([{ kind: 'scene-failed', scene: 2, step: 'frame' }]);
    expect(milestonesOf(failing, { ...failing, seq: 5 })).toEqual([]);
    expect(milestonesOf(failing, { ...failing, scenes: [sampleScene(1, { clip: DONE }), broken] })).toEqual(
      [],
    );
  });
});
