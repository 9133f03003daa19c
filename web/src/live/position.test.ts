import { describe, expect, it } from 'vitest';
import { afterReady, afterResume, afterSnapshot, afterUpdate, isBehind, START } from './position';

describe('how far this client has seen', () => {
  it('begins with whichever comes first, a list or `ready`', () => {
    expect(afterSnapshot(START, 7)).toEqual({ since: 7, latest: 7 });
    expect(afterReady(START, 9)).toEqual({ since: 9, latest: 9 });
  });

  it('is never moved by an update, which may have overtaken another', () => {
    const position = afterUpdate(afterSnapshot(START, 7), 9);
    expect(position).toEqual({ since: 7, latest: 9 });
    expect(afterUpdate(position, 8)).toBe(position);
    expect(isBehind(position)).toBe(true);
  });

  it('is behind when `ready` says so, and level after the acknowledgement', () => {
    const behind = afterReady(afterSnapshot(START, 7), 12);
    expect(behind).toEqual({ since: 7, latest: 12 });
    expect(isBehind(behind)).toBe(true);
    const level = afterResume(behind, 7, 12);
    expect(level).toEqual({ since: 12, latest: 12 });
    expect(isBehind(level!)).toBe(false);
  });

  it('goes back for a list that was read before and came in late', () => {
    const position = afterSnapshot({ since: 12, latest: 12 }, 10);
    expect(position.since).toBe(10);
    expect(isBehind(position)).toBe(true);
  });

  it('keeps that lower number when an older question is acknowledged', () => {
    const asked = 12;
    const meanwhile = afterSnapshot({ since: asked, latest: 15 }, 10);
    expect(afterResume(meanwhile, asked, 15)).toEqual({ since: 10, latest: 15 });
  });

  it('starts afresh when the server counts lower than we do', () => {
    expect(afterResume({ since: 500, latest: 500 }, 500, 40)).toBeNull();
  });

  it('has nothing to ask before it knows anything', () => {
    expect(isBehind(afterUpdate(START, 5))).toBe(false);
  });
});
