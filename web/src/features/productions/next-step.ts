/** What is to be done next with a film, and which stages a run can go through. Pure. */
import type { Production, Stage } from '../../api/types';
import { STAGES } from '../../live/productions';

/** The first stage of which something is missing; `update` when all is there and some of it stale. */
export type NextStep = { kind: 'make'; stage: Stage } | { kind: 'update' } | { kind: 'none' };

export function nextStep(production: Production): NextStep {
  if (production.stage !== 'cut') return { kind: 'make', stage: production.stage };
  if (!isCut(production)) return { kind: 'make', stage: 'cut' };
  return isStale(production) ? { kind: 'update' } : { kind: 'none' };
}

/** Up to where the next run goes. A story that has become stale is not written anew by the way. */
export function throughOf(step: NextStep): Stage {
  return step.kind === 'make' ? step.stage : 'cut';
}

export const isCut = ({ cut }: Production): boolean => cut.url !== null || cut.status === 'done';

/** Whether anything was made from something else than it would be made from now. */
export function isStale({ scenes, cut }: Production): boolean {
  return cut.stale || staleScenes(scenes) > 0;
}

/** How many scenes have something stale that a run would make anew. */
export const staleScenes = (scenes: Production['scenes']): number =>
  scenes.filter(
    (scene) =>
      !scene.locked && (scene.frame.stale || scene.voice.stale || scene.clip.stale || scene.captions.stale),
  ).length;

/** Those at which a run through `through` can pause. */
export const pausesBefore = (through: Stage): readonly Stage[] => STAGES.slice(0, STAGES.indexOf(through));

/** Those that a run can go through: what comes before the scenes is over once there are some. */
export const stagesFor = (production: Production): readonly Stage[] =>
  production.scenes.length === 0 ? STAGES : STAGES.slice(1);
