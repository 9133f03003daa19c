/** What a film can be taken elsewhere as, in the order in which people want it. */
import type { Production } from '../../api/types';

export const FORMATS = ['edit', 'fcp7xml', 'otioz', 'otio', 'srt', 'vtt', 'bundle'] as const;
export type Format = (typeof FORMATS)[number];

/** Whether there is something to take: captions have to be timed first. */
export function canExport(production: Production, format: Format): boolean {
  if (format !== 'srt' && format !== 'vtt') return production.scenes.length > 0;
  return production.scenes.some(({ captions }) => captions.status === 'done');
}
