import { describe, expect, it } from 'vitest';
import { lengthOf, sceneAt, shares, stepFrom, timeIn, within } from './timeline';

const scenes = [
  { starts_at: 0, length: 2 },
  { starts_at: 2, length: 6 },
  { starts_at: 8, length: 2 },
];

describe('the timeline', () => {
  it('is as long as its scenes, and each has its share', () => {
    expect(lengthOf(scenes)).toBe(10);
    expect(lengthOf([])).toBe(0);
    expect(shares(scenes)).toEqual([20, 60, 20]);
    expect(shares([])).toEqual([]);
  });

  it.each([
    [0, 0],
    [1.99, 0],
    [2, 1],
    [7.9999, 2],
    [9, 2],
    [10, 2],
    [99, 2],
  ])('has at %d s the scene at %d', (time, index) => {
    expect(sceneAt(scenes, time)).toBe(index);
  });

  it('has none where there is no scene', () => {
    expect(sceneAt([], 0)).toBe(-1);
    expect(stepFrom([], 3, 1)).toBe(0);
  });

  it('goes forward to the next scene, from the last to the end', () => {
    expect(stepFrom(scenes, 0, 1)).toBe(2);
    expect(stepFrom(scenes, 9, 1)).toBe(10);
  });

  it('goes back to the beginning of a scene first, then to the one before', () => {
    expect(stepFrom(scenes, 5, -1)).toBe(2);
    expect(stepFrom(scenes, 2.5, -1)).toBe(0);
    expect(stepFrom(scenes, 0.2, -1)).toBe(0);
  });

  it('is pressed at a time within a scene, and left at neither end', () => {
    expect(timeIn(scenes[1]!, 0.5)).toBe(5);
    expect(timeIn(scenes[1]!, 1.2)).toBe(8);
    expect(within(scenes, -3)).toBe(0);
    expect(within(scenes, 30)).toBe(10);
  });
});
