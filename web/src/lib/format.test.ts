import { describe, expect, it } from 'vitest';
import { ago, bytes, duration, edge, elapsed, eta, money, seconds, size } from './format';

describe('format', () => {
  it.each([
    [0, '0:00'],
    [8, '0:08'],
    [7.9999999, '0:08'],
    [59.4, '0:59'],
    [61, '1:01'],
    [3723, '1:02:03'],
    [-3, '0:00'],
  ])('a length of %s s is %s', (value, text) => expect(duration(value)).toBe(text));

  it.each([
    [10, 'now'],
    [90, '1 min. ago'],
    [7200, '2 hr. ago'],
    [86_400, 'yesterday'],
    [86_400 * 21, '3 wk. ago'],
    [86_400 * 800, '2 yr. ago'],
    [-3600, 'in 1 hr.'],
  ])('%s s ago is "%s"', (passed, text) => expect(ago(1_000_000_000 - passed, 1_000_000_000)).toBe(text));

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [1_432_000, '1.4 MB'],
    [12e12, '12 TB'],
    [3e15, '3,000 TB'],
  ])('%s bytes are %s', (value, text) => expect(bytes(value)).toBe(text));

  it.each([
    [0, 'Free'],
    [0.8, '$0.80'],
    [0.0042, '$0.0042'],
    [1234.5, '$1,234.50'],
  ])('%s USD is %s', (value, text) => expect(money(value)).toBe(text));

  it.each([
    [2, 6, 'a few seconds'],
    [3, 12, 'about 10 s'],
    [19, 42, 'about 20–40 s'],
    [70, 88, 'about 70–90 s'],
    [100, 130, 'about 2 min'],
    [110, 250, 'about 2–4 min'],
    [20, 200, 'about 1–3 min'],
    [7000, 7400, 'about 2 h'],
    [3600, 10_800, 'about 1–3 h'],
    [50, 20, 'about 50 s'],
  ])('%s to %s s left is "%s"', (low, high, text) => expect(eta({ low, high })).toBe(text));

  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [185, '3 min'],
    [3900, '1 h 5 min'],
  ])('%s s in is "%s"', (passed, text) => expect(elapsed(1000, 1000 + passed)).toBe(text));

  it('prints the edge of a frame', () => {
    expect(edge({ code: 'RX-0412', seconds: '8', size: '1280x720' })).toBe('RX-0412 ▸ 8s · 1280×720');
    expect(seconds('2.50')).toBe('2.5s');
    expect(size('720x1280')).toBe('720×1280');
  });
});
