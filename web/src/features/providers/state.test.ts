import { describe, expect, it } from 'vitest';
import { stateOf, triedWords } from './state';

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
