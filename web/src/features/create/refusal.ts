/** Where on the create form a refusal belongs: next to the field it is about, else beside the button. */
import type { ApiError } from '../../api/client';
import { wording } from '../../lib/errors';
import { t } from '../../lib/messages';

export type FormField =
  | 'prompt'
  | 'model'
  | 'size'
  | 'seconds'
  | 'n'
  | 'priority'
  | 'seed'
  | 'input_reference'
  | 'references'
  | 'audio'
  // One of the model's own options, by its name.
  | `options.${string}`;

const FIELDS: readonly string[] = [
  'prompt',
  'model',
  'size',
  'seconds',
  'n',
  'priority',
  'seed',
  'input_reference',
  'references',
  'audio',
];
const isOurs = (name: string): name is FormField => FIELDS.includes(name) || name.startsWith('options.');
const FIELD_OF_CODE: Record<string, FormField> = {
  unknown_model: 'model',
  model_retired: 'model',
  price_unknown: 'model',
  unsupported_size: 'size',
  unsupported_seconds: 'seconds',
  invalid_image: 'input_reference',
  unsupported_media_type: 'input_reference',
  payload_too_large: 'input_reference',
  image_needed: 'references',
};

export interface Refusal {
  fields: Partial<Record<FormField, string>>;
  /** What belongs to no field here. */
  general: { text: string; hint?: string } | null;
}

export const NO_REFUSAL: Refusal = { fields: {}, general: null };

export function refusalOf(error: unknown): Refusal {
  const { text, hint, fields } = wording(error);
  const own: Partial<Record<FormField, string>> = {};
  for (const [name, message] of Object.entries(fields)) if (isOurs(name)) own[name] = message;
  const field = FIELD_OF_CODE[(error as ApiError).code];
  if (field !== undefined && own[field] === undefined) own[field] = [text, hint].filter(Boolean).join(' ');
  // What the app says elsewhere about a provider that is down ("it goes on by itself") is not so for what was refused.
  const advice = (error as ApiError).code === 'provider_unavailable' ? t('create.refused.stays') : hint;
  const strangers = Object.keys(fields).some((name) => !isOurs(name));
  const general = Object.keys(own).length === 0 || strangers ? { text, hint: advice } : null;
  return { fields: own, general };
}
