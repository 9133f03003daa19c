/** The keys and options of everything fetched: the one server cache, which live/ patches by `seq`. */
import {
  infiniteQueryOptions,
  queryOptions,
  replaceEqualDeep,
  type InfiniteData,
} from '@tanstack/svelte-query';
import * as assets from '../api/assets';
import * as auth from '../api/auth';
import { ApiError } from '../api/client';
import * as collections from '../api/collections';
import * as models from '../api/models';
import * as money from '../api/money';
import * as settings from '../api/provider-settings';
import * as productions from '../api/productions';
import * as queues from '../api/queue';
import type {
  AssetFilter,
  AssetPage,
  Me,
  Production,
  ProductionPage,
  Quality,
  SceneStage,
  SpendGroup,
  Stage,
  Video,
  VideoFilter,
  VideoPage,
} from '../api/types';
import * as videos from '../api/videos';
import { newer, newerPages } from '../live/merge';
import { newerProduction, newerProductionPages, type ProductionPages } from '../live/productions';

export const PAGE_SIZE = 60;

export const keys = {
  studio: ['studio'] as const,
  me: ['me'] as const,
  sessions: ['sessions'] as const,
  models: ['models'] as const,
  speech: ['models', 'speech'] as const,
  providers: ['providers'] as const,
  adminProviders: ['admin', 'providers'] as const,
  providerKinds: ['admin', 'kinds'] as const,
  defaults: ['admin', 'defaults'] as const,
  queue: ['queue'] as const,
  budget: ['budget'] as const,
  budgets: ['admin', 'budgets'] as const,
  spend: ['admin', 'spend'] as const,
  lists: ['videos', 'list'] as const,
  list: (filter: VideoFilter) => ['videos', 'list', filter] as const,
  details: ['videos', 'one'] as const,
  detail: (id: string) => ['videos', 'one', id] as const,
  lineages: ['videos', 'lineage'] as const,
  lineage: (id: string) => ['videos', 'lineage', id] as const,
  collections: ['collections'] as const,
  collectionList: ['collections', 'all'] as const,
  collectionsOfAny: ['collections', 'of'] as const,
  collectionsOf: (video: string) => ['collections', 'of', video] as const,
  productions: ['productions'] as const,
  productionList: ['productions', 'list'] as const,
  productionDetails: ['productions', 'one'] as const,
  production: (id: string) => ['productions', 'one', id] as const,
  estimates: ['estimates'] as const,
  looks: ['looks'] as const,
  assets: ['assets'] as const,
  assetLists: ['assets', 'list'] as const,
  assetList: (filter: AssetFilter) => ['assets', 'list', filter] as const,
  asset: (id: string) => ['assets', 'one', id] as const,
};

export const studioQuery = () =>
  queryOptions({ queryKey: keys.studio, queryFn: ({ signal }) => auth.studio(signal), staleTime: 60_000 });

/** Who is signed in; `null` is nobody, which is an answer and no error. */
export const meQuery = () =>
  queryOptions({
    queryKey: keys.me,
    queryFn: async ({ signal }): Promise<Me | null> => {
      try {
        // Browsers log every 401 as an error; that a visitor is not signed in yet is none.
        const { signed_in: isSignedIn } = await auth.studio(signal);
        return isSignedIn ? await auth.me(signal) : null;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });

export const sessionsQuery = () =>
  queryOptions({ queryKey: keys.sessions, queryFn: ({ signal }) => auth.sessions(signal) });

export const modelsQuery = () =>
  queryOptions({ queryKey: keys.models, queryFn: ({ signal }) => models.models(signal), staleTime: 60_000 });

/** Models that speak, with their voices. */
export const speechQuery = () =>
  queryOptions({
    queryKey: keys.speech,
    queryFn: ({ signal }) => models.speech(signal),
    staleTime: 300_000,
  });

export const providersQuery = () =>
  queryOptions({
    queryKey: keys.providers,
    queryFn: ({ signal }) => models.providers(signal),
    staleTime: 10_000,
  });

/** For administrators: how providers are set, and how they are. */
export const adminProvidersQuery = () =>
  queryOptions({ queryKey: keys.adminProviders, queryFn: ({ signal }) => settings.list(signal) });

export const providerKindsQuery = () =>
  queryOptions({
    queryKey: keys.providerKinds,
    queryFn: ({ signal }) => settings.kinds(signal),
    staleTime: Infinity,
  });

export const defaultsQuery = () =>
  queryOptions({ queryKey: keys.defaults, queryFn: ({ signal }) => settings.defaults(signal) });

export const queueQuery = () =>
  queryOptions({ queryKey: keys.queue, queryFn: ({ signal }) => queues.get(signal), staleTime: 30_000 });

/** One's own month. Asked again after whatever may have changed it. */
export const budgetQuery = () =>
  queryOptions({ queryKey: keys.budget, queryFn: ({ signal }) => money.budget(signal), staleTime: 30_000 });

export const budgetsQuery = () =>
  queryOptions({ queryKey: keys.budgets, queryFn: ({ signal }) => money.budgets(signal) });

export const spendQuery = (period: { from: number; to: number }, group: SpendGroup) =>
  queryOptions({
    queryKey: [...keys.spend, period, group] as const,
    queryFn: ({ signal }) => money.spend(period, group, signal),
    placeholderData: (before) => before,
  });

/** The library by filter, a page at a time. A late answer never replaces a video that is newer here already. */
export const videosQuery = (filter: VideoFilter) =>
  infiniteQueryOptions({
    queryKey: keys.list(filter),
    queryFn: ({ pageParam, signal }): Promise<VideoPage> =>
      videos.list(filter, { cursor: pageParam ?? undefined, limit: PAGE_SIZE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: VideoPage) => page.next_cursor,
    structuralSharing: (before: unknown, after: unknown) =>
      replaceEqualDeep(
        before,
        newerPages(
          before as InfiniteData<VideoPage, string | null> | undefined,
          after as InfiniteData<VideoPage, string | null>,
        ),
      ),
    staleTime: 30_000,
  });

export const videoQuery = (id: string) =>
  queryOptions({
    queryKey: keys.detail(id),
    queryFn: ({ signal }) => videos.get(id, signal),
    structuralSharing: (before: unknown, after: unknown) =>
      replaceEqualDeep(before, newer(before as Video | undefined, after as Video)),
    staleTime: 30_000,
  });

export const lineageQuery = (id: string) =>
  queryOptions({
    queryKey: keys.lineage(id),
    queryFn: ({ signal }) => videos.lineage(id, signal),
    staleTime: 30_000,
  });

export const collectionsQuery = () =>
  queryOptions({
    queryKey: keys.collectionList,
    queryFn: ({ signal }) => collections.list(undefined, signal),
    staleTime: 30_000,
  });

/** Those that hold one video. Nobody tells which videos a changed one holds, so it is asked again each time. */
export const collectionsOfQuery = (video: string) =>
  queryOptions({
    queryKey: keys.collectionsOf(video),
    queryFn: ({ signal }) => collections.list(video, signal),
  });

/** One's films, newest first. As with videos, a late answer never replaces what is newer here. */
export const productionsQuery = () =>
  infiniteQueryOptions({
    queryKey: keys.productionList,
    queryFn: ({ pageParam, signal }): Promise<ProductionPage> =>
      productions.list({ cursor: pageParam ?? undefined, limit: 24 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: ProductionPage) => page.next_cursor,
    structuralSharing: (before: unknown, after: unknown) =>
      replaceEqualDeep(
        before,
        newerProductionPages(before as ProductionPages | undefined, after as ProductionPages),
      ),
    staleTime: 30_000,
  });

export const productionQuery = (id: string) =>
  queryOptions({
    queryKey: keys.production(id),
    queryFn: ({ signal }) => productions.get(id, signal),
    structuralSharing: (before: unknown, after: unknown) =>
      replaceEqualDeep(before, newerProduction(before as Production | undefined, after as Production)),
    staleTime: 30_000,
  });

/** What a run of the film, as it is at its number `seq`, would cost. */
export const estimateQuery = (id: string, seq: number, through: Stage, quality: Quality) =>
  queryOptions({
    queryKey: [...keys.estimates, id, through, quality, seq] as const,
    queryFn: ({ signal }) => productions.estimate(id, { through, quality }, signal),
    staleTime: 60_000,
    gcTime: 60_000,
  });

/** What each stage of a film has made, as of one of its change numbers. */
export const manifestQuery = (id: string, seq: number) =>
  queryOptions({
    queryKey: [...keys.production(id), 'manifest', seq] as const,
    queryFn: ({ signal }) => productions.manifest(id, signal),
    gcTime: 60_000,
  });

/** What making one step of a scene once more would cost. */
export const stepEstimateQuery = (
  production: { id: string; seq: number },
  number: number,
  stage: SceneStage,
  quality: Quality,
) =>
  queryOptions({
    queryKey: [...keys.estimates, production.id, number, stage, quality, production.seq] as const,
    queryFn: ({ signal }) => productions.estimateStep(production.id, number, { stage, quality }, signal),
    staleTime: 60_000,
    gcTime: 60_000,
  });

export const looksQuery = () =>
  queryOptions({
    queryKey: keys.looks,
    queryFn: ({ signal }) => productions.looks(signal),
    staleTime: Infinity,
  });

/** Assets by filter, a page at a time. Nobody tells of changes to them, so a page that opens asks again. */
export const assetsQuery = (filter: AssetFilter) =>
  infiniteQueryOptions({
    queryKey: keys.assetList(filter),
    queryFn: ({ pageParam, signal }): Promise<AssetPage> =>
      assets.list(filter, { cursor: pageParam ?? undefined, limit: PAGE_SIZE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: AssetPage) => page.next_cursor,
  });

export const assetQuery = (id: string) =>
  queryOptions({ queryKey: keys.asset(id), queryFn: ({ signal }) => assets.get(id, signal) });
