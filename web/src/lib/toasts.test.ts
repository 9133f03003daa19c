import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toasts } from './toasts.svelte';

const texts = (): string[] => toasts.items.map((toast) => toast.text);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  toasts.clear();
  vi.useRealTimers();
});

describe('notices', () => {
  it('go by themselves, but a failure stays until it is dismissed', () => {
    toasts.info('Saved');
    const id = toasts.failure('Not saved');
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(['Not saved']);
    toasts.dismiss(id);
    expect(texts()).toEqual([]);
  });

  it('leave more time for Undo', () => {
    toasts.info('Deleted', { action: { label: 'Undo', run: () => undefined } });
    vi.advanceTimersByTime(9_000);
    expect(texts()).toEqual(['Deleted']);
    vi.advanceTimersByTime(9_000);
    expect(texts()).toEqual([]);
  });

  it('wait while somebody reads them', () => {
    toasts.info('Saved');
    toasts.hold();
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(['Saved']);
    toasts.release();
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual([]);
  });

  it('say the same thing once, and never fill the screen', () => {
    for (const text of ['a', 'a', 'b', 'c', 'd', 'e']) toasts.failure(text);
    expect(texts()).toEqual(['b', 'c', 'd', 'e']);
  });
});
