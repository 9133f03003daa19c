/** Plays a film through by a clock of its own: what is seen and heard follows it, wherever it comes from. */
import type { Scene } from '../../api/types';
import { momentAt } from './moment';
import { lengthOf, sceneAt, stepFrom, within } from './timeline';

/** Time that passed while nobody looked (a sleeping window) is not played. */
const LONGEST_STEP = 0.25;
/** How long the clock waits for a picture that is still on its way, in seconds. */
const PATIENCE = 4;

export interface Clock {
  now: () => number;
  /** Calls back before the next drawing; the answer is a handle. */
  next: (run: () => void) => number;
  cancel: (handle: number) => void;
}

const ofTheWindow: Clock = {
  now: () => performance.now() / 1000,
  next: (run) => requestAnimationFrame(run),
  cancel: (handle) => cancelAnimationFrame(handle),
};

export class Playback {
  time = $state(0);
  isPlaying = $state(false);
  /** Counts jumps: whatever plays must go where the clock is then, however near that is. */
  jumps = $state(0);

  /** Whether what is to be seen can be; the clock waits for it. */
  isReady: () => boolean = () => true;

  #scenes: () => readonly Scene[];
  #clock: Clock;
  #handle = 0;
  #last = 0;
  #waited = 0;

  constructor(scenes: () => readonly Scene[], clock: Clock = ofTheWindow) {
    this.#scenes = scenes;
    this.#clock = clock;
  }

  get moment() {
    return momentAt(this.#scenes(), this.time);
  }
  get length(): number {
    return lengthOf(this.#scenes());
  }
  get index(): number {
    return sceneAt(this.#scenes(), this.time);
  }

  toggle = (): void => (this.isPlaying ? this.pause() : this.play());

  play(): void {
    if (this.isPlaying || this.length === 0) return;
    if (this.time >= this.length - 0.05) this.seek(0);
    this.isPlaying = true;
    this.#last = this.#clock.now();
    this.#waited = 0;
    this.#handle = this.#clock.next(this.#tick);
  }

  pause(): void {
    this.isPlaying = false;
    this.#clock.cancel(this.#handle);
  }

  seek(time: number): void {
    this.time = within(this.#scenes(), time);
    this.jumps += 1;
  }

  /** To the scene before or after. */
  step(by: 1 | -1): void {
    this.seek(stepFrom(this.#scenes(), this.time, by));
  }

  #tick = (): void => {
    const now = this.#clock.now();
    const passed = Math.min(LONGEST_STEP, now - this.#last);
    this.#last = now;
    if (!this.isReady() && this.#waited < PATIENCE) {
      this.#waited += passed;
    } else {
      this.#waited = 0;
      this.time = within(this.#scenes(), this.time + passed);
    }
    if (this.time >= this.length) this.pause();
    else this.#handle = this.#clock.next(this.#tick);
  };
}
