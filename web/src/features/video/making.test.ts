import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { Video } from '../../api/types';
import { sampleVideo } from '../../live/sample';
import Making from './Making.svelte';

afterEach(cleanup);

const show = (changes: Partial<Video>, isHeld = false) =>
  render(Making, {
    video: sampleVideo(changes),
    isHeld,
    busy: false,
    oncancel: () => undefined,
    onretry: () => undefined,
    ondecide: () => undefined,
  });

describe('a video that cannot be played', () => {
  it('says how long is left and how long it took so far', () => {
    const started_at = Date.now() / 1000 - 65;
    show({
      status: 'in_progress',
      stage: 'generating',
      progress: 40,
      progress_known: true,
      started_at,
      eta: { low: 100, high: 130 },
    });
    expect(screen.getByText('40%')).toBeTruthy();
    expect(screen.getByText(/about 2 min left · 1:05 so far/)).toBeTruthy();
  });

  it('says why it waits', () => {
    show({ status: 'queued', stage: 'waiting' }, true);
    expect(screen.getByText(/Your queue is paused/)).toBeTruthy();
  });

  it('offers nothing that cannot be done while nobody knows what became of it', () => {
    show({
      status: 'in_progress',
      stage: 'unknown',
      progress_known: true,
      needs_attention: true,
      error: { code: 'outcome_unknown', message: '', retryable: false, charged: 'unknown' },
    });
    expect(screen.getByText('Nobody knows whether the provider made this.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Cancel' })).toBeNull();
    expect(screen.queryByText('0%')).toBeNull();
    expect(screen.getByRole('link', { name: 'Change it and make it anew' })).toBeTruthy();
  });
});
