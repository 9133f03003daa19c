import { describe, expect, it } from 'vitest';
import { stateOf, triedWords, usedWords } from './state';

const well = {
  state: 'on',
  source: 'settings',
  paused: false,
  health: 'ok',
  circuit: 'closed',
  retry_at: null,
} as const;

describe('stateOf', () => {
  it('says in a word how a provider is, the most telling first', () => {
    expect(stateOf(well)).toEqual({ tone: 'done', text: 'Working' });
    expect(stateOf({ ...well, health: 'unknown' }).text).toBe('Not used yet');
    expect(stateOf({ ...well, health: 'down' })).toEqual({ tone: 'failed', text: 'Down' });
    expect(stateOf({ ...well, health: 'down', circuit: 'half_open' }).text).toBe('Trying again');
    expect(stateOf({ ...well, paused: true, health: 'down' }).text).toBe('Held');
    expect(stateOf({ ...well, state: 'off', health: 'down' }).text).toBe('Switched off');
    expect(stateOf({ ...well, state: 'broken' })).toEqual({ tone: 'failed', text: 'Cannot be used' });
  });

  it('says when one that rests is asked again', () => {
    const at = new Date(2026, 0, 5, 12, 3).getTime() / 1000;
    expect(stateOf({ ...well, health: 'down', circuit: 'open', retry_at: at }).text).toBe(
      'Resting until 12:03',
    );
  });
});

describe('usedWords', () => {
  const month = { monthly_cap_usd: 50, spent_this_month_usd: 3.2, reserved_usd: 0 };

  it('says what everybody has used this month, and of which cap', () => {
    expect(usedWords(month)).toBe('$3.20 of $50.00 used this month');
    expect(usedWords({ ...month, reserved_usd: 1 })).toBe(
      '$4.20 of $50.00 used this month, $1.00 of it reserved',
    );
    expect(usedWords({ ...month, monthly_cap_usd: 0, spent_this_month_usd: 0 })).toBe(
      '$0.00 of $0.00 used this month',
    );
  });

  it('says nothing where there is neither', () => {
    expect(usedWords({ ...month, monthly_cap_usd: null })).toBe('$3.20 used this month');
    expect(usedWords({ ...month, monthly_cap_usd: null, spent_this_month_usd: 0 })).toBeNull();
  });
});

describe('triedWords', () => {
  const failed = { ok: false, message: 'The server said so.', models: [], took_ms: 5, balance_usd: null };

  it('words what it knows, and leaves the rest to whoever was asked', () => {
    expect(triedWords({ ...failed, code: 'provider_key' }).text).toBe('It does not accept this key.');
    expect(triedWords({ ...failed, code: 'provider_key' }).hint).toContain('Copy it again');
    expect(triedWords({ ...failed, code: 'never_heard_of' })).toEqual({ text: 'The server said so.' });
  });

  it('tells how soon one answered that is well', () => {
    const models = [{ name: 'a', label: 'A', price_per_second: null }];
    expect(
      triedWords({ ok: true, code: null, message: '', models, took_ms: 42, balance_usd: null }).text,
    ).toContain('42 ms');
  });
});
