/** Prompts that work well at once, for somebody who has none in mind yet. */
export const EXAMPLES = [
  'A lighthouse at dusk, its beam sweeping over a restless sea. Slow push in, warm light against deep blue.',
  'A paper boat drifts down a rainy street, past lit shop windows. Low camera, gentle tracking shot.',
  'Morning fog lifts from a pine valley while a red train crosses the viaduct. Wide, still, golden light.',
] as const;

export const EXAMPLE: string = EXAMPLES[0];
