/** How a provider is, in a word for people, and what a free question to it came to. */
import type { AdminProvider, Tried } from '../../api/types';
import { clock, sum } from '../../lib/format';
import { t } from '../../lib/messages';

export type Tone = 'done' | 'live' | 'failed' | 'attention' | 'idle';

type Condition = Pick<AdminProvider, 'state' | 'source' | 'paused' | 'health' | 'circuit' | 'retry_at'>;

/** The word, and the mark that goes with it. */
export function stateOf(provider: Condition): { tone: Tone; text: string } {
  if (provider.state === 'broken') return { tone: 'failed', text: t('providers.state.broken') };
  if (provider.state === 'hidden') return { tone: 'attention', text: t('providers.state.hidden') };
  if (provider.state === 'off') return { tone: 'idle', text: t('providers.state.off') };
  if (provider.paused) return { tone: 'idle', text: t('providers.state.paused') };
  if (provider.retry_at !== null) {
    return { tone: 'attention', text: t('providers.state.resting', { time: clock(provider.retry_at) }) };
  }
  if (provider.circuit === 'half_open') return { tone: 'live', text: t('providers.state.trying') };
  if (provider.health === 'down') return { tone: 'failed', text: t('providers.state.down') };
  if (provider.health === 'ok') return { tone: 'done', text: t('providers.state.ok') };
  return { tone: 'idle', text: t('providers.state.unknown') };
}

type Month = Pick<AdminProvider, 'monthly_cap_usd' | 'spent_this_month_usd' | 'reserved_usd'>;

/** What everybody together has used of its cap this month; null where there is neither. */
export function usedWords(provider: Month): string | null {
  const { monthly_cap_usd: cap, reserved_usd: reserved } = provider;
  const used = provider.spent_this_month_usd + reserved;
  if (cap === null && used === 0) return null;
  const words =
    cap === null
      ? t('providers.used', { used: sum(used) })
      : t('providers.used.of', { used: sum(used), cap: sum(cap) });
  return reserved > 0 ? `${words}, ${t('providers.used.reserved', { reserved: sum(reserved) })}` : words;
}

/** A model's whole name, but for the one that is no model. */
export const modelWords = (model: string): string =>
  model === 'animatic/animatic' || model === 'animatic' ? t('providers.sketch') : model;

/** Codes that the app words itself; others are worded by whoever was asked. */
const TEXTS = { provider_key: 'try.provider_key', provider_address: 'try.provider_address' } as const;
const HINTS = {
  provider_key: 'try.provider_key.hint',
  provider_address: 'try.provider_address.hint',
  provider_unreachable: 'try.provider_unreachable.hint',
  provider_timeout: 'try.provider_timeout.hint',
  provider_garbage: 'try.provider_garbage.hint',
  provider_busy: 'try.provider_busy.hint',
  extra_missing: 'try.extra_missing.hint',
} as const;

const has = <T extends object>(table: T, code: string | null): code is keyof T & string =>
  code !== null && code in table;

/** What came of a question, and what to do about it. */
export function triedWords(tried: Tried): { text: string; hint?: string } {
  if (tried.ok && tried.models.length === 0) return { text: tried.message };
  if (tried.ok) return { text: t('try.ok', { ms: tried.took_ms }) };
  return {
    text: has(TEXTS, tried.code) ? t(TEXTS[tried.code]) : tried.message,
    hint: has(HINTS, tried.code) ? t(HINTS[tried.code]) : undefined,
  };
}
