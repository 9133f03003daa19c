/** Doing one thing to many videos without sending a hundred requests at once. */

export interface Outcome<T> {
  done: T[];
  /** What went wrong, one entry for each that did. */
  errors: unknown[];
}

/** Runs `verb` for every id, at most `lanes` at a time. One failure does not stop the others. */
export async function inLanes<T>(
  ids: readonly string[],
  verb: (id: string) => Promise<T>,
  lanes = 4,
): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: [], errors: [] };
  const left = [...ids];
  const lane = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      try {
        outcome.done.push(await verb(id));
      } catch (error) {
        outcome.errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, left.length) }, lane));
  return outcome;
}
