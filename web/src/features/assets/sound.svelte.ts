/** Plays one sound at a time, wherever it is shown. */
import type { Asset } from '../../api/types';

export class SoundPlayer {
  /** The asset that is loaded, playing or not. */
  id: string | null = $state(null);
  isPlaying = $state(false);
  /** Seconds. */
  time = $state(0);
  duration = $state(0);

  #audio = new Audio();
  #asset: Asset | null = null;
  #frame = 0;

  /** `onerror` hears of a sound that this browser cannot play. */
  constructor(onerror: (asset: Asset) => void) {
    const audio = this.#audio;
    audio.preload = 'none';
    audio.onplay = () => {
      this.isPlaying = true;
      this.#follow();
    };
    audio.onpause = () => this.#rest();
    audio.onended = () => this.#rest();
    audio.onseeked = () => (this.time = audio.currentTime);
    audio.ondurationchange = () => {
      // A stream of unknown length says Infinity; the studio has measured it.
      this.duration = Number.isFinite(audio.duration) ? audio.duration : (this.#asset?.duration ?? 0);
    };
    audio.onerror = () => {
      const asset = this.#asset;
      this.stop();
      if (asset) onerror(asset);
    };
  }

  toggle(asset: Asset): void {
    if (this.id === asset.id && this.isPlaying) this.#audio.pause();
    else this.#play(asset);
  }

  /** Goes to `seconds`, and plays from there. */
  seek(asset: Asset, seconds: number): void {
    const end = asset.duration ?? this.duration;
    this.#load(asset);
    this.#audio.currentTime = Math.max(0, Math.min(end, seconds));
    this.time = this.#audio.currentTime;
    if (!this.isPlaying) this.#play(asset);
  }

  stop(): void {
    this.id = null;
    this.#asset = null;
    this.#audio.pause();
    this.#audio.removeAttribute('src');
    this.#rest();
    this.time = 0;
  }

  /** How far this asset has been played, from 0 to 1. */
  fraction(asset: Asset): number {
    const end = asset.duration ?? this.duration;
    return this.id === asset.id && end > 0 ? Math.min(1, this.time / end) : 0;
  }

  #load(asset: Asset): void {
    if (this.id === asset.id) return;
    this.id = asset.id;
    this.#asset = asset;
    this.time = 0;
    this.duration = asset.duration ?? 0;
    this.#audio.src = asset.content_url;
  }

  #play(asset: Asset): void {
    this.#load(asset);
    // A refusal is told by `onerror`; a pause that comes first is none.
    this.#audio.play().catch(() => this.#rest());
  }

  #rest(): void {
    this.isPlaying = false;
    cancelAnimationFrame(this.#frame);
  }

  #follow(): void {
    cancelAnimationFrame(this.#frame);
    const step = (): void => {
      this.time = this.#audio.currentTime;
      if (this.isPlaying) this.#frame = requestAnimationFrame(step);
    };
    step();
  }
}
