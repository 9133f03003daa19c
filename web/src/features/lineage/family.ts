/** The family of a video: who was remixed from whom, as a strip of ancestors and as a tree. */

import type { Video } from '../../api/types';

export interface Relative {
  id: string;
  remixed_from_video_id: string | null;
  created_at: number;
}

export interface TreeRow<T extends Relative> {
  video: T;
  parent: T | null;
  /** 0 for the first of the family. */
  depth: number;
  /** For each depth before this one, whether its line goes on below this row. */
  lines: boolean[];
  isLastChild: boolean;
}

/** The way from the first of the family down to this video, both included. */
export function ancestry<T extends Relative>(family: readonly T[], id: string): T[] {
  const byId = new Map(family.map((video) => [video.id, video]));
  const way: T[] = [];
  const seen = new Set<string>();
  let at = byId.get(id);
  while (at && !seen.has(at.id)) {
    seen.add(at.id);
    way.unshift(at);
    at = at.remixed_from_video_id === null ? undefined : byId.get(at.remixed_from_video_id);
  }
  return way;
}

/** Remixes made directly from this video, oldest first. */
export function remixesOf<T extends Relative>(family: readonly T[], id: string): T[] {
  return family.filter((video) => video.remixed_from_video_id === id).sort(byAge);
}

/** Two that can be played beside each other. */
export const canCompare = (shown: Video, other: Video): boolean =>
  other.id !== shown.id && other.content_url !== null && shown.content_url !== null;

/** The whole family as indented rows, parents before children, siblings oldest first. */
export function treeRows<T extends Relative>(family: readonly T[]): TreeRow<T>[] {
  const byId = new Map(family.map((video) => [video.id, video]));
  const rows: TreeRow<T>[] = [];
  const seen = new Set<string>();
  const add = (video: T, parent: T | null, lines: boolean[], isLastChild: boolean): void => {
    if (seen.has(video.id)) return;
    seen.add(video.id);
    rows.push({ video, parent, depth: lines.length, lines, isLastChild });
    const children = remixesOf(family, video.id);
    const below = parent === null && lines.length === 0 ? [] : [...lines.slice(0, -1), !isLastChild];
    children.forEach((child, index) => {
      const isLast = index === children.length - 1;
      add(child, video, [...below, !isLast], isLast);
    });
  };
  // A purged parent leaves its remixes without one: each begins a tree of its own.
  const roots = family
    .filter((v) => v.remixed_from_video_id === null || !byId.has(v.remixed_from_video_id))
    .sort(byAge);
  for (const root of roots) add(root, null, [], true);
  return rows;
}

function byAge(a: Relative, b: Relative): number {
  return a.created_at - b.created_at || (a.id < b.id ? -1 : 1);
}
