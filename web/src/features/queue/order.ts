/** The order of what waits, as it is moved about. */

/** `ids` with the one at `from` put where `to` is. */
export function moved(ids: readonly string[], from: number, to: number): string[] {
  const rest = [...ids];
  const [one] = rest.splice(from, 1);
  if (one !== undefined) rest.splice(to, 0, one);
  return rest;
}

/** Of the new order, the part that is another than before: only these change places with each other. */
export function affected(before: readonly string[], after: readonly string[]): string[] {
  const first = after.findIndex((id, at) => id !== before[at]);
  if (first < 0) return [];
  const last = after.findLastIndex((id, at) => id !== before[at]);
  return after.slice(first, last + 1);
}

/** `videos` in the order of `ids`; whoever is not named stands behind, as before. */
export function inOrder<T extends { id: string }>(videos: readonly T[], ids: readonly string[]): T[] {
  const places = new Map(ids.map((id, at) => [id, at]));
  const place = (video: T): number => places.get(video.id) ?? ids.length;
  return [...videos].sort((a, b) => place(a) - place(b));
}

/** Where the pointer is among rows whose middles are at `middles`, from the top. */
export function placeAt(middles: readonly number[], y: number): number {
  return middles.filter((middle) => middle < y).length;
}
