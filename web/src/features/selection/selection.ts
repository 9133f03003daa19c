/** Choosing many things in a list with clicks and keys, as file managers do: toggle, range, all. */

export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Where a range starts: the last one chosen by itself. */
  readonly anchor: string | null;
  /** What the last range covered, so that a new range from the same anchor replaces it. */
  readonly range: ReadonlySet<string>;
}

export const NOTHING: Selection = { ids: new Set(), anchor: null, range: new Set() };

export function toggle(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id, range: new Set() };
}

/** Everything between the anchor and `id`, beside what was chosen before that range began. */
export function extendTo(selection: Selection, order: readonly string[], id: string): Selection {
  const to = order.indexOf(id);
  const from = selection.anchor === null ? to : order.indexOf(selection.anchor);
  if (to < 0) return selection;
  if (from < 0) return toggle({ ...selection, ids: without(selection.ids, [id]) }, id);
  const range = new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1));
  const ids = without(selection.ids, selection.range);
  for (const each of range) ids.add(each);
  return { ids, anchor: order[from] ?? id, range };
}

export function selectAll(selection: Selection, order: readonly string[]): Selection {
  const ids = new Set(selection.ids);
  for (const id of order) ids.add(id);
  return { ids, anchor: selection.anchor ?? order[0] ?? null, range: new Set() };
}

/** The same selection without what is no longer there; the same object when nothing went. */
export function prune(selection: Selection, present: ReadonlySet<string>): Selection {
  const gone = [...selection.ids].filter((id) => !present.has(id));
  if (!gone.length) return selection;
  return {
    ids: without(selection.ids, gone),
    anchor: selection.anchor !== null && present.has(selection.anchor) ? selection.anchor : null,
    range: without(selection.range, gone),
  };
}

function without(ids: ReadonlySet<string>, gone: Iterable<string>): Set<string> {
  const left = new Set(ids);
  for (const id of gone) left.delete(id);
  return left;
}
