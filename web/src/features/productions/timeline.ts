/** Where scenes are in time, and how one moves among them. Pure; times are seconds from the film's beginning. */

export interface Placed {
  starts_at: number;
  length: number;
}

/** What a last frame still belongs to: a hair before the end. */
const HAIR = 1e-3;
/** Further into a scene than this, "back" goes to its beginning first. */
const JUST_BEGUN = 1;

export const lengthOf = (scenes: readonly Placed[]): number => {
  const last = scenes.at(-1);
  return last === undefined ? 0 : last.starts_at + last.length;
};

/** The scene that is seen at a time, the last one from the end on; -1 of none. */
export function sceneAt(scenes: readonly Placed[], time: number): number {
  const index = scenes.findIndex((scene) => time < scene.starts_at + scene.length - HAIR);
  return index < 0 ? scenes.length - 1 : index;
}

export const within = (scenes: readonly Placed[], time: number): number =>
  Math.min(lengthOf(scenes), Math.max(0, time));

/** Where the scene after, or before, begins. The last scene goes to its end. */
export function stepFrom(scenes: readonly Placed[], time: number, by: 1 | -1): number {
  const index = sceneAt(scenes, time);
  const scene = scenes[index];
  if (scene === undefined) return 0;
  if (by === 1) return scenes[index + 1]?.starts_at ?? lengthOf(scenes);
  if (time - scene.starts_at > JUST_BEGUN) return scene.starts_at;
  return scenes[Math.max(0, index - 1)]?.starts_at ?? 0;
}

/** The time that a press across a scene's part of the strip means: `fraction` of it from its beginning. */
export const timeIn = (scene: Placed, fraction: number): number =>
  scene.starts_at + scene.length * Math.min(1, Math.max(0, fraction));

/** Widths of the parts of the strip, in percent of the whole. */
export function shares(scenes: readonly Placed[]): number[] {
  const whole = lengthOf(scenes);
  return scenes.map((scene) => (whole > 0 ? (100 * scene.length) / whole : 100 / scenes.length));
}
