import { expect, it } from 'vitest';
import { InTurn } from './in-turn';

it('does one thing after another, whatever became of the one before', async () => {
  const told: string[] = [];
  const turns = new InTurn();
  const first = turns.take(async () => {
    await new Promise((done) => setTimeout(done, 10));
    told.push('first');
    throw new Error('no');
  });
  const second = turns.take(() => {
    told.push('second');
    return Promise.resolve(2);
  });
  await expect(first).rejects.toThrow('no');
  expect(await second).toBe(2);
  expect(told).toEqual(['first', 'second']);
});
