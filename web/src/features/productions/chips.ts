/** How each step of a scene stands, as its chip shows it. Pure. */
import type { Scene, SceneStage, Stage, VideoError } from '../../api/types';

export const STEPS = ['frame', 'voice', 'clip', 'captions'] as const;
export type StepName = (typeof STEPS)[number];

/** The stage of a run that makes the step. */
export const STAGE_OF: Record<StepName, Stage> = {
  frame: 'frames',
  voice: 'voices',
  clip: 'clips',
  captions: 'captions',
};
/** The same for those that can be made by themselves. */
export const SCENE_STAGE: Record<Exclude<StepName, 'captions'>, SceneStage> = {
  frame: 'frames',
  voice: 'voices',
  clip: 'clips',
};

/** `silent`: there is nothing to say, so nothing is missing. */
export type ChipState =
  'empty' | 'waiting' | 'running' | 'done' | 'own' | 'failed' | 'unknown' | 'stale' | 'locked' | 'silent';

export interface Chip {
  step: StepName;
  state: ChipState;
  /** 0–100 while it is made and that is known. */
  percent: number | null;
  error: VideoError | null;
}

/** What is going on comes first, then what is wrong; a lock says more than that something is stale, for it holds it. */
export function chipOf(scene: Scene, step: StepName): Chip {
  const { status, stale } = scene[step];
  const made = step === 'captions' ? null : scene[step];
  const error = made?.error ?? null;
  const chip = (state: ChipState, percent: number | null = null): Chip => ({ step, state, percent, error });
  if (status === 'running') return chip('running', percentOf(scene, step));
  if (status === 'waiting' || status === 'failed' || status === 'unknown') return chip(status);
  if ((step === 'voice' || step === 'captions') && scene.narration.trim() === '') return chip('silent');
  if (status === 'empty') return chip('empty');
  if (scene.locked) return chip('locked');
  if (stale) return chip('stale');
  return chip(made?.own === true ? 'own' : 'done');
}

export const chipsOf = (scene: Scene): Chip[] => STEPS.map((step) => chipOf(scene, step));

/** Whether a step of the scene waits or is being made. */
export const isBusy = (scene: Scene, step: StepName): boolean =>
  scene[step].status === 'waiting' || scene[step].status === 'running';

/** Whether a film that was brought is being made a take. */
export const isFilmMade = ({ own_clip: { status } }: Scene): boolean =>
  status === 'waiting' || status === 'running';

/** A clip's own percentage is that of the take being made: of the video, not of the step. */
function percentOf(scene: Scene, step: StepName): number | null {
  if (step === 'captions') return null;
  const known = step === 'clip' ? scene.takes.findLast(isUnfinished)?.progress : scene[step].progress;
  return known === undefined || known <= 0 ? null : known;
}

const isUnfinished = ({ status }: { status: string }): boolean =>
  status === 'queued' || status === 'in_progress';
