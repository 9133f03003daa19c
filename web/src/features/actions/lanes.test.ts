import { describe, expect, it } from 'vitest';
import { inLanes } from './lanes';

describe('inLanes', () => {
  it('does every one, a few at a time', async () => {
    let running = 0;
    let most = 0;
    const ids = Array.from({ length: 20 }, (_, i) => String(i));
    const outcome = await inLanes(ids, async (id) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return id;
    });
    expect(outcome.done.sort()).toEqual([...ids].sort());
    expect(most).toBe(4);
  });
  it('goes on after a failure and reports it', async () => {
    const outcome = await inLanes(['a', 'b', 'c'], (id) =>
      id === 'b' ? Promise.reject(new Error('b')) : Promise.resolve(id),
    );
    expect(outcome.done).toEqual(['a', 'c']);
    expect(outcome.errors).toHaveLength(1);
  });
  it('is done at once with nothing', async () => {
    expect(await inLanes([], () => Promise.resolve(1))).toEqual({ done: [], errors: [] });
  });
});
