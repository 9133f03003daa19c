import { describe, expect, it } from 'vitest';
import { stepTime, timecode } from './frames';

const frameOf = (time: number, fps: number): number => Math.floor(time * fps);

describe('stepTime', () => {
  it('visits every frame, forth and back', () => {
    let time = 0;
    for (let frame = 1; frame < 48; frame += 1) {
      time = stepTime(time, 1, 24, 2);
      expect(frameOf(time, 24)).toBe(frame);
    }
    for (let frame = 46; frame >= 0; frame -= 1) {
      time = stepTime(time, -1, 24, 2);
      expect(frameOf(time, 24)).toBe(frame);
    }
  });
  it('stays within the film', () => {
    expect(frameOf(stepTime(0, -1, 24, 2), 24)).toBe(0);
    expect(frameOf(stepTime(2, 1, 24, 2), 24)).toBe(47);
  });
  it('takes 24 a second where nothing is known', () => {
    expect(stepTime(1, 1, null, 8)).toBeCloseTo(25.5 / 24);
    expect(stepTime(1, 1, 0, 8)).toBeCloseTo(25.5 / 24);
  });
});

describe('timecode', () => {
  it('counts frames within the second', () => {
    expect(timecode(0, 24)).toBe('0:00.00');
    expect(timecode(3.5, 24)).toBe('0:03.12');
    expect(timecode(61 + 29.5 / 30, 30)).toBe('1:01.29');
    expect(timecode(-1, 24)).toBe('0:00.00');
  });
});
