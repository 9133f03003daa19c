import { describe, expect, it } from 'vitest';
import { ancestry, remixesOf, treeRows } from './family';

const video = (id: string, from: string | null, created_at: number) => ({
  id,
  remixed_from_video_id: from,
  created_at,
});
// a ─┬ b ── d
//    └ c
const family = [video('a', null, 1), video('b', 'a', 2), video('c', 'a', 3), video('d', 'b', 4)];

describe('ancestry', () => {
  it('goes from the first to this one', () => {
    expect(ancestry(family, 'd').map((v) => v.id)).toEqual(['a', 'b', 'd']);
    expect(ancestry(family, 'a').map((v) => v.id)).toEqual(['a']);
    expect(ancestry(family, 'zz')).toEqual([]);
  });
  it('ends even when the data goes round in a circle', () => {
    const circle = [video('a', 'b', 1), video('b', 'a', 2)];
    expect(ancestry(circle, 'a').map((v) => v.id)).toEqual(['b', 'a']);
  });
});

describe('remixesOf', () => {
  it('lists direct remixes, oldest first', () => {
    expect(remixesOf([...family].reverse(), 'a').map((v) => v.id)).toEqual(['b', 'c']);
    expect(remixesOf(family, 'd')).toEqual([]);
  });
});

describe('treeRows', () => {
  it('puts children under their parents', () => {
    const rows = treeRows(family);
    expect(rows.map((r) => `${r.depth}${r.video.id}`)).toEqual(['0a', '1b', '2d', '1c']);
    expect(rows.map((r) => r.parent?.id ?? null)).toEqual([null, 'a', 'b', 'a']);
  });
  it('knows where lines go on', () => {
    const rows = treeRows(family);
    expect(rows[1]).toMatchObject({ lines: [true], isLastChild: false });
    expect(rows[2]).toMatchObject({ lines: [true, false], isLastChild: true });
    expect(rows[3]).toMatchObject({ lines: [false], isLastChild: true });
  });
  it('shows remixes whose parent is gone', () => {
    const rows = treeRows([video('x', 'gone', 1), video('y', 'x', 2)]);
    expect(rows.map((r) => `${r.depth}${r.video.id}`)).toEqual(['0x', '1y']);
  });
});
