import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/client';
import { videoErrorWording, wording } from './errors';

const refusal = (
  status: number,
  code: string,
  more: Partial<ConstructorParameters<typeof ApiError>[0]> = {},
) => new ApiError({ status, code, message: 'The server’s sentence.', ...more });

describe('wording', () => {
  it('uses the app’s own words where the code says it all', () => {
    expect(wording(refusal(401, 'invalid_credentials')).text).toBe('That name and password do not match.');
    expect(wording(refusal(0, 'offline'))).toMatchObject({
      text: 'The studio did not answer.',
      hint: 'Check that it is running, then try again.',
    });
  });

  it('shows the server’s sentence where it knows the particulars, and its own when there is none', () => {
    expect(wording(refusal(422, 'unsupported_size')).text).toBe('The server’s sentence.');
    expect(wording(refusal(422, 'unsupported_size', { message: '' })).text).toBe(
      'This model cannot make that size.',
    );
    expect(wording(refusal(418, 'brand_new_code')).text).toBe('The server’s sentence.');
  });

  it('says how long to wait', () => {
    expect(wording(refusal(429, 'too_many_requests', { retryAfter: 1 })).hint).toBe('Try again in 1 second.');
    expect(wording(refusal(429, 'too_many_requests', { retryAfter: 29.2 })).hint).toBe(
      'Try again in 30 seconds.',
    );
  });

  it('names the limit', () => {
    const error = refusal(413, 'payload_too_large', { details: { limit: 20_000_000 } });
    expect(wording(error).text).toBe('That is too large: at most 20 MB.');
  });

  it('gives each field its own, and a single one to the form as well', () => {
    const one = wording(
      refusal(422, 'validation_failed', { details: { fields: { prompt: 'Write a prompt.' } } }),
    );
    expect(one).toMatchObject({ text: 'Write a prompt.', fields: { prompt: 'Write a prompt.' } });
    const two = refusal(422, 'validation_failed', { details: { fields: { a: 'A.', b: 'B.' } } });
    expect(wording(two).text).toBe('The server’s sentence.');
  });

  it('shows the server’s sentence of a cap whose particulars are missing', () => {
    const details = { provider: 'gpu', cap_usd: 50 };
    expect(wording(refusal(402, 'provider_cap_reached', { details })).text).toBe('The server’s sentence.');
    expect(wording(refusal(402, 'provider_cap_reached')).text).toBe('The server’s sentence.');
  });

  it('gives the id of what nobody foresaw, and words for what is no refusal', () => {
    expect(wording(refusal(500, 'http_500', { requestId: 'abc' })).hint).toBe('Request abc');
    expect(wording(new Error('Broken')).text).toBe('Broken');
    expect(wording('odd').text).toBe('odd');
  });
});

describe('why a video failed', () => {
  it('says what happened, what to do, and whether it cost', () => {
    const words = videoErrorWording({
      code: 'provider_refused',
      message: 'It names a living person.',
      retryable: false,
      charged: 'no',
    });
    expect(words).toEqual({
      text: 'It names a living person.',
      hint: 'Change the prompt or the model, then try again.',
      charged: 'Nothing was charged.',
    });
  });
});
