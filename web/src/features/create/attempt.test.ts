import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import { Attempt } from './attempt';

const refused = (status: number): ApiError => new ApiError({ status, code: 'x', message: 'x' });
const body = { prompt: 'a fox', seconds: '8' };

describe('Attempt', () => {
  it('keeps its key while the same thing is sent again', () => {
    const attempt = new Attempt();
    expect(attempt.keyFor(body)).toBe(attempt.keyFor({ ...body }));
  });
  it('takes another key for another request', () => {
    const attempt = new Attempt();
    expect(attempt.keyFor(body)).not.toBe(attempt.keyFor({ ...body, prompt: 'a hare' }));
  });
  it('takes another key some time after the first was answered', () => {
    let now = 0;
    const attempt = new Attempt(() => now);
    const first = attempt.keyFor(body);
    attempt.answered();
    now = 5000;
    const second = attempt.keyFor(body);
    expect(second).not.toBe(first);
    now = 20_000;
    expect(attempt.keyFor(body)).toBe(second);
  });
  it('takes the second click of a double click for the first, however quick the answer', () => {
    let now = 0;
    const attempt = new Attempt(() => now);
    const first = attempt.keyFor(body);
    now = 20;
    attempt.answered();
    now = 150;
    expect(attempt.keyFor(body)).toBe(first);
    expect(attempt.keyFor({ ...body, prompt: 'a hare' })).not.toBe(first);
  });
  it('keeps its key when nobody answered or the server broke', () => {
    for (const status of [0, 500, 503]) {
      const attempt = new Attempt();
      const first = attempt.keyFor(body);
      attempt.failed(refused(status));
      expect(attempt.keyFor(body)).toBe(first);
    }
  });
  it('begins anew after a refusal', () => {
    const attempt = new Attempt();
    const first = attempt.keyFor(body);
    attempt.failed(refused(422));
    expect(attempt.keyFor(body)).not.toBe(first);
  });
  it('sees that another file is another request', () => {
    const attempt = new Attempt();
    const one = new File(['a'], 'a.png', { lastModified: 1 });
    const two = new File(['ab'], 'b.png', { lastModified: 1 });
    const first = attempt.keyFor({ ...body, input_reference: one });
    expect(attempt.keyFor({ ...body, input_reference: one })).toBe(first);
    expect(attempt.keyFor({ ...body, input_reference: two })).not.toBe(first);
  });
});
