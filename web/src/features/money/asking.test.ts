import { describe, expect, it } from 'vitest';
import type { Budget } from '../../api/types';
import { isAskedAbout } from './asking';

const budget = (confirm_above_usd: number | null): Budget => ({
  month: '2026-07',
  resets_at: 0,
  budget_usd: null,
  spent_usd: 0,
  reserved_usd: 0,
  lost_usd: 0,
  left_usd: null,
  near: false,
  confirm_above_usd,
});

describe('asking first', () => {
  it('begins above a dollar while nobody has chosen', () => {
    expect(isAskedAbout(1, undefined)).toBe(false);
    expect(isAskedAbout(1.01, undefined)).toBe(true);
  });

  it('is as was chosen', () => {
    expect(isAskedAbout(3, budget(5))).toBe(false);
    expect(isAskedAbout(0.1, budget(0))).toBe(true);
    expect(isAskedAbout(0, budget(0))).toBe(false);
    expect(isAskedAbout(100, budget(null))).toBe(false);
    expect(isAskedAbout(0.1 + 0.2, budget(0.3))).toBe(false);
  });

  it('needs a price', () => {
    expect(isAskedAbout(null, budget(0))).toBe(false);
  });
});
