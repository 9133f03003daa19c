/** Keeping two videos in step: one leads, the other is nudged or, when far off, moved. */

export type Correction = { kind: 'none' } | { kind: 'rate'; rate: number } | { kind: 'seek' };

/** Below this many seconds nobody sees a difference (about one frame at 24 a second). */
const IN_STEP = 0.04;
/** Past this many seconds a change of speed would take too long to catch up. */
const TOO_FAR = 0.5;

/**
 * What the follower should do at this moment. Times in seconds; the leader's end may lie
 * past the follower's, which then rests on its last frame.
 */
export function correct(
  leader: { time: number; isPaused: boolean },
  follower: { time: number; duration: number },
): Correction {
  const target = Math.min(leader.time, Math.max(0, follower.duration - 0.01));
  const behind = target - follower.time;
  if (Math.abs(behind) < IN_STEP) return { kind: 'none' };
  if (leader.isPaused || Math.abs(behind) > TOO_FAR) return { kind: 'seek' };
  return { kind: 'rate', rate: behind > 0 ? 1.1 : 0.9 };
}
