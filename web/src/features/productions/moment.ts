/**
 * What is seen and heard of a film at a time, from whatever there is of it: the circled take, else the still, else the
 * words; and the narration. Pure. It follows the rules of the cut, so that the film plays as it will be cut.
 */
import type { Scene, Take } from '../../api/types';
import { sceneAt } from './timeline';

/** What is heard of a scene before its narration begins, in seconds; the server's `LEAD`. */
export const LEAD = 0.25;
/** A clip that is too short is slowed down to this at most; what is left is held. */
const SLOWEST = 0.9;
/** How loud a clip is under a voice. */
const DUCKED = 0.25;

export type Picture =
  | {
      kind: 'clip';
      take: string;
      url: string;
      poster: string | null;
      at: number;
      rate: number;
      held: boolean;
    }
  | { kind: 'still'; url: string }
  | { kind: 'words' };

export interface Moment {
  index: number;
  scene: Scene;
  /** Seconds since the scene began. */
  offset: number;
  picture: Picture;
  /** `at` is where in the sound; null where nothing is said. */
  voice: { url: string; at: number } | null;
  /** How loud the clip's own sound is, from 0 to 1. */
  clipVolume: number;
}

export function momentAt(scenes: readonly Scene[], time: number): Moment | null {
  const index = sceneAt(scenes, time);
  const scene = scenes[index];
  if (scene === undefined) return null;
  const offset = Math.min(scene.length, Math.max(0, time - scene.starts_at));
  const voice = voiceAt(scene, offset);
  return { index, scene, offset, picture: pictureAt(scene, offset), voice, clipVolume: volume(scene, voice) };
}

/** The take that is shown. */
export const circled = (scene: Scene): Take | undefined =>
  scene.takes.find((take) => take.circled && take.url !== null);

/** What there is of a scene as it begins, to be fetched ahead. */
export const pictureOf = (scene: Scene): Picture => pictureAt(scene, 0);

function pictureAt(scene: Scene, offset: number): Picture {
  const take = circled(scene);
  if (take?.url) {
    const from = take.in ?? 0;
    const span = Math.max(0, (take.out ?? take.seconds ?? scene.length) - from);
    const isShort = span < scene.length;
    const rate = scene.fit === 'slow' && isShort ? Math.max(SLOWEST, span / scene.length) : 1;
    const passed = offset * rate;
    return {
      kind: 'clip',
      take: take.video_id,
      url: take.url,
      poster: take.thumbnail_url,
      at: from + Math.min(passed, span),
      rate,
      held: passed >= span,
    };
  }
  return scene.frame.url === null ? { kind: 'words' } : { kind: 'still', url: scene.frame.url };
}

function voiceAt(scene: Scene, offset: number): Moment['voice'] {
  const { url, duration } = scene.voice;
  const at = offset - LEAD;
  if (url === null || scene.narration.trim() === '') return null;
  return at < 0 || (duration !== null && at >= duration) ? null : { url, at };
}

function volume(scene: Scene, voice: Moment['voice']): number {
  if (scene.clip_audio === 'mute') return 0;
  return scene.clip_audio === 'duck' && voice !== null ? DUCKED : 1;
}
