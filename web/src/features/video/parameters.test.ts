import { describe, expect, it } from 'vitest';
import type { Video } from '../../api/types';
import { parametersOf, parametersText } from './parameters';

const video = {
  prompt: 'a fox',
  model: 'sora-2',
  served_by: { provider: 'animatic', model: 'animatic' },
  size: '1280x720',
  seconds: '8',
  seed: 7,
  created_at: 1_790_000_000,
  started_at: 1_790_000_010,
  completed_at: 1_790_000_075,
  attempts: 1,
  width: 1280,
  height: 720,
  fps: 24,
  file_size: 1_432_000,
  cost_estimate: 0,
  cost_actual: null,
  status: 'completed',
  references: [],
  audio: null,
  options: {},
} as unknown as Video;

const line = (of: Video, label: string): string | undefined =>
  parametersOf(of, []).find((parameter) => parameter.label === label)?.value;

describe('parametersOf', () => {
  it('says what was asked for and who made it', () => {
    expect(line(video, 'Model')).toBe('sora-2');
    expect(line(video, 'Made by')).toBe('animatic/animatic');
    expect(line({ ...video, model: 'animatic' }, 'Made by')).toBeUndefined();
  });
  it('does not say that something was made which was not', () => {
    expect(line(video, 'Made on')).toBeDefined();
    expect(line({ ...video, status: 'failed' }, 'Made on')).toBeUndefined();
    expect(line({ ...video, status: 'failed' }, 'Requested')).toBe(line(video, 'Made on'));
  });
  it('describes the file and how long it took', () => {
    expect(line(video, 'File')).toBe('1280×720 · 24 frames/s · 1.4 MB');
    expect(line(video, 'Took')).toBe('1:05');
    expect(line({ ...video, file_size: null }, 'File')).toBeUndefined();
  });
  it('tells free from unknown', () => {
    expect(line(video, 'Cost')).toBe('Free');
    expect(line({ ...video, cost_estimate: null }, 'Cost')).toBeUndefined();
    expect(line({ ...video, cost_estimate: 0.4 }, 'Estimate')).toBe('$0.40');
    expect(line({ ...video, cost_estimate: 0.4, cost_actual: 0.35 }, 'Cost')).toBe('$0.35');
  });
});

describe('sound and options', () => {
  it('are told where there are any', () => {
    expect([line(video, 'Sound'), line(video, 'Options')]).toEqual([undefined, undefined]);
    const rich = { ...video, audio: false, options: { tone: 'warm', loop: true, steps: 30 } };
    expect(line(rich, 'Sound')).toBe('No');
    expect(line(rich, 'Options')).toBe('tone: warm · loop: true · steps: 30');
  });
});

describe('parametersText', () => {
  it('names what it was made from, so that a script can do it again', () => {
    const references: Video['references'] = [{ asset_id: 'asset_1', role: 'style', url: '/api/x' }];
    expect(
      JSON.parse(parametersText({ ...video, references, audio: true, options: { steps: 3 } })),
    ).toMatchObject({
      references: [{ asset_id: 'asset_1', role: 'style' }],
      audio: true,
      options: { steps: 3 },
    });
  });
  it('is the request that makes another one', () => {
    expect(JSON.parse(parametersText(video))).toEqual({
      prompt: 'a fox',
      model: 'sora-2',
      size: '1280x720',
      seconds: '8',
      seed: 7,
    });
    expect(parametersText({ ...video, seed: null })).not.toContain('seed');
  });
});
