/** What an error says to a person: the app's own words by its stable code, the server's where it knows more. */
import { ApiError } from '../api/client';
import type { VideoError } from '../api/types';
import { bytes, sum } from './format';
import { t, type MessageKey } from './messages';

export interface Wording {
  /** What happened, one sentence. */
  text: string;
  /** What to do about it. */
  hint?: string;
  /** What is wrong with each field, by its name in the request. */
  fields: Record<string, string>;
}

/** Codes worded by the app alone. For others the server's own sentence names the particulars, so it is shown. */
const TEXTS: Record<string, MessageKey> = {
  offline: 'error.offline',
  unauthorized: 'error.unauthorized',
  invalid_credentials: 'error.invalid_credentials',
  password_change_required: 'error.password_change_required',
  forbidden_origin: 'error.forbidden_origin',
  not_found: 'error.not_found',
  idempotency_mismatch: 'error.idempotency_mismatch',
  unsupported_media_type: 'error.unsupported_media_type',
  too_many_requests: 'error.too_many_requests',
  disk_full: 'error.disk_full',
  outcome_unknown: 'error.outcome_unknown',
  unplayable_result: 'error.unplayable_result',
  database_unavailable: 'error.database_unavailable',
  price_unknown: 'money.unpriced',
};

/** For codes whose server sentence is shown, what to say when it sent none. */
const FALLBACKS: Record<string, MessageKey> = {
  validation_failed: 'error.validation_failed',
  conflict: 'error.conflict',
  forbidden: 'error.forbidden',
  payload_too_large: 'error.payload_too_large',
  invalid_image: 'error.invalid_image',
  invalid_media: 'error.invalid_media',
  asset_in_use: 'error.asset_in_use',
  unknown_model: 'error.unknown_model',
  model_retired: 'error.model_retired',
  unsupported_size: 'error.unsupported_size',
  unsupported_seconds: 'error.unsupported_seconds',
  provider_unavailable: 'error.provider_unavailable',
  provider_refused: 'error.provider_refused',
};

const HINTS: Record<string, MessageKey> = {
  offline: 'error.offline.hint',
  unauthorized: 'error.unauthorized.hint',
  forbidden_origin: 'error.forbidden_origin.hint',
  conflict: 'error.conflict.hint',
  idempotency_mismatch: 'error.idempotency_mismatch.hint',
  invalid_image: 'error.invalid_image.hint',
  provider_unavailable: 'error.provider_unavailable.hint',
  provider_refused: 'error.provider_refused.hint',
  disk_full: 'error.disk_full.hint',
  outcome_unknown: 'error.outcome_unknown.hint',
  database_unavailable: 'error.database_unavailable.hint',
  price_unknown: 'money.unpriced.hint',
};

/** Words for whatever a request threw. */
export function wording(error: unknown): Wording {
  if (!(error instanceof ApiError)) {
    return { text: error instanceof Error ? error.message : String(error), fields: {} };
  }
  const { fields } = error;
  if (error.code === 'too_many_requests' && error.retryAfter !== null) {
    const n = Math.ceil(error.retryAfter);
    return { text: t('error.too_many_requests'), hint: t('error.too_many_requests.wait', { n }), fields };
  }
  const limit = error.details.limit;
  if (error.code === 'payload_too_large' && typeof limit === 'number') {
    return { text: t('error.payload_too_large.limit', { limit: bytes(limit) }), fields };
  }
  const { cost_usd: cost, left_usd: left } = error.details;
  if (error.code === 'budget_exceeded' && typeof cost === 'number' && typeof left === 'number') {
    return {
      text: t('money.over', { cost: sum(cost), left: sum(left) }),
      hint: t('money.over.hint'),
      fields,
    };
  }
  const { provider, cap_usd: cap } = error.details;
  if (typeof provider === 'string' && typeof cap === 'number') {
    const capped = cappedWording(error, provider, cap);
    if (capped !== null) return { ...capped, fields };
  }
  const named = Object.values(fields);
  if (error.code === 'validation_failed' && named.length === 1) {
    return { text: named[0] ?? t('error.validation_failed'), fields };
  }
  return { text: textOf(error.code, error.message), hint: hintOf(error), fields };
}

/** What a provider's monthly cap refuses: of everybody's money, so it names whose cap it is. */
function cappedWording(error: ApiError, provider: string, cap: number): Omit<Wording, 'fields'> | null {
  const { cost_usd: cost, left_usd: left } = error.details;
  if (error.code === 'price_unknown') {
    return { text: t('money.unpriced.cap', { provider }), hint: t('money.unpriced.hint') };
  }
  if (error.code !== 'provider_cap_reached' || typeof cost !== 'number' || typeof left !== 'number')
    return null;
  return {
    text: t('money.capped', { cost: sum(cost), left: sum(left), cap: sum(cap), provider }),
    hint: t('money.capped.hint'),
  };
}

/** Why a video failed, what to do, and whether it cost anything. */
export function videoErrorWording(error: VideoError): { text: string; hint?: string; charged: string } {
  const hint = HINTS[error.code];
  return {
    text: textOf(error.code, error.message),
    hint: hint === undefined ? undefined : t(hint as 'action.undo'),
    charged: t(`error.charged.${error.charged}`),
  };
}

function textOf(code: string, message: string): string {
  const own = TEXTS[code];
  // Every key in these tables is a plain sentence without parameters; one such key stands for its type.
  if (own !== undefined) return t(own as 'action.undo');
  if (message !== '') return message;
  return t((FALLBACKS[code] ?? 'error.conflict') as 'action.undo');
}

function hintOf(error: ApiError): string | undefined {
  const hint = HINTS[error.code];
  if (hint !== undefined) return t(hint as 'action.undo');
  // An unexpected failure: the id is what the owner finds in the log.
  return error.status >= 500 && error.requestId !== null
    ? t('error.request', { id: error.requestId })
    : undefined;
}
