import { describe, expect, it } from 'vitest';
import { t } from './messages';

describe('t', () => {
  it('fills in names and formats numbers', () => {
    expect(t('live.completed', { code: 'RX-0412' })).toBe('RX-0412 is done');
    expect(t('auth.password.min', { n: 1200 })).toContain('1,200');
  });

  it('chooses the plural form', () => {
    expect(t('nav.queueBusy', { n: 1 })).toBe('1 video in the queue');
    expect(t('nav.queueBusy', { n: 0 })).toBe('0 videos in the queue');
  });

  it('does not compile with a wrong key or a missing name', () => {
    // @ts-expect-error no such message
    expect(() => t('nav.nothing')).toThrow();
    // @ts-expect-error the name is missing; what is shown then is the brace, not "undefined"
    expect(t('live.completed')).toBe('{code} is done');
  });
});
