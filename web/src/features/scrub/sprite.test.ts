import { describe, expect, it } from 'vitest';
import { fractionAcross, frameAtFraction, frameAtTime, frameBackground } from './sprite';

const sheet = { columns: 5, rows: 4, count: 18, frame_width: 160, frame_height: 90, interval: 0.5 };

describe('frameAtFraction', () => {
  it('covers every frame once and ends on the last', () => {
    const seen = Array.from({ length: 18 }, (_, i) => frameAtFraction(sheet, (i + 0.5) / 18));
    expect(seen).toEqual(Array.from({ length: 18 }, (_, i) => i));
    expect(frameAtFraction(sheet, 1)).toBe(17);
  });
  it('clamps what lies outside', () => {
    expect(frameAtFraction(sheet, -0.2)).toBe(0);
    expect(frameAtFraction(sheet, 7)).toBe(17);
    expect(frameAtFraction(sheet, Number.NaN)).toBe(0);
  });
  it('survives an empty sheet', () => {
    expect(frameAtFraction({ ...sheet, count: 0 }, 0.5)).toBe(0);
  });
});

describe('frameAtTime', () => {
  it('counts intervals', () => {
    expect(frameAtTime(sheet, 0)).toBe(0);
    expect(frameAtTime(sheet, 0.49)).toBe(0);
    expect(frameAtTime(sheet, 0.5)).toBe(1);
    expect(frameAtTime(sheet, 99)).toBe(17);
  });
  it('shows the first frame when the interval is unknown', () => {
    expect(frameAtTime({ ...sheet, interval: 0 }, 3)).toBe(0);
  });
});

describe('frameBackground', () => {
  it('places corners at 0% and 100%', () => {
    expect(frameBackground(sheet, 0)).toEqual({ size: '500% 400%', position: '0% 0%' });
    expect(frameBackground({ ...sheet, count: 20 }, 19).position).toBe('100% 100%');
  });
  it('finds the middle of a row', () => {
    expect(frameBackground(sheet, 7).position).toBe('50% 33.3333%');
  });
  it('does not divide by zero for a sheet of one', () => {
    const one = { ...sheet, columns: 1, rows: 1, count: 1 };
    expect(frameBackground(one, 3)).toEqual({ size: '100% 100%', position: '0% 0%' });
  });
});

describe('fractionAcross', () => {
  it('measures from the inline start', () => {
    const box = { left: 100, width: 200 };
    expect(fractionAcross(150, box)).toBe(0.25);
    expect(fractionAcross(150, box, 'rtl')).toBe(0.75);
    expect(fractionAcross(0, box)).toBe(0);
    expect(fractionAcross(900, box)).toBe(1);
    expect(fractionAcross(10, { left: 0, width: 0 })).toBe(0);
  });
});
