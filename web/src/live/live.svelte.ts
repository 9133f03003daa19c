/**
 * Keeps the cache as the server's: connects, resumes after every gap, and puts each change in by its number.
 * It knows nothing of pages and shows nothing; the app hears of milestones and decides what to say.
 */
import { notifyManager, type QueryClient, type QueryState } from '@tanstack/svelte-query';
import type { Collections, Lineage, Production, Queue, Video, VideoFilter } from '../api/types';
import { keys } from '../lib/queries';
import { Bursts } from './bursts';
import { intoCollections, type CollectionChange } from './collections';
import { emptied, intoLineage, intoPages, intoQueue, newer, type Change, type Pages } from './merge';
import {
  afterAsking,
  afterReady,
  afterResume,
  afterSnapshot,
  afterUpdate,
  isBehind,
  START,
  type Position,
} from './position';
import { type OnProduction, ProductionCache } from './production-cache';
import type { ProductionPages } from './productions';
import {
  createSocket,
  type CollectionUpdate,
  type LiveSocket,
  type ProductionUpdate,
  type QueueUpdate,
  type VideoUpdate,
} from './socket';

/** What is worth telling a person: a change of state, never a percentage. */
export type Milestone = 'started' | 'completed' | 'failed' | 'cancelled' | 'attention';

export interface LiveOptions {
  client: QueryClient;
  onMilestone?: (milestone: Milestone, video: Video) => void;
  onProduction?: OnProduction;
  /** The server refused or ended the connection: the session may be over. Answer whether to try again. */
  onRefused?: () => Promise<boolean>;
  /** Asks whether the studio still answers, when the browser believes that the network is gone. */
  probe: () => Promise<unknown>;
  /** Another socket than that of this page's own server. */
  socket?: LiveSocket;
}

const ANSWER_WITHIN = 10_000;
const QUEUE_REST = 400;

export class Live {
  /** `connecting` is the calm time before the first answer; only `offline` deserves a banner. */
  connection: 'connecting' | 'online' | 'offline' = $state('connecting');

  #client: QueryClient;
  #options: LiveOptions;
  #socket: LiveSocket;
  #position: Position = START;
  #resuming = false;
  #stopped = true;
  /** The last number and status seen of each video, gone ones too, so that nothing old comes back. */
  #seen = new Map<string, { seq: number; status: Video['status'] | 'gone'; attention: boolean }>();
  /** The last number of each collection for which its videos were asked for again. */
  #collections = new Map<string, number>();
  #productions: ProductionCache;
  #updates = new Bursts<Change>((changes) =>
    notifyManager.batch(() => changes.forEach((change) => this.#put(change))),
  );
  #queueTimer: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#productions = new ProductionCache(options.client, options.onProduction);
    this.#socket = options.socket ?? createSocket();
  }

  /** Connects; the answer disconnects for good. */
  start(): () => void {
    this.#stopped = false;
    this.connection = 'connecting';
    this.#position = START;
    this.#seen.clear();
    this.#collections.clear();
    this.#productions.clear();
    const socket = this.#socket;
    socket.on('connect', this.#connected);
    socket.on('disconnect', this.#disconnected);
    socket.on('connect_error', this.#failed);
    socket.on('ready', this.#ready);
    socket.on('resync', this.#resync);
    socket.on('video_update', this.#videoUpdate);
    socket.on('collection_update', this.#collectionUpdate);
    socket.on('production_update', this.#productionUpdate);
    socket.on('queue_update', this.#queueUpdate);
    window.addEventListener('offline', this.#wentOffline);
    window.addEventListener('online', this.#cameBack);
    this.#unsubscribe = this.#client.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'success' || event.action.manual === true) return;
      this.#fetched(event.query.queryKey, event.query.state);
    });
    socket.connect();
    return () => this.#stop();
  }

  /** Puts in what a request answered (create, remix, cancel, PATCH…), by the same path as everyone else's changes. */
  apply(video: Video): void {
    this.#put({ id: video.id, seq: video.seq, video });
  }

  /** Puts in what became of a collection; lists of its videos are asked for again, for it does not name them. */
  putCollection(change: CollectionChange): void {
    const here = this.#client.getQueryData<Collections>(keys.collectionList);
    const next = here && intoCollections(here, change);
    if (next !== here) this.#client.setQueryData(keys.collectionList, next);
    if ((this.#collections.get(change.id) ?? 0) >= change.seq) return;
    this.#collections.set(change.id, change.seq);
    void this.#client.invalidateQueries({ queryKey: keys.collectionsOfAny });
    for (const query of this.#client.getQueryCache().findAll({ queryKey: keys.lists })) {
      if ((query.queryKey[2] as VideoFilter).collection !== change.id) continue;
      if (change.collection === null) this.#client.setQueryData<Pages>(query.queryKey, emptied);
      else void this.#client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    }
  }

  /** Puts in what a request about a production answered. */
  applyProduction(production: Production): void {
    this.#productions.put({ id: production.id, seq: production.seq, production });
  }

  /** Takes out what a request deleted. */
  removeProduction(id: string): void {
    this.#productions.remove(id);
  }

  /** Takes out what a request purged. */
  remove(id: string): void {
    this.#put({ id, seq: this.#seen.get(id)?.seq ?? 0, video: null });
  }

  #stop(): void {
    this.#stopped = true;
    clearTimeout(this.#queueTimer);
    this.#updates.clear();
    this.#unsubscribe?.();
    window.removeEventListener('offline', this.#wentOffline);
    window.removeEventListener('online', this.#cameBack);
    this.#socket.off();
    this.#socket.disconnect();
  }

  #connected = (): void => {
    const again = this.connection === 'offline';
    this.connection = 'online';
    if (this.#position.since !== null) void this.#resume();
    if (again) {
      // Queue positions and who else waits carry no number; nobody replays them.
      void this.#client.invalidateQueries({ queryKey: keys.queue });
      void this.#client.invalidateQueries({ queryKey: keys.providers });
    }
  };

  #disconnected = (reason: string): void => {
    if (this.#stopped) return;
    this.connection = 'offline';
    this.#resuming = false;
    if (reason === 'io server disconnect') void this.#refused();
  };

  #failed = (): void => {
    if (this.#stopped) return;
    this.connection = 'offline';
    // `active` means that it tries again by itself; otherwise the server said no.
    if (!this.#socket.active) void this.#refused();
  };

  async #refused(): Promise<void> {
    const again = (await this.#options.onRefused?.()) ?? true;
    if (again && !this.#stopped) setTimeout(() => !this.#stopped && this.#socket.connect(), 1000);
  }

  /** The browser lost its network; a studio on this very machine may answer all the same. */
  #wentOffline = (): void => {
    this.#options.probe().catch(() => {
      if (this.#stopped) return;
      this.connection = 'offline';
      this.#socket.disconnect();
      this.#socket.connect();
    });
  };

  #cameBack = (): void => {
    // What still claims to be connected may be dead: begin anew, and `connect` resumes.
    this.#socket.disconnect();
    this.#socket.connect();
  };

  #ready = ({ seq }: { seq: number }): void => {
    const first = this.#position.since === null;
    this.#position = afterReady(this.#position, seq);
    if (first) this.#askForOpenVideos();
    else if (isBehind(this.#position)) void this.#resume();
  };

  #resync = ({ seq }: { seq: number }): void => {
    this.#position = { since: seq, latest: seq, listed: null };
    this.#refetchAll();
  };

  #videoUpdate = (message: VideoUpdate): void => {
    this.#position = afterUpdate(this.#position, message.seq);
    const video = 'deleted' in message.updates ? null : message.updates;
    this.#updates.add({ id: message.video_id, seq: message.seq, video });
  };

  #collectionUpdate = (message: CollectionUpdate): void => {
    this.#position = afterUpdate(this.#position, message.seq);
    const collection = 'deleted' in message.updates ? null : message.updates;
    this.putCollection({ id: message.collection_id, seq: message.seq, collection });
  };

  #productionUpdate = (message: ProductionUpdate): void => {
    this.#position = afterUpdate(this.#position, message.seq);
    const production = 'deleted' in message.updates ? null : message.updates;
    this.#productions.put({ id: message.production_id, seq: message.seq, production });
  };

  #queueUpdate = (update: QueueUpdate): void => {
    const queue = this.#client.getQueryData<Queue>(keys.queue);
    if (queue === undefined) return;
    const { running, waiting } = queue.counts;
    if (queue.paused === update.paused && running === update.running && waiting === update.waiting) return;
    this.#client.setQueryData<Queue>(keys.queue, {
      ...queue,
      paused: update.paused,
      counts: { ...queue.counts, running: update.running, waiting: update.waiting },
    });
    this.#refetchQueue();
  };

  async #resume(): Promise<void> {
    const since = this.#position.since;
    if (this.#resuming || since === null || !this.#socket.connected) return;
    this.#resuming = true;
    this.#position = afterAsking(this.#position);
    try {
      const answer = await this.#socket.timeout(ANSWER_WITHIN).emitWithAck('resume', { since });
      const position = afterResume(this.#position, since, answer.seq);
      if (position === null) this.#resync(answer);
      else this.#position = position;
      this.#resuming = false;
      // A list that was read before and came in meanwhile put us behind again.
      if (position !== null && position.since !== answer.seq) void this.#resume();
    } catch {
      // No answer in time: the next `ready` or connection asks again.
      this.#resuming = false;
    }
  }

  /** A list came in: it says how far it knows, and what it holds is the base for milestones. */
  #fetched(key: readonly unknown[], state: QueryState): void {
    // With one page more, those before it are up to date already: their old numbers must not send us back.
    const isOneMore = state.fetchMeta?.fetchMore?.direction === 'forward';
    const fresh = <Page>(pages: readonly Page[]): readonly Page[] => (isOneMore ? pages.slice(-1) : pages);
    if (key[0] === keys.collectionList[0] && key[1] === keys.collectionList[1]) {
      this.#listed((state.data as Collections).seq);
      return;
    }
    if (key[0] === keys.productionList[0] && key[1] === keys.productionList[1]) {
      this.#listed(Math.min(...fresh((state.data as ProductionPages).pages).map((page) => page.seq)));
      return;
    }
    if (key[0] !== keys.lists[0] || key[1] !== keys.lists[1]) return;
    const pages = fresh((state.data as Pages).pages);
    for (const page of pages) {
      for (const video of page.videos) this.#note(video.id, video.seq, video);
    }
    this.#listed(Math.min(...pages.map((page) => page.seq)));
  }

  /** Infinity of no page at all. */
  #listed(seq: number): void {
    if (seq === Infinity) return;
    this.#position = afterSnapshot(this.#position, seq);
    if (isBehind(this.#position)) void this.#resume();
  }

  /** Before the first `ready` a video could change unseen between its fetch and our joining. */
  #askForOpenVideos(): void {
    this.#productions.askForOpen();
    for (const query of this.#client.getQueryCache().findAll({ queryKey: keys.details, type: 'active' })) {
      this.#socket.emit('request_video_status', { video_id: String(query.queryKey[2]) });
    }
  }

  #put(change: Change): void {
    const before = this.#seen.get(change.id);
    if (before !== undefined && before.seq > change.seq) return;
    if (before?.status === 'gone') return;
    this.#note(change.id, change.seq, change.video);
    if (change.video !== null) this.#tell(before, change.video);
    this.#putIntoLists(change);
    this.#putIntoDetail(change);
    this.#putIntoFamilies(change);
    this.#putIntoQueue(change);
    if (change.video !== null) this.#productions.putVideo(change.video);
  }

  #note(id: string, seq: number, video: Video | null): void {
    const before = this.#seen.get(id);
    if (before !== undefined && (before.seq > seq || before.status === 'gone')) return;
    this.#seen.set(id, {
      seq,
      status: video?.status ?? 'gone',
      attention: video?.needs_attention ?? false,
    });
  }

  #tell(before: { status: Video['status'] | 'gone'; attention: boolean } | undefined, video: Video): void {
    if (before === undefined || this.#options.onMilestone === undefined) return;
    if (video.needs_attention && !before.attention) this.#options.onMilestone('attention', video);
    if (before.status === video.status || video.status === 'queued') return;
    this.#options.onMilestone(video.status === 'in_progress' ? 'started' : video.status, video);
  }

  #putIntoLists(change: Change): void {
    for (const query of this.#client.getQueryCache().findAll({ queryKey: keys.lists })) {
      const pages = query.state.data as Pages | undefined;
      if (pages === undefined) continue;
      const result = intoPages(pages, change, query.queryKey[2] as VideoFilter);
      if (result.pages !== pages) this.#client.setQueryData(query.queryKey, result.pages);
      if (result.unsure) void this.#client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    }
  }

  #putIntoDetail(change: Change): void {
    const key = keys.detail(change.id);
    const { video } = change;
    if (video === null) {
      // The page that shows it asks again and meets the server's 404.
      void this.#client.invalidateQueries({ queryKey: key, exact: true });
      return;
    }
    if (this.#client.getQueryCache().find({ queryKey: key, exact: true }) === undefined) return;
    this.#client.setQueryData<Video>(key, (here) => newer(here, video));
  }

  #putIntoFamilies(change: Change): void {
    for (const query of this.#client.getQueryCache().findAll({ queryKey: keys.lineages })) {
      const lineage = query.state.data as Lineage | undefined;
      if (lineage === undefined) continue;
      const next = intoLineage(lineage, change);
      if (next !== lineage) this.#client.setQueryData(query.queryKey, next);
    }
  }

  #putIntoQueue(change: Change): void {
    const queue = this.#client.getQueryData<Queue>(keys.queue);
    if (queue === undefined) return;
    const result = intoQueue(queue, change);
    if (result.queue !== queue) this.#client.setQueryData(keys.queue, result.queue);
    if (result.unsure) this.#refetchQueue();
  }

  /** Many changes at once (a batch of eight) are one fetch. */
  #refetchQueue(): void {
    clearTimeout(this.#queueTimer);
    this.#queueTimer = setTimeout(
      () => void this.#client.invalidateQueries({ queryKey: keys.queue }),
      QUEUE_REST,
    );
  }

  #refetchAll(): void {
    this.#updates.clear();
    this.#seen.clear();
    this.#collections.clear();
    this.#productions.clear();
    const { lists, details, lineages, queue, collections, productions } = keys;
    for (const queryKey of [lists, details, lineages, queue, collections, productions]) {
      void this.#client.resetQueries({ queryKey });
    }
  }
}
