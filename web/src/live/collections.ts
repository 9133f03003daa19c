/** How a change of a collection enters the list of them that is here: pure functions. */
import type { Collection, Collections } from '../api/types';

/** One `collection_update`: the whole collection, or `null` when it is deleted. */
export interface CollectionChange {
  id: string;
  seq: number;
  collection: Collection | null;
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Put in, replaced or taken out, by name. What is newer here stays, and a list from after the change knows of it. */
export function intoCollections(here: Collections, change: CollectionChange): Collections {
  const { id, seq, collection } = change;
  const known = here.collections.find((one) => one.id === id);
  if (known === undefined ? here.seq > seq : known.seq > seq) return here;
  const others = here.collections.filter((one) => one.id !== id);
  if (collection === null) return known === undefined ? here : { ...here, collections: others };
  return { ...here, collections: sorted([...others, collection]) };
}

const sorted = (collections: readonly Collection[]): Collection[] =>
  [...collections].sort((a, b) => byName.compare(a.name, b.name));
