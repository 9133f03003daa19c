import { describe, expect, it } from 'vitest';
import { type Change, excerpt, hasChanges, wordDiff } from './words';

const show = (changes: Change[]): string =>
  changes.map(({ kind, text }) => ({ same: '=', added: '+', removed: '-' })[kind] + text.trim()).join(' ');
const plain = (text: string): string => text.replace(/\s+/gu, ' ').trim();
const side = (changes: Change[], kind: 'added' | 'removed'): string =>
  plain(
    changes
      .filter((c) => c.kind === 'same' || c.kind === kind)
      .map((c) => c.text)
      .join(' '),
  );

describe('wordDiff', () => {
  it('finds a replaced word', () => {
    expect(show(wordDiff('a red fox runs', 'a blue fox runs'))).toBe('=a -red +blue =fox runs');
  });
  it('finds words added at the end', () => {
    expect(show(wordDiff('a fox', 'a fox at dusk'))).toBe('=a fox +at dusk');
  });
  it('finds words removed at the start', () => {
    expect(show(wordDiff('slowly a fox', 'a fox'))).toBe('-slowly =a fox');
  });
  it('keeps a word that only got a comma', () => {
    expect(show(wordDiff('seen from a boat', 'seen from a boat, in snow'))).toBe(
      '=seen from a boat +, in snow',
    );
    expect(show(wordDiff('a wide-shot.', 'a wide-shot!'))).toBe('=a wide-shot -. +!');
  });
  it('says nothing changed when only spaces did', () => {
    expect(hasChanges(wordDiff('a  fox\nruns', 'a fox runs'))).toBe(false);
  });
  it('handles empty sides', () => {
    expect(wordDiff('', '')).toEqual([]);
    expect(show(wordDiff('', 'new'))).toBe('+new');
    expect(show(wordDiff('old', ''))).toBe('-old');
  });
  it('rebuilds both prompts from its parts, for many shuffles', () => {
    const pool = ['fog', 'over', 'a', 'quiet', 'harbour', 'at', 'dawn', 'slow', 'pan,', 'rain.'];
    let seed = 7;
    const random = (n: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % n;
    };
    const prompt = (): string =>
      Array.from({ length: random(14) }, () => pool[random(pool.length)]).join(' ');
    for (let round = 0; round < 300; round += 1) {
      const before = prompt();
      const after = prompt();
      const changes = wordDiff(before, after);
      expect(side(changes, 'removed')).toBe(plain(before));
      expect(side(changes, 'added')).toBe(plain(after));
    }
  });
  it('replaces whole what is too long to compare', () => {
    const before = Array.from({ length: 2500 }, (_, i) => `a${i}`).join(' ');
    const after = Array.from({ length: 2500 }, (_, i) => `b${i}`).join(' ');
    expect(wordDiff(before, after).map((c) => c.kind)).toEqual(['removed', 'added']);
  });
});

describe('excerpt', () => {
  it('keeps a few words around a change', () => {
    const before = 'one two three four five six red seven eight nine ten eleven';
    const cut = excerpt(wordDiff(before, before.replace('red', 'blue')), 2);
    expect(show(cut)).toBe('=… five six -red +blue =seven eight …');
  });
  it('adds no space before a comma', () => {
    const cut = excerpt(
      wordDiff('a long way to see from a boat', 'a long way to see from a boat, in snow'),
      2,
    );
    expect(
      cut
        .map((c) => c.text)
        .join('')
        .trim(),
    ).toBe('… a boat, in snow');
  });
  it('leaves short prompts whole', () => {
    const changes = wordDiff('a red fox', 'a blue fox');
    expect(excerpt(changes)).toEqual(changes);
  });
});
