/**
 * How far this client has surely seen everything: the `since` of the contract, as a pure state machine.
 *
 * Messages may be lost or overtake each other, so a single update never moves `since`; only the acknowledgement of
 * a `resume` does, and the very first `ready` or list when nothing was known before.
 */
export interface Position {
  /** Everything up to here is in the cache; `null` before the first list or `ready`. */
  since: number | null;
  /** The highest number heard of. */
  latest: number;
  /** The oldest list that came in while a `resume` was under way: it may have undone what that one brought. */
  listed: number | null;
}

export const START: Position = { since: null, latest: 0, listed: null };

/** A list was fetched, as of `seq`. One older than `since` makes the client behind again. */
export function afterSnapshot(position: Position, seq: number): Position {
  const since = position.since === null ? seq : Math.min(position.since, seq);
  const listed = position.listed === null ? seq : Math.min(position.listed, seq);
  return { since, latest: Math.max(position.latest, seq), listed };
}

/** A `resume` is asked: of the lists only those that come in from now on can be older than what it brings. */
export function afterAsking(position: Position): Position {
  return { ...position, listed: null };
}

/** One update came, whichever way round. */
export function afterUpdate(position: Position, seq: number): Position {
  return seq > position.latest ? { ...position, latest: seq } : position;
}

/** `ready {seq}`: the server's present number. */
export function afterReady(position: Position, seq: number): Position {
  return { ...position, since: position.since ?? seq, latest: Math.max(position.latest, seq) };
}

/**
 * `resume {since: asked}` was acknowledged with `seq`. A list that came in meanwhile and is older than that has put
 * old rows over new ones, even when it is younger than `asked`: `since` goes back to it.
 * `null`: the server counts lower than we do (its database was put back), so everything must be fetched afresh.
 */
export function afterResume(position: Position, asked: number, seq: number): Position | null {
  if (seq < asked) return null;
  const since = Math.min(position.listed ?? seq, seq);
  return { since, latest: Math.max(position.latest, seq), listed: null };
}

/** Is there anything that only a `resume` can bring? */
export function isBehind(position: Position): boolean {
  return position.since !== null && position.since < position.latest;
}
