import { describe, expect, it } from 'vitest';
import {
  afterAsking,
  afterReady,
  afterResume,
  afterSnapshot,
  afterUpdate,
  isBehind,
  START,
} from './position';

describe('how far this client has seen', () => {
  it('begins with whichever comes first, a list or `ready`', () => {
    expect(afterSnapshot(START, 7)).toMatchObject({ since: 7, latest: 7 });
    expect(afterReady(START, 9)).toMatchObject({ since: 9, latest: 9 });
  });

  it('is never moved by an update, which may have overtaken another', () => {
    const position = afterUpdate(afterSnapshot(START, 7), 9);
    expect(position).toMatchObject({ since: 7, latest: 9 });
    expect(afterUpdate(position, 8)).toBe(position);
    expect(isBehind(position)).toBe(true);
  });

  it('is behind when `ready` says so, and level after the acknowledgement', () => {
    const behind = afterReady(afterSnapshot(START, 7), 12);
    expect(behind).toMatchObject({ since: 7, latest: 12 });
    expect(isBehind(behind)).toBe(true);
    const level = afterResume(afterAsking(behind), 7, 12);
    expect(level).toMatchObject({ since: 12, latest: 12 });
    expect(isBehind(level!)).toBe(false);
  });

  it('goes back for a list that was read before and came in late', () => {
    const position = afterSnapshot({ since: 12, latest: 12, listed: null }, 10);
    expect(position.since).toBe(10);
    expect(isBehind(position)).toBe(true);
  });

  it.each([
    ['older than the question', 10, 10],
    ['as old as the question', 12, 12],
    ['younger than the question, older than its answer', 14, 14],
    ['as young as the answer', 15, 15],
  ])('goes back to a list that came in while it asked: one %s', (_, listed, since) => {
    const asked = 12;
    const asking = afterAsking({ since: asked, latest: 15, listed: 3 });
    const answered = afterResume(afterSnapshot(asking, listed), asked, 15);
    expect(answered).toEqual({ since, latest: 15, listed: null });
  });

  it('is level when only lists from before the question were older', () => {
    const asked = 10;
    const asking = afterAsking(afterSnapshot({ since: 12, latest: 15, listed: null }, asked));
    expect(afterResume(asking, asked, 15)).toEqual({ since: 15, latest: 15, listed: null });
  });

  it('starts afresh when the server counts lower than we do', () => {
    expect(afterResume({ since: 500, latest: 500, listed: null }, 500, 40)).toBeNull();
  });

  it('has nothing to ask before it knows anything', () => {
    expect(isBehind(afterUpdate(START, 5))).toBe(false);
  });
});
