import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Bursts } from './bursts';

let handed: number[][];
let bursts: Bursts<number>;

beforeEach(() => {
  vi.useFakeTimers();
  handed = [];
  bursts = new Bursts((items) => handed.push([...items]), 30);
});

afterEach(() => {
  vi.useRealTimers();
});

it('hands on the first at once and what follows soon together', () => {
  bursts.add(1);
  expect(handed).toEqual([[1]]);
  bursts.add(2);
  vi.advanceTimersByTime(20);
  bursts.add(3);
  expect(handed).toEqual([[1]]);
  vi.advanceTimersByTime(10);
  expect(handed).toEqual([[1], [2, 3]]);
  // Still within the rest after those.
  bursts.add(4);
  vi.advanceTimersByTime(30);
  expect(handed).toEqual([[1], [2, 3], [4]]);
});

it('hands on at once again after a pause', () => {
  bursts.add(1);
  vi.advanceTimersByTime(60);
  bursts.add(2);
  expect(handed).toEqual([[1], [2]]);
});

it('forgets what waits, and goes on', () => {
  bursts.add(1);
  bursts.add(2);
  bursts.clear();
  vi.advanceTimersByTime(100);
  expect(handed).toEqual([[1]]);
  bursts.add(3);
  expect(handed).toEqual([[1], [3]]);
});

it('takes what its own handling adds', () => {
  const again = new Bursts<number>((items) => {
    handed.push([...items]);
    if (items[0] === 1) again.add(2);
  }, 30);
  again.add(1);
  vi.advanceTimersByTime(30);
  expect(handed).toEqual([[1], [2]]);
});
