import { describe, expect, it } from 'vitest';
import { aspectRatio, parseSize, ratioName, shownRatio } from './size';

describe('sizes', () => {
  it('reads what the API writes', () => {
    expect(parseSize('1280x720')).toEqual({ width: 1280, height: 720 });
    expect(parseSize('1280×720')).toBeNull();
    expect(parseSize('0x720')).toBeNull();
    expect(parseSize('')).toBeNull();
  });
  it('shows a known file at its own ratio', () => {
    expect(shownRatio({ width: 720, height: 1280, size: '1280x720' })).toBe(720 / 1280);
    expect(shownRatio({ width: null, height: null, size: '1280x720' })).toBe(1280 / 720);
    expect(aspectRatio('auto')).toBe(16 / 9);
  });
  it('names ratios', () => {
    expect(ratioName({ width: 1280, height: 720 })).toBe('16:9');
    expect(ratioName({ width: 848, height: 480 })).toBe('16:9');
    expect(ratioName({ width: 720, height: 1280 })).toBe('9:16');
    expect(ratioName({ width: 1792, height: 1024 })).toBe('7:4');
    expect(ratioName({ width: 1000, height: 980 })).toBe('50:49');
    expect(ratioName({ width: 1003, height: 481 })).toBe('2.09:1');
  });
});
