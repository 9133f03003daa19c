import { describe, expect, it } from 'vitest';
import { sampleVideo } from '../../live/sample';
import { frameLabel, problemOf } from './label';

const error = { code: 'server_error', message: 'It broke down.', retryable: true, charged: 'no' } as const;

describe('frameLabel', () => {
  it('says code, state and words', () => {
    expect(frameLabel(sampleVideo())).toBe('RX-0001, Waiting, A fox on a ridge');
  });
  it('says why there is no picture, as the frame does', () => {
    const failed = sampleVideo({ status: 'failed', stage: 'failed', error });
    expect(frameLabel(failed)).toBe('RX-0001, Failed, A fox on a ridge, It broke down.');
  });
});

describe('problemOf', () => {
  it('is told once it is over, or when somebody has to decide', () => {
    expect(problemOf(sampleVideo({ status: 'in_progress', stage: 'generating', error }))).toBeNull();
    expect(
      problemOf(sampleVideo({ status: 'in_progress', stage: 'unknown', needs_attention: true, error }))?.text,
    ).toBe('It broke down.');
  });
});
