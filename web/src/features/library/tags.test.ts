import { describe, expect, it } from 'vitest';
import { commonTags, retagging } from './tags';

const VIDEOS = [
  { id: 'a', tags: ['sea', 'dusk'] },
  { id: 'b', tags: ['dusk', 'town'] },
];

describe('tags of many', () => {
  it('shows those that all have', () => {
    expect(commonTags(VIDEOS)).toEqual(['dusk']);
    expect(commonTags([])).toEqual([]);
  });
  it('adds what not all have yet', () => {
    expect(retagging(VIDEOS, ['dusk', 'town'])).toEqual({ added: ['town'], removed: [] });
  });
  it('takes off only what all had', () => {
    expect(retagging(VIDEOS, [])).toEqual({ added: [], removed: ['dusk'] });
  });
  it('changes nothing where nothing changes', () => {
    expect(retagging(VIDEOS, ['dusk'])).toEqual({ added: [], removed: [] });
  });
});
