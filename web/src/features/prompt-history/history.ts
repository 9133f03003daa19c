/** Walking back through earlier prompts with Alt+↑ and Alt+↓, as a shell does. */

export interface Place {
  /** −1 is what is being written; 0 the latest earlier prompt. */
  index: number;
  /** What was being written when the walk began. */
  draft: string;
}

export const AT_DRAFT: Place = { index: -1, draft: '' };

/** Distinct prompts, the latest first; blank ones and repeats are left out. */
export function earlierPrompts(latestFirst: readonly string[], most = 50): string[] {
  const seen = new Set<string>();
  for (const prompt of latestFirst) {
    const clean = prompt.trim();
    if (clean) seen.add(clean);
    if (seen.size >= most) break;
  }
  return [...seen];
}

/**
 * One step to an `older` or `newer` prompt; null at either end.
 * Text that was edited on the way becomes the draft that `newer` returns to.
 */
export function walk(
  prompts: readonly string[],
  place: Place,
  text: string,
  direction: 'older' | 'newer',
): { place: Place; text: string } | null {
  const onHistory = place.index >= 0 && prompts[place.index] === text;
  const from: Place = onHistory ? place : { index: -1, draft: text };
  let index = from.index + (direction === 'older' ? 1 : -1);
  // Already reading the latest prompt (after sending it, say): one press should change something.
  if (direction === 'older' && prompts[index] === text.trim()) index += 1;
  if (index < -1 || index >= prompts.length) return null;
  if (index === -1) return { place: AT_DRAFT, text: from.draft };
  return { place: { index, draft: from.draft }, text: prompts[index] ?? '' };
}
