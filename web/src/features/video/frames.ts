/** Moving through a film frame by frame. Times in seconds. */

const USUAL_RATE = 24;

/**
 * The time to seek to for `step` frames on. It aims at the middle of a frame: at its very edge, rounding decides
 * which of two frames a browser shows.
 */
export function stepTime(time: number, step: number, fps: number | null, duration: number): number {
  const rate = fps !== null && fps > 0 ? fps : USUAL_RATE;
  const last = Math.max(0, Math.ceil(duration * rate - 1e-6) - 1);
  const frame = Math.floor(time * rate + 1e-6) + step;
  return (Math.min(last, Math.max(0, frame)) + 0.5) / rate;
}

/** "0:03.12": minutes, seconds and the frame within the second. */
export function timecode(time: number, fps: number | null): string {
  const rate = Math.round(fps !== null && fps > 0 ? fps : USUAL_RATE);
  const frames = Math.floor(Math.max(0, time) * rate + 1e-6);
  const seconds = Math.floor(frames / rate);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}.${two(frames % rate)}`;
}
