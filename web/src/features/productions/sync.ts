/** Makes something that plays by itself agree with the film's clock. */

/** Seconds that a picture or a voice may be off before it is put right: a correction is seen and heard itself. */
const DRIFT = 0.3;

export interface Wanted {
  /** Seconds in it. */
  at: number;
  rate: number;
  plays: boolean;
  /** However little it is off. */
  exactly: boolean;
}

export function sameTime(media: HTMLMediaElement, { at, rate, plays, exactly }: Wanted): void {
  if (media.playbackRate !== rate) media.playbackRate = rate;
  const isOff = Math.abs(media.currentTime - at) > (exactly ? 0.02 : DRIFT);
  // The end of a clip, which is held, is where it stands already.
  if (isOff && !media.seeking) media.currentTime = at;
  if (plays && media.paused && !media.ended) {
    // Refused before the first press on the page, or stopped by what follows at once: the clock goes on by itself.
    void media.play().catch(() => undefined);
  }
  if (!plays && !media.paused) media.pause();
}
