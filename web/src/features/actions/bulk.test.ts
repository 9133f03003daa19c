import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../api/client';
import * as videos from '../../api/videos';
import { inBulk } from './bulk';

const ids = (n: number): string[] => Array.from({ length: n }, (_, i) => `video_${i}`);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('one thing done to many', () => {
  it('sends no more in a request than the server takes, one request after another', async () => {
    let under = 0;
    const sizes: number[] = [];
    vi.spyOn(videos, 'bulk').mockImplementation(async (part) => {
      under += 1;
      expect(under).toBe(1);
      sizes.push(part.length);
      await Promise.resolve();
      under -= 1;
      return { results: part.map((id) => ({ id, ok: true, error: null })) };
    });
    const told: number[] = [];
    const outcome = await inBulk(ids(450), 'trash', { onprogress: (dealt) => told.push(dealt) });
    expect(sizes).toEqual([200, 200, 50]);
    expect(told).toEqual([200, 400, 450]);
    expect(outcome.done).toEqual(ids(450));
    expect(outcome.errors).toEqual([]);
  });

  it('tells what went wrong for each, and goes on after a request that failed', async () => {
    const refusal = {
      code: 'still_running',
      message: 'It is being made.',
      retryable: false,
      charged: 'no' as const,
    };
    vi.spyOn(videos, 'bulk')
      .mockRejectedValueOnce(new ApiError({ status: 0, code: 'offline', message: 'no connection' }))
      .mockImplementation((part) =>
        Promise.resolve({
          results: part.map((id, i) => ({ id, ok: i > 0, error: i > 0 ? null : refusal })),
        }),
      );
    const outcome = await inBulk(ids(203), 'delete');
    expect(outcome.done).toEqual(['video_201', 'video_202']);
    expect(outcome.errors).toHaveLength(201);
    expect(outcome.errors.at(-1)).toMatchObject({ code: 'still_running', message: 'It is being made.' });
  });

  it('gives each request a key of its own', async () => {
    const bulk = vi.spyOn(videos, 'bulk').mockResolvedValue({ results: [] });
    await inBulk(ids(201), 'retry', { idempotencyKey: 'k' });
    expect(bulk.mock.calls.map(([, , options]) => options?.idempotencyKey)).toEqual(['k:0', 'k:200']);
  });
});
