/** Productions: films made of scenes, each of a still, a narration and takes. */
import { request, requestFile, send } from './client';
import type {
  Estimate,
  Looks,
  NewProduction,
  NewScene,
  Production,
  ProductionChanges,
  ProductionManifest,
  ProductionPage,
  Quality,
  Run,
  SceneChanges,
  SceneStage,
  Stage,
} from './types';

const at = (id: string, rest = ''): string => `/api/productions/${encodeURIComponent(id)}${rest}`;
const scene = (id: string, number: number, rest = ''): string => at(id, `/scenes/${number}${rest}`);

/** Where each step of a scene is made. */
const PLACES: Record<SceneStage, string> = { frames: '/frame', voices: '/voice', clips: '/takes' };

/** Newest first. */
export const list = (
  page: { cursor?: string; limit?: number } = {},
  signal?: AbortSignal,
): Promise<ProductionPage> => request('GET', '/api/productions', { query: page, signal });

export const get = (id: string, signal?: AbortSignal): Promise<Production> =>
  request('GET', at(id), { signal });

export const create = (production: NewProduction): Promise<Production> =>
  request('POST', '/api/productions', { body: production });

/** Takes in a bundle; `onprogress` hears of bytes as they leave. The server needs a while more to look into it. */
export async function importBundle(
  file: File,
  options: { signal?: AbortSignal; onprogress?: (sent: number, total: number) => void } = {},
): Promise<Production> {
  const form = new FormData();
  form.append('file', file, file.name);
  return (await send<Production>('/api/productions/import', form, options)).answer;
}

export const change = (id: string, changes: ProductionChanges): Promise<Production> =>
  request('PATCH', at(id), { body: changes });

/** Its videos, stills and sounds stay in the library. */
export const remove = (id: string): Promise<unknown> => request('DELETE', at(id));

/** What it would cost to make what is missing or stale, up to a stage. */
export const estimate = (
  id: string,
  wanted: { through: Stage; quality: Quality },
  signal?: AbortSignal,
): Promise<Estimate> => request('GET', at(id, '/estimate'), { query: wanted, signal });

export const run = (id: string, wanted: Run): Promise<Production> =>
  request('POST', at(id, '/run'), { body: wanted });

/** A rough cut of what there is. */
export const preview = (id: string): Promise<Production> => request('POST', at(id, '/preview'));

export const manifest = (id: string, signal?: AbortSignal): Promise<ProductionManifest> =>
  request('GET', at(id, '/manifest'), { signal });

export const cancel = (id: string): Promise<Production> => request('POST', at(id, '/cancel'));

export const insertScene = (id: string, wanted: NewScene): Promise<Production> =>
  request('POST', at(id, '/scenes'), { body: wanted });

export const changeScene = (id: string, number: number, changes: SceneChanges): Promise<Production> =>
  request('PATCH', scene(id, number), { body: changes });

export const removeScene = (id: string, number: number): Promise<Production> =>
  request('DELETE', scene(id, number));

/** `order` holds the present numbers. */
export const reorder = (id: string, order: readonly number[]): Promise<Production> =>
  request('POST', at(id, '/scenes/reorder'), { body: { order } });

/** What it would cost to make one step of a scene once more. */
export const estimateStep = (
  id: string,
  number: number,
  wanted: { stage: SceneStage; quality: Quality },
  signal?: AbortSignal,
): Promise<Estimate> => request('GET', scene(id, number, '/estimate'), { query: wanted, signal });

/** Makes it anew, or takes a file of one's own in its place. */
export const makeStep = (
  id: string,
  number: number,
  stage: SceneStage,
  wanted: { quality?: Quality; asset_id?: string; video_id?: string },
): Promise<Production> => request('POST', scene(id, number, PLACES[stage]), { body: wanted });

/** The scene's first words in a voice; nothing is kept of it. */
export const previewVoice = (
  id: string,
  number: number,
  wanted: { quality: Quality; voice: string | null; speed: number },
): Promise<Blob> => requestFile('POST', scene(id, number, '/voice/preview'), { body: wanted });

/** Which part of a take is shown; null for its ends. */
export const trimTake = (
  id: string,
  number: number,
  video: string,
  points: { in?: number | null; out?: number | null },
): Promise<Production> =>
  request('PATCH', scene(id, number, `/takes/${encodeURIComponent(video)}`), { body: points });

export const circleTake = (id: string, number: number, video: string): Promise<Production> =>
  request('POST', scene(id, number, `/takes/${encodeURIComponent(video)}/circle`));

export const looks = (signal?: AbortSignal): Promise<Looks> => request('GET', '/api/looks', { signal });
