import { describe, expect, it } from 'vitest';
import { barValue, isUnfinished, percent } from './progress';

const life = {
  status: 'in_progress',
  stage: 'generating',
  progress: 42,
  progress_known: true,
  trashed_at: null,
} as const;

describe('progress', () => {
  it('is measured only when it is known', () => {
    expect(barValue(life)).toBe(42);
    expect(percent(life)).toBe('42%');
    expect(barValue({ ...life, progress_known: false })).toBeNull();
    expect(percent({ ...life, progress_known: false })).toBeNull();
    expect(percent({ ...life, stage: 'unknown' })).toBeNull();
  });
  it('stands still while waiting and is full when done', () => {
    expect(barValue({ ...life, status: 'queued', stage: 'waiting' })).toBe(0);
    expect(barValue({ ...life, status: 'completed', stage: 'completed' })).toBe(100);
  });
  it('knows what is unfinished', () => {
    expect(isUnfinished({ status: 'queued' })).toBe(true);
    expect(isUnfinished({ status: 'cancelled' })).toBe(false);
  });
});
