/**
 * What can be done to videos from any page: favourite, tags, trash with undo, restore, delete for ever,
 * retry. One video is asked about by itself, and its answer shows at once; many go in bulk, and the live
 * connection tells what became of them. Failures are said and stay.
 */
import { createMutation, useQueryClient } from '@tanstack/svelte-query';
import type { BulkAction, Video, VideoChanges } from '../../api/types';
import * as videos from '../../api/videos';
import { wording } from '../../lib/errors';
import { useLive } from '../../lib/live-context';
import { t } from '../../lib/messages';
import { keys } from '../../lib/queries';
import { toasts } from '../../lib/toasts.svelte';
import * as urls from '../../lib/urls';
import { Attempt } from '../create/attempt';
import { inBulk, type Outcome } from './bulk';

export interface VideoActions {
  /** Something is under way. */
  readonly isBusy: boolean;
  /** How many of how many were dealt with, while more are done than one request takes. */
  readonly progress: { dealt: number; of: number } | null;
  change: (id: string, changes: VideoChanges) => Promise<boolean>;
  favourite: (ids: readonly string[], on: boolean) => Promise<boolean>;
  tag: (ids: readonly string[], changes: { added: string[]; removed: string[] }) => Promise<boolean>;
  trash: (ids: readonly string[]) => Promise<boolean>;
  restore: (ids: readonly string[]) => Promise<boolean>;
  purge: (ids: readonly string[]) => Promise<boolean>;
  retry: (ids: readonly string[]) => Promise<boolean>;
  download: (ids: readonly string[]) => void;
}

/** Call it while a component is being set up. Every action answers whether all of it worked. */
export function useVideoActions(): VideoActions {
  const live = useLive();
  const client = useQueryClient();
  const retrying = new Attempt();
  let progress: VideoActions['progress'] = $state.raw(null);
  const work = createMutation(() => ({ mutationFn: (run: () => Promise<Outcome>) => run() }));

  async function run(some: () => Promise<Outcome>): Promise<boolean> {
    const { errors } = await work.mutateAsync(some);
    progress = null;
    // Without a connection nobody tells us what became of them.
    if (live.connection !== 'online') void client.invalidateQueries({ queryKey: keys.lists });
    const [first] = errors;
    if (first !== undefined) {
      const { text, hint } = wording(first);
      toasts.failure(errors.length === 1 ? text : t('video.someFailed', { n: errors.length, reason: text }), {
        hint,
      });
    }
    return errors.length === 0;
  }

  /** `one` for a single video, which answers what it is then; else `action` in bulk. */
  async function each(
    ids: readonly string[],
    action: BulkAction,
    one: (id: string) => Promise<unknown>,
    options: { tags?: readonly string[]; idempotencyKey?: string } = {},
  ): Promise<boolean> {
    const [only] = ids;
    if (only === undefined) return true;
    return run(async () => {
      if (ids.length > 1) {
        const onprogress = (dealt: number, of: number): void => {
          if (of > videos.MOST_AT_ONCE) progress = { dealt, of };
        };
        const outcome = await inBulk(ids, action, { ...options, onprogress });
        for (const id of outcome.done) refresh(id);
        return outcome;
      }
      try {
        await one(only);
        return { done: [only], errors: [] };
      } catch (error) {
        return { done: [], errors: [error] };
      }
    });
  }

  const applied = async (answer: Promise<Video>): Promise<void> => live.apply(await answer);

  async function trash(ids: readonly string[]): Promise<boolean> {
    const done = await each(ids, 'trash', async (id) => {
      await videos.trash(id);
      refresh(id);
    });
    if (done) {
      const undo = { label: t('action.undo'), run: () => void restore(ids) };
      toasts.info(t('video.trashed', { n: ids.length }), { action: undo });
    }
    return done;
  }

  async function restore(ids: readonly string[]): Promise<boolean> {
    const done = await each(ids, 'restore', (id) => applied(videos.restore(id)));
    if (done) toasts.info(t('video.restored', { n: ids.length }));
    return done;
  }

  /** Answers that hold no video; the page that shows it must not wait for the socket to say so. */
  function refresh(id: string): void {
    void client.invalidateQueries({ queryKey: keys.detail(id), exact: true });
  }

  return {
    get isBusy() {
      return work.isPending;
    },
    get progress() {
      return progress;
    },
    change: (id, changes) => each([id], 'tag', () => applied(videos.change(id, changes))),
    favourite: (ids, on) =>
      each(ids, on ? 'favourite' : 'unfavourite', (id) => applied(videos.change(id, { favourite: on }))),
    async tag(ids, { added, removed }) {
      const many = (action: BulkAction, tags: string[]): Promise<boolean> =>
        tags.length === 0 || ids.length === 0
          ? Promise.resolve(true)
          : run(() => inBulk(ids, action, { tags }));
      return (await many('tag', added)) && (await many('untag', removed));
    },
    trash,
    restore,
    async purge(ids) {
      const done = await each(ids, 'delete', async (id) => {
        await videos.purge(id);
        live.remove(id);
      });
      if (done) toasts.info(t('video.purged', { n: ids.length }));
      return done;
    },
    async retry(ids) {
      const idempotencyKey = retrying.keyFor({ ids });
      const done = await each(ids, 'retry', (id) => applied(videos.retry(id, idempotencyKey)), {
        idempotencyKey,
      });
      if (done) retrying.answered();
      return done;
    },
    download(ids) {
      for (const id of ids) {
        const link = document.createElement('a');
        link.href = urls.content(id, 'video', true);
        link.download = '';
        link.click();
      }
    },
  };
}
