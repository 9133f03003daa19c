import { describe, expect, it } from 'vitest';
import {
  type Capabilities,
  costOf,
  isSecondsOffered,
  nearestSeconds,
  nearestSize,
  secondsSteps,
  sizeProblem,
} from './capabilities';
import { sampleModel, sampleRate } from '../../live/sample-model';

const sketch: Capabilities = {
  sizes: ['1280x720', '720x1280', '1024x1024'],
  size_rule: { min: 128, max: 1920, step: 2 },
  seconds: { min: 1, max: 60 },
  seconds_values: null,
  default_size: '1280x720',
  default_seconds: '8',
  seconds_step: null,
};
const fixed: Capabilities = {
  ...sketch,
  sizes: ['1280x720', '720x1280', '1792x1024'],
  size_rule: null,
  seconds: null,
  seconds_values: ['12', '4', '8'],
};

describe('sizes', () => {
  it('takes any even size within the rule', () => {
    expect(sizeProblem(sketch, '640x360')).toBeNull();
    expect(sizeProblem(sketch, '641x360')).toEqual({ problem: 'wrong_step', step: 2 });
    expect(sizeProblem(sketch, '64x360')).toEqual({ problem: 'out_of_range', min: 128, max: 1920 });
    expect(sizeProblem(sketch, 'big')).toEqual({ problem: 'unreadable' });
  });
  it('takes only what is listed without a rule', () => {
    expect(sizeProblem(fixed, '1280x720')).toBeNull();
    expect(sizeProblem(fixed, '640x360')).toEqual({ problem: 'not_offered' });
  });
  it('keeps the shape when a model lacks the size', () => {
    expect(nearestSize(fixed, '1080x1920')).toBe('720x1280');
    expect(nearestSize(fixed, '1920x1080')).toBe('1280x720');
    expect(nearestSize(fixed, 'odd')).toBe('1280x720');
    expect(nearestSize(sketch, '640x360')).toBe('640x360');
  });
});

describe('seconds', () => {
  it('sorts the steps a model offers', () => {
    expect(secondsSteps(fixed)).toEqual([4, 8, 12]);
    expect(secondsSteps(sketch)).toBeNull();
  });
  it('knows what is offered', () => {
    expect(isSecondsOffered(fixed, 8)).toBe(true);
    expect(isSecondsOffered(fixed, 7)).toBe(false);
    expect(isSecondsOffered(sketch, 60)).toBe(true);
    expect(isSecondsOffered(sketch, 61)).toBe(false);
    expect(isSecondsOffered(sketch, 2.5)).toBe(false);
  });
  it('finds the nearest', () => {
    expect(nearestSeconds(fixed, 60)).toBe(12);
    expect(nearestSeconds(sketch, 90)).toBe(60);
    expect(nearestSeconds(sketch, 6.4)).toBe(6);
    expect(nearestSeconds({ ...fixed, seconds_values: null }, 3)).toBe(8);
  });
});

describe('lengths in steps', () => {
  const halves = { ...sketch, seconds: { min: 1, max: 10 }, seconds_step: 0.5 };
  it('takes and finds only those', () => {
    expect([2, 2.5, 2.4].map((each) => isSecondsOffered(halves, each))).toEqual([true, true, false]);
    expect(nearestSeconds(halves, 2.7)).toBe(2.5);
    expect(nearestSeconds({ ...halves, seconds_step: 0.1 }, 2.31)).toBe(2.3);
  });
});

describe('costOf', () => {
  const priced = (...rates: Parameters<typeof sampleRate>[0][]) =>
    sampleModel({
      options: { properties: { resolution: { enum: ['720p', '1080p'], default: '720p' } } },
      price: { as_of: null, source: null, rates: rates.map(sampleRate) },
    });
  const asked = { size: '1280x720', seconds: 8 };
  it('counts seconds and videos', () => {
    expect(costOf(priced({ per_second: 0.1 }), asked, 2)).toBeCloseTo(1.6);
    expect(costOf(priced({ per_second: 0.1, per_video: 1 }), asked, 2)).toBeCloseTo(3.6);
    expect(costOf(priced({}), asked, 2)).toBe(0);
    expect(costOf({ ...priced(), price: null }, asked, 2)).toBeNull();
  });
  it('takes the first rate that fits size, sound and options', () => {
    const model = priced(
      { per_video: 4, audio: true, options: { resolution: '1080p' } },
      { per_video: 3, options: { resolution: '1080p' } },
      { per_video: 2, audio: true },
      { per_video: 1, size: '1280x720' },
    );
    const cost = (more: object) => costOf(model, { ...asked, ...more }, 1);
    expect(cost({ audio: true, options: { resolution: '1080p' } })).toBe(4);
    expect(cost({ options: { resolution: '1080p' } })).toBe(3);
    expect(cost({ audio: true })).toBe(2);
    expect(cost({ audio: null })).toBe(1);
    expect(cost({ size: '720x1280' })).toBeNull();
  });
});
