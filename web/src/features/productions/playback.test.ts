import { describe, expect, it } from 'vitest';
import { sampleScene } from '../../live/sample-production';
import { type Clock, Playback } from './playback.svelte';

/** A clock whose frames are drawn by hand. */
class Hand implements Clock {
  time = 0;
  #run: (() => void) | null = null;
  now = (): number => this.time;
  next = (run: () => void): number => {
    this.#run = run;
    return 1;
  };
  cancel = (): void => {
    this.#run = null;
  };
  /** Lets so many seconds pass, a frame every tenth. */
  pass(seconds: number): void {
    for (let left = Math.round(seconds * 10); left > 0; left -= 1) this.jump(0.1);
  }
  jump(seconds: number): void {
    this.time += seconds;
    const run = this.#run;
    this.#run = null;
    run?.();
  }
}

const scenes = [sampleScene(1), sampleScene(2)];
const begun = (of = scenes): [Playback, Hand] => {
  const hand = new Hand();
  return [new Playback(() => of, hand), hand];
};

describe('playing through', () => {
  it('goes from scene to scene and stops at the end', () => {
    const [playback, hand] = begun();
    playback.play();
    hand.pass(3);
    expect(playback.moment?.scene.number).toBe(1);
    hand.pass(2);
    expect(playback.moment?.scene.number).toBe(2);
    hand.pass(10);
    expect(playback.time).toBe(8);
    expect(playback.isPlaying).toBe(false);
    playback.play();
    expect(playback.time).toBe(0);
  });

  it('is paused where it is, and goes where one jumps', () => {
    const [playback, hand] = begun();
    playback.toggle();
    hand.pass(1);
    playback.toggle();
    hand.pass(5);
    expect(playback.time).toBeCloseTo(1);
    playback.step(1);
    expect(playback.time).toBe(4);
    playback.seek(99);
    expect(playback.time).toBe(8);
    expect(playback.jumps).toBe(2);
  });

  it('waits for a picture that is on its way, but not for ever', () => {
    const [playback, hand] = begun();
    playback.isReady = () => false;
    playback.play();
    hand.pass(3);
    expect(playback.time).toBe(0);
    hand.pass(2);
    expect(playback.time).toBeGreaterThan(0);
  });

  it('does not play what passed while nobody looked', () => {
    const [playback, hand] = begun();
    playback.play();
    hand.jump(60);
    expect(playback.time).toBeLessThan(1);
  });

  it('plays nothing where there is nothing', () => {
    const [playback] = begun([]);
    playback.play();
    expect(playback.isPlaying).toBe(false);
    expect(playback.moment).toBeNull();
  });
});
