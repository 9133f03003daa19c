/** Puts what becomes of productions into the cache: lists, the one that is open, and what it has of its videos. */
import type { QueryClient } from '@tanstack/svelte-query';
import type { Production, Video } from '../api/types';
import { keys } from '../lib/queries';
import {
  intoProductionPages,
  milestonesOf,
  newerProduction,
  type ProductionChange,
  type ProductionMilestone,
  type ProductionPages,
  withVideo,
} from './productions';

export type OnProduction = (milestone: ProductionMilestone, production: Production) => void;

export class ProductionCache {
  #client: QueryClient;
  #tell: OnProduction | undefined;
  /** The last state seen of each; 'gone' ones too, so that nothing old comes back. */
  #seen = new Map<string, Production | 'gone'>();

  constructor(client: QueryClient, tell?: OnProduction) {
    this.#client = client;
    this.#tell = tell;
  }

  clear(): void {
    this.#seen.clear();
  }

  put(change: ProductionChange): void {
    const { id, production } = change;
    const before = this.#seen.get(id) ?? this.#client.getQueryData<Production>(keys.production(id));
    if (before === 'gone' || (before !== undefined && before.seq > change.seq)) return;
    this.#seen.set(id, production ?? 'gone');
    const pages = this.#client.getQueryData<ProductionPages>(keys.productionList);
    const next = pages && intoProductionPages(pages, change);
    if (next !== pages) this.#client.setQueryData(keys.productionList, next);
    const key = keys.production(id);
    if (production === null) {
      // The page that shows it asks again and meets the server's 404.
      void this.#client.invalidateQueries({ queryKey: key, exact: true });
      return;
    }
    if (this.#client.getQueryCache().find({ queryKey: key, exact: true }) !== undefined) {
      this.#client.setQueryData<Production>(key, (here) => newerProduction(here, production));
    }
    if (before === undefined) return;
    for (const milestone of milestonesOf(before, production)) this.#tell?.(milestone, production);
  }

  remove(id: string): void {
    this.put({ id, seq: Infinity, production: null });
  }

  /** A video that belongs to one has got on. */
  putVideo(video: Video): void {
    if (video.production_id === null) return;
    this.#client.setQueryData<Production>(keys.production(video.production_id), (here) =>
      here === undefined ? here : withVideo(here, video),
    );
  }

  /** Before the first `ready` one could change unseen between its fetch and our joining. */
  askForOpen(): void {
    void this.#client.invalidateQueries({ queryKey: keys.productionDetails, refetchType: 'active' });
  }
}
