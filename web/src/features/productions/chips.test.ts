import { describe, expect, it } from 'vitest';
import { DONE, EMPTY, sampleScene, sampleTake } from '../../live/sample-production';
import { chipOf, chipsOf } from './chips';

const states = (...of: Parameters<typeof sampleScene>): string[] =>
  chipsOf(sampleScene(...of)).map(({ state }) => state);

describe('chips', () => {
  it('say what is done and what is not there yet', () => {
    expect(states(1)).toEqual(['done', 'done', 'done', 'empty']);
  });

  it('say of each step by itself that it is stale', () => {
    const scene = sampleScene(1);
    expect(
      states(1, { voice: { ...scene.voice, stale: true }, captions: { status: 'done', stale: true } }),
    ).toEqual(['done', 'stale', 'done', 'stale']);
  });

  it('show a lock instead of what is done or stale, but never instead of what goes on or has failed', () => {
    const { frame } = sampleScene(1);
    expect(states(1, { locked: true, frame: { ...frame, stale: true } })).toEqual([
      'locked',
      'locked',
      'locked',
      'empty',
    ]);
    expect(chipOf(sampleScene(1, { locked: true, clip: { ...EMPTY, status: 'failed' } }), 'clip').state).toBe(
      'failed',
    );
  });

  it('miss nothing of a scene in which nothing is said', () => {
    expect(states(1, { narration: '  ' })).toEqual(['done', 'silent', 'done', 'silent']);
  });

  it('take the percentage of a clip from the take that is being made', () => {
    const takes = [
      sampleTake(),
      sampleTake({ video_id: 'v2', status: 'in_progress', progress: 42, url: null }),
    ];
    const clip = { ...DONE, status: 'running' as const, progress: 0 };
    expect(chipOf(sampleScene(1, { clip, takes }), 'clip')).toMatchObject({ state: 'running', percent: 42 });
    expect(chipOf(sampleScene(1, { clip, takes: [] }), 'clip').percent).toBeNull();
  });

  it('tell apart what somebody brought', () => {
    const { frame } = sampleScene(1);
    expect(chipOf(sampleScene(1, { frame: { ...frame, own: true } }), 'frame').state).toBe('own');
  });
});
