/** How a change of a production, or of a video in it, enters what is here: pure functions. */
import type { InfiniteData } from '@tanstack/svelte-query';
import type { Production, ProductionPage, Scene, Stage, Take, Video } from '../api/types';

export type ProductionPages = InfiniteData<ProductionPage, string | null>;

/** One `production_update`: the whole of it, or `null` when it is deleted. */
export interface ProductionChange {
  id: string;
  seq: number;
  production: Production | null;
}

/** The one with the higher number; at equal numbers the later one. */
export function newerProduction(here: Production | undefined, there: Production): Production {
  return here !== undefined && here.id === there.id && here.seq > there.seq ? here : there;
}

/** Fetched pages, with every production that is newer here already kept as it is here. */
export function newerProductionPages(
  here: ProductionPages | undefined,
  there: ProductionPages,
): ProductionPages {
  if (here === undefined) return there;
  const known = new Map(productionsIn(here).map((one) => [one.id, one]));
  return mapPages(there, (list) => list.map((one) => newerProduction(known.get(one.id), one)));
}

/** Puts a change into the loaded list: replaced in place, inserted where it sorts, or taken out. */
export function intoProductionPages(pages: ProductionPages, change: ProductionChange): ProductionPages {
  const { id, production } = change;
  const here = productionsIn(pages).find((one) => one.id === id);
  if (production === null) {
    return here === undefined ? pages : mapPages(pages, (list) => list.filter((one) => one.id !== id));
  }
  if (here === undefined) return inserted(pages, production);
  if (here.seq > production.seq) return pages;
  return mapPages(pages, (list) => list.map((one) => (one.id === id ? production : one)));
}

/**
 * The production with what has become of one of its videos. Nobody tells of a production when a video of it only gets
 * on, and its number stays: the next real change brings the same and more.
 */
export function withVideo(production: Production, video: Video): Production {
  const isOf = (take: Take): boolean => take.video_id === video.id;
  const scenes = production.scenes.map((scene): Scene => {
    if (!scene.takes.some(isOf)) return scene;
    return { ...scene, takes: scene.takes.map((take) => (isOf(take) ? takeOf(take, video) : take)) };
  });
  const { cut } = production;
  const isCut = cut.video_id === video.id && cut.status === 'running';
  if (!isCut && scenes.every((scene, index) => scene === production.scenes[index])) return production;
  return { ...production, scenes, cut: isCut ? { ...cut, progress: video.progress } : cut };
}

/** What is worth telling a person of a production: a change of state, never a percentage. */
export type ProductionMilestone =
  | { kind: 'stage'; stage: Stage }
  | { kind: 'completed' | 'paused' | 'failed' | 'cancelled' }
  | { kind: 'scene-failed'; scene: number; step: 'frame' | 'voice' | 'clip' };

/** What happened between two states of one production. */
export function milestonesOf(before: Production, after: Production): ProductionMilestone[] {
  const found: ProductionMilestone[] = [];
  for (const scene of after.scenes) {
    const was = before.scenes.find((one) => one.id === scene.id);
    for (const step of ['frame', 'voice', 'clip'] as const) {
      if (scene[step].status === 'failed' && was?.[step].status !== 'failed') {
        found.push({ kind: 'scene-failed', scene: scene.number, step });
      }
    }
  }
  if (before.status === 'running' && after.status !== 'running' && after.status !== 'draft') {
    found.push({ kind: after.status });
  } else if (STAGES.indexOf(after.stage) > STAGES.indexOf(before.stage)) {
    found.push({ kind: 'stage', stage: before.stage });
  }
  return found;
}

export const STAGES: readonly Stage[] = ['story', 'frames', 'voices', 'clips', 'captions', 'cut'];

export const productionsIn = (pages: ProductionPages): Production[] =>
  pages.pages.flatMap((page) => page.productions);

function takeOf(take: Take, video: Video): Take {
  return {
    ...take,
    status: video.status,
    stage: video.stage,
    progress: video.progress,
    error: video.error,
    url: video.content_url,
    thumbnail_url: video.thumbnail_url,
    seconds: video.duration ?? take.seconds,
  };
}

function mapPages(pages: ProductionPages, change: (list: Production[]) => Production[]): ProductionPages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, productions: change(page.productions) })) };
}

function inserted(pages: ProductionPages, production: Production): ProductionPages {
  const isBefore = (other: Production): boolean =>
    production.created_at > other.created_at ||
    (production.created_at === other.created_at && production.id > other.id);
  for (const [index, page] of pages.pages.entries()) {
    const at = page.productions.findIndex(isBefore);
    if (at < 0) continue;
    const productions = page.productions.toSpliced(at, 0, production);
    return { ...pages, pages: pages.pages.with(index, { ...page, productions }) };
  }
  const last = pages.pages.at(-1);
  // Beyond what is loaded: it comes with its own page.
  if (last === undefined || last.next_cursor !== null) return pages;
  return {
    ...pages,
    pages: pages.pages.with(-1, { ...last, productions: [...last.productions, production] }),
  };
}
