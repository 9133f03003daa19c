import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Draft, Drafts } from './draft.svelte';

let saved: string[];
const save = (text: string): Promise<void> => {
  saved.push(text);
  return Promise.resolve();
};

beforeEach(() => {
  saved = [];
});

describe('a draft', () => {
  it('saves itself a moment after the last key, once', async () => {
    vi.useFakeTimers();
    const draft = new Draft('one', save, 50);
    draft.type('two');
    draft.type('three');
    expect(draft.state).toBe('typing');
    await vi.advanceTimersByTimeAsync(60);
    expect(saved).toEqual(['three']);
    expect(draft.state).toBe('saved');
    vi.useRealTimers();
  });

  it('goes back to what was there before, and saves that', async () => {
    const draft = new Draft('one', save);
    draft.type('two');
    await draft.flush();
    draft.type('three');
    await draft.flush();
    await draft.undo();
    expect(draft.text).toBe('two');
    await draft.undo();
    expect(draft.text).toBe('one');
    expect(draft.canUndo).toBe(false);
    expect(saved).toEqual(['two', 'three', 'two', 'one']);
  });

  it('keeps what was typed when it is refused, and tries again', async () => {
    let isUp = false;
    const draft = new Draft('one', (text) => (isUp ? save(text) : Promise.reject(new Error('away'))));
    draft.type('two');
    await draft.flush();
    expect(draft).toMatchObject({ state: 'failed', text: 'two', isDirty: true });
    isUp = true;
    await draft.flush();
    expect(draft).toMatchObject({ state: 'saved', isDirty: false });
    expect(saved).toEqual(['two']);
  });

  it('hears of others only while nothing of its own is on its way', () => {
    const draft = new Draft('one', save);
    draft.hear('theirs');
    expect(draft.text).toBe('theirs');
    draft.type('mine');
    draft.hear('theirs again');
    expect(draft.text).toBe('mine');
  });

  it('saves nothing that is as it was', async () => {
    const draft = new Draft('one', save);
    draft.type('one ');
    await draft.flush();
    expect(saved).toEqual([]);
  });
});

describe('all drafts of a page', () => {
  it('are saved before something is made of them', async () => {
    const drafts = new Drafts();
    const [one, two] = [new Draft('', save), new Draft('', save)];
    drafts.add(one);
    const leave = drafts.add(two);
    one.type('a');
    two.type('b');
    expect(drafts.isDirty).toBe(true);
    await drafts.flush();
    expect(saved).toEqual(['a', 'b']);
    two.type('c');
    leave();
    await two.flush();
    expect(saved).toEqual(['a', 'b', 'c']);
  });
});
