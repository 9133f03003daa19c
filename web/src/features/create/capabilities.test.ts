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

const sketch: Capabilities = {
  sizes: ['1280x720', '720x1280', '1024x1024'],
  size_rule: { min: 128, max: 1920, step: 2 },
  seconds: { min: 1, max: 60 },
  seconds_values: null,
  default_size: '1280x720',
  default_seconds: '8',
  price_per_second: 0,
};
const fixed: Capabilities = {
  ...sketch,
  sizes: ['1280x720', '720x1280', '1792x1024'],
  size_rule: null,
  seconds: null,
  seconds_values: ['12', '4', '8'],
  price_per_second: 0.1,
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

describe('costOf', () => {
  it('multiplies, and tells free from unknown', () => {
    expect(costOf(fixed, 8, 2)).toBeCloseTo(1.6);
    expect(costOf(sketch, 8, 2)).toBe(0);
    expect(costOf({ ...fixed, price_per_second: null }, 8, 2)).toBeNull();
  });
});
