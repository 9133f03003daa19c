import { describe, expect, it } from 'vitest';
import { affected, inOrder, moved, placeAt } from './order';

const IDS = ['a', 'b', 'c', 'd'];

describe('the order of what waits', () => {
  it('moves one up, down and to the ends', () => {
    expect(moved(IDS, 2, 1)).toEqual(['a', 'c', 'b', 'd']);
    expect(moved(IDS, 0, 3)).toEqual(['b', 'c', 'd', 'a']);
    expect(moved(IDS, 3, 0)).toEqual(['d', 'a', 'b', 'c']);
    expect(moved(IDS, 1, 1)).toEqual(IDS);
  });
  it('names only those that change places', () => {
    expect(affected(IDS, ['a', 'c', 'b', 'd'])).toEqual(['c', 'b']);
    expect(affected(IDS, ['d', 'a', 'b', 'c'])).toEqual(['d', 'a', 'b', 'c']);
    expect(affected(IDS, IDS)).toEqual([]);
  });
  it('shows an order, and who came meanwhile behind it', () => {
    const videos = [{ id: 'a' }, { id: 'new' }, { id: 'b' }];
    expect(inOrder(videos, ['b', 'gone', 'a']).map(({ id }) => id)).toEqual(['b', 'a', 'new']);
  });
  it('finds the row under the pointer', () => {
    expect([0, 15, 25, 99].map((y) => placeAt([10, 20, 30], y))).toEqual([0, 1, 2, 3]);
  });
});
