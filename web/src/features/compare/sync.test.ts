import { describe, expect, it } from 'vitest';
import { correct } from './sync';

const playing = (time: number) => ({ time, isPaused: false });
const paused = (time: number) => ({ time, isPaused: true });

describe('correct', () => {
  it('leaves videos that are in step alone', () => {
    expect(correct(playing(2), { time: 2.02, duration: 8 })).toEqual({ kind: 'none' });
  });
  it('nudges a small drift either way', () => {
    expect(correct(playing(2), { time: 1.8, duration: 8 })).toEqual({ kind: 'rate', rate: 1.1 });
    expect(correct(playing(2), { time: 2.2, duration: 8 })).toEqual({ kind: 'rate', rate: 0.9 });
  });
  it('moves when far off or while paused', () => {
    expect(correct(playing(5), { time: 1, duration: 8 })).toEqual({ kind: 'seek' });
    expect(correct(paused(2), { time: 1.9, duration: 8 })).toEqual({ kind: 'seek' });
  });
  it('lets a shorter video rest on its last frame', () => {
    expect(correct(playing(7), { time: 3.99, duration: 4 })).toEqual({ kind: 'none' });
  });
});
