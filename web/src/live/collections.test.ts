import { describe, expect, it } from 'vitest';
import type { Collection, Collections } from '../api/types';
import { intoCollections } from './collections';

function sample(name: string, seq: number, changes: Partial<Collection> = {}): Collection {
  const rest = { space_id: 's1', count: 1, cover_url: null, created_at: 1, updated_at: 1 };
  return { id: name.toLowerCase(), name, seq, ...rest, ...changes };
}
const here: Collections = { collections: [sample('Ads', 4), sample('Trees', 6)], seq: 6 };
const put = (collection: Collection, to = here): string[] =>
  intoCollections(to, { id: collection.id, seq: collection.seq, collection }).collections.map(
    ({ name, count }) => `${name} ${count}`,
  );

describe('a change of a collection', () => {
  it('puts a new one where its name belongs', () => {
    expect(put(sample('Boats', 7))).toEqual(['Ads 1', 'Boats 1', 'Trees 1']);
  });
  it('replaces, and moves what has another name', () => {
    expect(put(sample('Trees', 7, { count: 9 }))).toEqual(['Ads 1', 'Trees 9']);
    expect(put(sample('Zebras', 7, { id: 'ads' }))).toEqual(['Trees 1', 'Zebras 1']);
  });
  it('takes out what was deleted', () => {
    const after = intoCollections(here, { id: 'ads', seq: 8, collection: null });
    expect(after.collections.map((one) => one.id)).toEqual(['trees']);
  });
  it('does nothing when it is older than what is here', () => {
    expect(put(sample('Trees', 5, { count: 9 }))).toEqual(['Ads 1', 'Trees 1']);
    expect(intoCollections(here, { id: 'trees', seq: 5, collection: null })).toBe(here);
    // It is not in a list that is younger than the change: deleted since.
    expect(put(sample('Boats', 5))).toEqual(['Ads 1', 'Trees 1']);
  });
});
