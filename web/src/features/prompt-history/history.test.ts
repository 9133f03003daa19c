import { describe, expect, it } from 'vitest';
import { AT_DRAFT, earlierPrompts, walk } from './history';

const prompts = ['third', 'second', 'first'];

describe('earlierPrompts', () => {
  it('keeps each prompt once, latest first', () => {
    expect(earlierPrompts(['a', 'b ', 'a', '', '  ', 'b', 'c'])).toEqual(['a', 'b', 'c']);
  });
  it('stops at the most asked for', () => {
    expect(earlierPrompts(['a', 'b', 'c'], 2)).toEqual(['a', 'b']);
  });
});

describe('walk', () => {
  it('goes back to the oldest, then forward to the draft', () => {
    let place = AT_DRAFT;
    let text = 'being written';
    const read: string[] = [];
    for (const direction of ['older', 'older', 'older', 'newer', 'newer', 'newer'] as const) {
      const step = walk(prompts, place, text, direction);
      if (!step) throw new Error('the walk ended early');
      ({ place, text } = step);
      read.push(text);
    }
    expect(read).toEqual(['third', 'second', 'first', 'second', 'third', 'being written']);
  });
  it('stops at both ends', () => {
    expect(walk(prompts, AT_DRAFT, 'x', 'newer')).toBeNull();
    expect(walk(prompts, { index: 2, draft: '' }, 'first', 'older')).toBeNull();
    expect(walk([], AT_DRAFT, 'x', 'older')).toBeNull();
  });
  it('takes edited text as the new draft', () => {
    const step = walk(prompts, { index: 1, draft: 'old draft' }, 'second, edited', 'older');
    expect(step).toEqual({ place: { index: 0, draft: 'second, edited' }, text: 'third' });
  });
  it('skips the prompt that is already shown', () => {
    expect(walk(prompts, AT_DRAFT, 'third', 'older')?.text).toBe('second');
  });
});
