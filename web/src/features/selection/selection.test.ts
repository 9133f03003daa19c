import { describe, expect, it } from 'vitest';
import { extendTo, NOTHING, prune, selectAll, toggle } from './selection';

const order = ['a', 'b', 'c', 'd', 'e', 'f'];
const ids = (selection: { ids: ReadonlySet<string> }): string => [...selection.ids].sort().join('');

describe('toggle', () => {
  it('adds, then removes', () => {
    const one = toggle(NOTHING, 'b');
    expect(ids(one)).toBe('b');
    expect(ids(toggle(one, 'b'))).toBe('');
  });
  it('does not touch the selection it was given', () => {
    toggle(NOTHING, 'a');
    expect(NOTHING.ids.size).toBe(0);
  });
});

describe('extendTo', () => {
  it('covers both ends in either direction', () => {
    expect(ids(extendTo(toggle(NOTHING, 'b'), order, 'd'))).toBe('bcd');
    expect(ids(extendTo(toggle(NOTHING, 'd'), order, 'b'))).toBe('bcd');
  });
  it('replaces the last range from the same anchor', () => {
    const wide = extendTo(toggle(NOTHING, 'b'), order, 'f');
    expect(ids(extendTo(wide, order, 'c'))).toBe('bc');
  });
  it('keeps what was chosen before', () => {
    const two = toggle(toggle(NOTHING, 'a'), 'd');
    expect(ids(extendTo(two, order, 'e'))).toBe('ade');
  });
  it('starts a range where there is no anchor', () => {
    expect(ids(extendTo(NOTHING, order, 'c'))).toBe('c');
  });
  it('starts anew when the anchor has gone', () => {
    const lost = { ...toggle(NOTHING, 'b'), anchor: 'zz' };
    expect(ids(extendTo(lost, order, 'd'))).toBe('bd');
  });
  it('ignores an unknown target', () => {
    expect(ids(extendTo(toggle(NOTHING, 'b'), order, 'zz'))).toBe('b');
  });
});

describe('selectAll and prune', () => {
  it('takes everything, then drops what left', () => {
    const all = selectAll(NOTHING, order);
    expect(ids(all)).toBe('abcdef');
    expect(ids(prune(all, new Set(['b', 'c'])))).toBe('bc');
  });
  it('is the same object when nothing left', () => {
    const one = toggle(NOTHING, 'a');
    expect(prune(one, new Set(order))).toBe(one);
  });
  it('forgets an anchor that left', () => {
    expect(prune(toggle(NOTHING, 'a'), new Set(['b'])).anchor).toBeNull();
  });
});
