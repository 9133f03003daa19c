import { describe, expect, it } from 'vitest';
import { commonTags, retagged } from './tags';

const VIDEOS = [
  { id: 'a', tags: ['sea', 'dusk'] },
  { id: 'b', tags: ['dusk', 'town'] },
];

describe('tags of many', () => {
  it('shows those that all have', () => {
    expect(commonTags(VIDEOS)).toEqual(['dusk']);
    expect(commonTags([])).toEqual([]);
  });
  it('adds to each and keeps what is its own', () => {
    expect(retagged(VIDEOS, ['dusk', 'town'])).toEqual(new Map([['a', ['sea', 'dusk', 'town']]]));
  });
  it('takes off only what all had', () => {
    expect(retagged(VIDEOS, [])).toEqual(
      new Map([
        ['a', ['sea']],
        ['b', ['town']],
      ]),
    );
  });
  it('changes nothing where nothing changes', () => {
    expect(retagged(VIDEOS, ['dusk']).size).toBe(0);
  });
});
