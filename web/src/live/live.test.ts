/** Against a real Socket.IO server: what a browser would see, through the real cache. */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InfiniteQueryObserver, QueryClient, QueryObserver } from '@tanstack/svelte-query';
import { Server, type Socket } from 'socket.io';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Collection, Production, Queue, Video } from '../api/types';
import {
  collectionsQuery,
  keys,
  productionQuery,
  productionsQuery,
  videoQuery,
  videosQuery,
} from '../lib/queries';
import { Live, type Milestone } from './live.svelte';
import type { Pages } from './merge';
import type { ProductionPages } from './productions';
import { samplePages, sampleVideo } from './sample';
import { sampleProduction } from './sample-production';
import type { LiveSocket } from './socket';

let http: HttpServer;
let server: Server;
let client: QueryClient;
let stop: () => void;
let live: Live;
/** What the studio has: every video with its number, as the database would. */
let videos: Map<string, Video | { id: string; seq: number; deleted: true }>;
let seq: number;
let resumes: number[];
/** What an acknowledgement of `resume` waits for. */
let held: Promise<unknown>;
let milestones: [Milestone, string][];

const url = (): string => `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
const soon = <T>(check: () => T): Promise<T> => vi.waitFor(check, { timeout: 5000, interval: 10 });

function listen(port = 0): Promise<void> {
  http = createServer();
  // Long polling: the browser's build of `ws`, which these tests resolve, has no server in it.
  server = new Server(http, { path: '/socket.io', transports: ['polling'], cors: { origin: true } });
  server.on('connection', (socket: Socket) => {
    socket.emit('ready', { seq });
    socket.on('resume', async ({ since }: { since: number }, ack: (answer: object) => void) => {
      resumes.push(since);
      const missed = [...videos.values()].filter((video) => video.seq > since);
      for (const video of missed) send(socket, video);
      const answer = { seq, count: missed.length };
      await held;
      ack(answer);
    });
    socket.on('request_video_status', ({ video_id }: { video_id: string }) => {
      const video = videos.get(video_id);
      if (video !== undefined) send(socket, video);
    });
  });
  return new Promise((resolve) => http.listen(port, '127.0.0.1', resolve));
}

function send(to: Socket | Server, video: Video | { id: string; seq: number; deleted: true }): void {
  const updates = 'deleted' in video ? { deleted: true } : video;
  to.emit('video_update', { video_id: video.id, updates, seq: video.seq, space_id: 's1' });
}

/** A change at the studio; `silent` when nobody is told, as when a message is lost. */
function change(video: Video, silent = false): Video {
  const stamped = { ...video, seq: ++seq };
  videos.set(stamped.id, stamped);
  if (!silent) send(server, stamped);
  return stamped;
}

/** The list as the server would answer it now, entering the cache the way a fetch does. */
async function fetchList(asOf = seq): Promise<void> {
  const listed = [...videos.values()].filter((video): video is Video => !('deleted' in video));
  const answer = samplePages([listed.sort((a, b) => b.created_at - a.created_at)]);
  const [page] = answer.pages;
  await client.fetchInfiniteQuery({
    ...videosQuery({}),
    queryFn: () => ({ ...page!, seq: asOf }),
    staleTime: 0,
  });
}

const list = (): Video[] =>
  client.getQueryData<Pages>(keys.list({}))?.pages.flatMap((page) => page.videos) ?? [];

beforeEach(async () => {
  videos = new Map();
  seq = 10;
  resumes = [];
  held = Promise.resolve();
  milestones = [];
  await listen();
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  live = new Live({
    client,
    socket: io(url(), {
      autoConnect: false,
      transports: ['polling'],
      reconnectionDelay: 20,
      reconnectionDelayMax: 40,
    }) as LiveSocket,
    onMilestone: (milestone, video) => milestones.push([milestone, video.id]),
    onRefused: () => Promise.resolve(true),
    probe: () => Promise.resolve(),
  });
});

afterEach(async () => {
  stop();
  client.clear();
  await server.close();
});

describe('a live list', () => {
  it('shows a new video and each change of it, and tells the milestones', async () => {
    stop = live.start();
    await fetchList();
    await soon(() => expect(live.connection).toBe('online'));
    const created = change(sampleVideo({ number: 1 }));
    await soon(() => expect(list().map((video) => video.id)).toEqual(['v1']));
    const running = change({ ...created, status: 'in_progress', stage: 'generating', progress: 40 });
    await soon(() => expect(list()[0]?.progress).toBe(40));
    change({ ...running, status: 'completed', stage: 'completed', progress: 100 });
    await soon(() => expect(list()[0]?.status).toBe('completed'));
    expect(milestones).toEqual([
      ['started', 'v1'],
      ['completed', 'v1'],
    ]);
  });

  it('catches up after the server was away, and is the same as a fresh fetch', async () => {
    const one = change(sampleVideo({ number: 1 }));
    change(sampleVideo({ number: 2 }));
    stop = live.start();
    await fetchList();
    await soon(() => expect(live.connection).toBe('online'));
    const { port } = http.address() as AddressInfo;
    await server.close();
    await soon(() => expect(live.connection).toBe('offline'));
    change({ ...one, progress: 70 }, true);
    change(sampleVideo({ number: 3 }), true);
    videos.set('v2', { id: 'v2', seq: ++seq, deleted: true });
    await listen(port);
    await soon(() =>
      expect(list().map((video) => [video.id, video.seq])).toEqual([
        ['v3', 14],
        ['v1', 13],
      ]),
    );
    expect(live.connection).toBe('online');
    expect(resumes).toContain(12);
  });

  it('resumes when `ready` shows that a message was lost', async () => {
    const one = change(sampleVideo({ number: 1 }));
    stop = live.start();
    await fetchList();
    await soon(() => expect(live.connection).toBe('online'));
    change({ ...one, progress: 55 }, true);
    server.emit('ready', { seq });
    await soon(() => expect(list()[0]?.progress).toBe(55));
  });

  it('resumes for a list that was read before the newest change', async () => {
    const one = change(sampleVideo({ number: 1 }));
    stop = live.start();
    await soon(() => expect(live.connection).toBe('online'));
    await fetchList();
    const two = change(sampleVideo({ number: 2 }));
    await soon(() => expect(list().map((video) => video.id)).toEqual(['v2', 'v1']));
    videos.delete(two.id);
    await fetchList(one.seq);
    expect(list().map((video) => video.id)).toEqual(['v1']);
    videos.set(two.id, two);
    await fetchList(one.seq - 1); // any list that is behind asks; by now the studio knows of the second again
    await soon(() => expect(list().map((video) => video.id)).toEqual(['v2', 'v1']));
  });

  it('resumes once more when such a list comes between the changes and the acknowledgement', async () => {
    const one = change(sampleVideo({ number: 1 }));
    stop = live.start();
    await soon(() => expect(live.connection).toBe('online'));
    await fetchList();
    let letGo: (value?: unknown) => void = () => {};
    held = new Promise((resolve) => (letGo = resolve));
    const two = change(sampleVideo({ number: 2 }), true);
    server.emit('ready', { seq });
    await soon(() => expect(list().map((video) => video.id)).toEqual(['v2', 'v1']));
    videos.delete(two.id);
    await fetchList(one.seq);
    videos.set(two.id, two);
    expect(list().map((video) => video.id)).toEqual(['v1']);
    letGo();
    await soon(() => expect(list().map((video) => video.id)).toEqual(['v2', 'v1']));
    expect(resumes).toEqual([one.seq, one.seq]);
  });

  it('does not bring back what is gone when an older update limps in', async () => {
    const one = change(sampleVideo({ number: 1 }));
    stop = live.start();
    await fetchList();
    await soon(() => expect(live.connection).toBe('online'));
    send(server, { id: 'v1', seq: ++seq, deleted: true });
    await soon(() => expect(list()).toEqual([]));
    send(server, one);
    change(sampleVideo({ number: 2 }));
    await soon(() => expect(list().map((video) => video.id)).toEqual(['v2']));
  });

  it('fetches afresh when told to', async () => {
    stop = live.start();
    await fetchList();
    await soon(() => expect(live.connection).toBe('online'));
    server.emit('resync', { seq: 900 });
    await soon(() => expect(client.getQueryData(keys.list({}))).toBeUndefined());
  });
});

describe('collections', () => {
  const night = (count: number): Collection => {
    const rest = { space_id: 's1', name: 'Night', cover_url: null, created_at: 1, updated_at: 1 };
    return { id: 'c1', count, seq, ...rest };
  };
  const tell = (updates: Collection | { deleted: true }): void => {
    server.emit('collection_update', { collection_id: 'c1', updates, seq, space_id: 's1' });
  };
  const counts = (): number[] =>
    client.getQueryData(collectionsQuery().queryKey)?.collections.map((one) => one.count) ?? [];
  const shown = (): Video[] =>
    client.getQueryData<Pages>(keys.list({ collection: 'c1' }))?.pages.flatMap((page) => page.videos) ?? [];
  const fetched = { videos: 0 };

  async function begin(): Promise<void> {
    fetched.videos = 0;
    stop = live.start();
    await soon(() => expect(live.connection).toBe('online'));
    await client.fetchQuery({
      ...collectionsQuery(),
      queryFn: () => ({ collections: [night(1)], seq }),
    });
    // A page that shows a collection observes its list.
    const observer = new InfiniteQueryObserver(client, {
      ...videosQuery({ collection: 'c1' }),
      queryFn: () => {
        fetched.videos++;
        return { ...samplePages([[sampleVideo({ number: 1 })]]).pages[0]!, seq };
      },
    });
    onTestFinished(observer.subscribe(() => {}));
    await soon(() => expect(fetched.videos).toBe(1));
  }

  it('are changed where they are, and the list of their videos is asked for once', async () => {
    await begin();
    seq++;
    tell(night(2));
    tell(night(2));
    await soon(() => expect(counts()).toEqual([2]));
    await soon(() => expect(fetched.videos).toBe(2));
    live.putCollection({ id: 'c1', seq, collection: night(2) });
    seq++;
    tell({ deleted: true });
    await soon(() => expect(counts()).toEqual([]));
    // There is nothing to ask for any more.
    await soon(() => expect(shown()).toEqual([]));
    expect(fetched.videos).toBe(2);
  });

  it('do not ask for their videos again for a video of another collection', async () => {
    await begin();
    change(sampleVideo({ number: 7 }));
    change({ ...sampleVideo({ number: 1 }), progress: 40 });
    await soon(() => expect(shown().map((video) => [video.id, video.progress])).toEqual([['v1', 40]]));
    expect(fetched.videos).toBe(1);
  });
});

describe('productions', () => {
  const film = (changes: Partial<Production> = {}): Production => sampleProduction({ seq, ...changes });
  const tell = (updates: Production | { deleted: true }): void => {
    server.emit('production_update', { production_id: 'p1', updates, seq, space_id: 's1' });
  };
  const shown = (): Production | undefined => client.getQueryData<Production>(keys.production('p1'));
  const films = (): string[] =>
    client
      .getQueryData<ProductionPages>(keys.productionList)
      ?.pages.flatMap((page) => page.productions)
      .map((one) => one.title) ?? [];

  it('are changed where they are, told of once, and taken out when they are deleted', async () => {
    const told: string[] = [];
    live = new Live({
      client,
      socket: io(url(), { path: '/socket.io', autoConnect: false, transports: ['polling'] }) as LiveSocket,
      probe: () => Promise.resolve(),
      onProduction: ({ kind }) => told.push(kind),
    });
    stop = live.start();
    await soon(() => expect(live.connection).toBe('online'));
    await client.fetchInfiniteQuery({
      ...productionsQuery(),
      queryFn: () => ({ productions: [film({ status: 'running' })], next_cursor: null, seq }),
    });
    await client.fetchQuery({ ...productionQuery('p1'), queryFn: () => film({ status: 'running' }) });
    seq++;
    tell(film({ title: 'Cut', status: 'paused' }));
    await soon(() => expect(films()).toEqual(['Cut']));
    expect(shown()?.title).toBe('Cut');
    live.applyProduction(film({ title: 'Cut', status: 'paused' }));
    expect(told).toEqual(['paused']);
    // Something older, overtaken on its way.
    live.applyProduction(film({ title: 'Old', seq: seq - 1 }));
    expect(shown()?.title).toBe('Cut');
    seq++;
    tell({ deleted: true });
    await soon(() => expect(films()).toEqual([]));
  });

  it('follow their videos', async () => {
    stop = live.start();
    await client.fetchQuery({ ...productionQuery('p1'), queryFn: () => film() });
    live.apply(sampleVideo({ id: 'v2', production_id: 'p1', status: 'in_progress', progress: 33, seq: 9 }));
    expect(shown()?.scenes[1]?.takes[0]?.progress).toBe(33);
  });
});

describe('an open video', () => {
  it('asks for its state when it was fetched before the socket joined', async () => {
    const stale = sampleVideo({ number: 1, seq: 3 });
    await client.fetchQuery({ ...videoQuery('v1'), queryFn: () => stale });
    // A page that shows it observes it.
    const observer = new QueryObserver(client, {
      ...videoQuery('v1'),
      queryFn: () => stale,
      staleTime: Infinity,
    });
    const release = observer.subscribe(() => undefined);
    change({ ...stale, progress: 66 }, true);
    stop = live.start();
    await soon(() => expect(client.getQueryData<Video>(keys.detail('v1'))?.progress).toBe(66));
    release();
  });

  it('takes the answer of its own request by the same path', async () => {
    stop = live.start();
    await fetchList();
    live.apply(sampleVideo({ number: 5, seq: 50 }));
    expect(list().map((video) => video.id)).toEqual(['v5']);
    live.remove('v5');
    expect(list()).toEqual([]);
  });
});

describe('the queue', () => {
  it('follows the summary at once', async () => {
    const queue: Queue = {
      running: [],
      waiting: [],
      counts: { running: 0, waiting: 0, failed: 0, done: 0 },
      paused: false,
      others: { running: 0, waiting: 0 },
    };
    client.setQueryData(keys.queue, queue);
    stop = live.start();
    await soon(() => expect(live.connection).toBe('online'));
    server.emit('queue_update', { running: 2, waiting: 3, paused: true });
    await soon(() =>
      expect(client.getQueryData<Queue>(keys.queue)).toMatchObject({
        paused: true,
        counts: { running: 2, waiting: 3 },
      }),
    );
  });
});
