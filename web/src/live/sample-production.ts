/** A production for tests: its scenes made as far as the test says, with what it cares about changed. */
import type { Production, Scene, Step, Take } from '../api/types';

/** How a film is cut where nobody has chosen. */
export const SAMPLE_CUT = {
  transition: 'none',
  captions: null,
  music_asset_id: null,
  resolution: 720,
  label: false,
} as const;

export const EMPTY: Step = {
  status: 'empty',
  stale: false,
  progress: 0,
  error: null,
  model: null,
  own: false,
  cost: null,
};
export const DONE: Step = { ...EMPTY, status: 'done', progress: 100, model: 'animatic/still', cost: 0 };

export const sampleTake = (changes: Partial<Take> = {}): Take => ({
  video_id: 'v1',
  status: 'completed',
  stage: 'completed',
  progress: 100,
  circled: true,
  stale: false,
  own: false,
  model: 'animatic/animatic',
  seconds: 4,
  url: '/v1.mp4',
  thumbnail_url: '/v1.jpg',
  error: null,
  in: null,
  out: null,
  ...changes,
});

export function sampleScene(number: number, changes: Partial<Scene> = {}): Scene {
  return {
    id: `s${number}`,
    number,
    seconds: 4,
    starts_at: (number - 1) * 4,
    length: 4,
    narration: `Words ${number}.`,
    former_narration: null,
    frame_prompt: `Picture ${number}`,
    motion_prompt: 'slow pan',
    locked: false,
    clip_audio: 'duck',
    fit: 'hold',
    voice_name: null,
    speed: 1,
    reference_asset_id: null,
    frame: { ...DONE, url: `/still${number}.png`, asset_id: `still${number}` },
    voice: { ...DONE, url: `/voice${number}.wav`, asset_id: `voice${number}`, duration: 2 },
    clip: DONE,
    own_clip: EMPTY,
    takes: [sampleTake({ video_id: `v${number}`, url: `/v${number}.mp4` })],
    captions: { status: 'empty', stale: false },
    ...changes,
  };
}

export function sampleProduction(changes: Partial<Production> = {}): Production {
  const scenes = changes.scenes ?? [sampleScene(1), sampleScene(2), sampleScene(3)];
  return {
    id: 'p1',
    space_id: 's1',
    user_id: 'u1',
    title: 'The keeper',
    overview: '',
    continuity: '',
    idea: 'A keeper finds a bottle',
    is_script: false,
    status: 'paused',
    stage: 'captions',
    progress: 100,
    quality: 'animatic',
    aspect_ratio: '16:9',
    style: null,
    mood: null,
    language: null,
    voice: null,
    seconds: null,
    duration: scenes.length * 4,
    excess: 0,
    story: DONE,
    scenes,
    cut: { ...EMPTY, settings: SAMPLE_CUT, video_id: null, url: null, thumbnail_url: null },
    preview: { ...EMPTY, url: null, duration: null },
    run: null,
    error: null,
    cost_estimate: 0,
    cost_actual: 0,
    created_at: 1000,
    updated_at: 1000,
    seq: 1,
    ...changes,
  };
}
