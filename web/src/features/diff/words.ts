/** Saying what changed between two prompts, word by word, so that a remix shows its difference at a glance. */

export type ChangeKind = 'same' | 'added' | 'removed';

export interface Change {
  kind: ChangeKind;
  text: string;
}

/** Past this many comparisons the middle is shown as replaced whole, so a long prompt never blocks a page. */
const MOST_CELLS = 4_000_000;

/**
 * The shortest way from `before` to `after` in whole words and signs; spaces belong to what is before them.
 * Joining the `same` and `added` texts gives `after` again, `same` and `removed` give `before`
 * (but for spaces around words that both share, which are taken from `after`).
 */
export function wordDiff(before: string, after: string): Change[] {
  const a = words(before);
  const b = words(after);
  let head = 0;
  while (head < a.length && head < b.length && isSame(a[head], b[head])) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    isSame(a[a.length - 1 - tail], b[b.length - 1 - tail])
  ) {
    tail += 1;
  }
  const changes: Change[] = b.slice(0, head).map((text) => ({ kind: 'same', text }));
  changes.push(...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)));
  changes.push(...b.slice(b.length - tail).map((text): Change => ({ kind: 'same', text })));
  return join(changes);
}

/** Whether anything but spaces differs. */
export function hasChanges(changes: readonly Change[]): boolean {
  return changes.some((change) => change.kind !== 'same');
}

/** The changes with long unchanged stretches cut to `context` words on each side, for one line of text. */
export function excerpt(changes: readonly Change[], context = 3): Change[] {
  return changes.map((change, index) => {
    if (change.kind !== 'same') return change;
    const parts = words(change.text);
    const keepStart = index === 0 ? 0 : context;
    const keepEnd = index === changes.length - 1 ? 0 : context;
    if (parts.length <= keepStart + keepEnd + 1) return change;
    const start = parts.slice(0, keepStart).join('').trimEnd();
    let end = keepEnd ? parts.slice(-keepEnd).join('') : '';
    // A phrase that ends inside a word's punctuation ("boat" before ", in snow") gets no space here either.
    if (end && !/\s$/u.test(change.text)) end = end.trimEnd();
    return { kind: 'same', text: [start, '…', end || ' '].filter(Boolean).join(' ') };
  });
}

/** Words and the signs between them, each with the space after it; the last gets one, so that all can be joined. */
function words(text: string): string[] {
  return `${text.trimEnd()} `.match(/[\p{L}\p{N}_'’-]+\s*|[^\s\p{L}\p{N}_'’-]+\s*/gu) ?? [];
}

function isSame(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.trimEnd() === b.trimEnd();
}

/** Longest common subsequence over the part that really differs. */
function middle(a: string[], b: string[]): Change[] {
  if (!a.length || !b.length || a.length * b.length > MOST_CELLS) {
    return [
      ...a.map((text): Change => ({ kind: 'removed', text })),
      ...b.map((text): Change => ({ kind: 'added', text })),
    ];
  }
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = isSame(a[i], b[j])
        ? at(i + 1, j + 1) + 1
        : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const removed = a[i];
    const added = b[j];
    if (removed !== undefined && added !== undefined && isSame(removed, added)) {
      changes.push({ kind: 'same', text: added });
      i += 1;
      j += 1;
    } else if (removed !== undefined && (added === undefined || at(i + 1, j) >= at(i, j + 1))) {
      changes.push({ kind: 'removed', text: removed });
      i += 1;
    } else if (added !== undefined) {
      changes.push({ kind: 'added', text: added });
      j += 1;
    }
  }
  return changes;
}

/** Neighbouring changes of one kind become one, so that markup and screen readers meet phrases. */
function join(changes: Change[]): Change[] {
  const joined: Change[] = [];
  for (const change of changes) {
    const last = joined[joined.length - 1];
    if (last?.kind === change.kind) last.text += change.text;
    else joined.push({ ...change });
  }
  return joined;
}
