/** Where on the form of a new film a refusal belongs: next to the field it is about, else beside the button. */
import { wording } from '../../lib/errors';
import type { BeginField } from './begin.svelte';

const FIELD_OF: Record<string, BeginField> = {
  prompt: 'words',
  script: 'words',
  aspect_ratio: 'aspect_ratio',
  style: 'style',
  mood: 'mood',
  seconds: 'seconds',
  scenes: 'scenes',
  language: 'language',
  voice: 'voice',
};

export interface Refusal {
  fields: Partial<Record<BeginField, string>>;
  /** What belongs to no field here. */
  general: { text: string; hint?: string } | null;
}

export const NO_REFUSAL: Refusal = { fields: {}, general: null };

export function refusalOf(error: unknown): Refusal {
  const { text, hint, fields } = wording(error);
  const own: Partial<Record<BeginField, string>> = {};
  let strangers = 0;
  for (const [name, message] of Object.entries(fields)) {
    // What is wrong within a script is told as `script.scenes.3.narration`.
    const field = FIELD_OF[name] ?? FIELD_OF[name.split('.')[0] ?? ''];
    if (field === undefined) strangers += 1;
    else own[field] = message;
  }
  const isGeneral = strangers > 0 || Object.keys(own).length === 0;
  return { fields: own, general: isGeneral ? { text, hint } : null };
}
