/**
 * What can be done to videos from any page: favourite, trash with undo, restore, delete for ever, retry.
 * Answers go through the live connection like everyone else's changes; failures are said and stay.
 */
import { createMutation, useQueryClient } from '@tanstack/svelte-query';
import type { Video, VideoChanges } from '../../api/types';
import * as videos from '../../api/videos';
import { wording } from '../../lib/errors';
import { useLive } from '../../lib/live-context';
import { t } from '../../lib/messages';
import { keys } from '../../lib/queries';
import { toasts } from '../../lib/toasts.svelte';
import * as urls from '../../lib/urls';
import { Attempt } from '../create/attempt';
import { inLanes, type Outcome } from './lanes';

interface Batch {
  ids: readonly string[];
  verb: (id: string) => Promise<unknown>;
}

export interface VideoActions {
  /** Something is under way. */
  readonly isBusy: boolean;
  change: (id: string, changes: VideoChanges) => Promise<boolean>;
  favourite: (ids: readonly string[], on: boolean) => Promise<boolean>;
  /** `changes` are the tags that each is to have, by its id. */
  tag: (changes: ReadonlyMap<string, string[]>) => Promise<boolean>;
  trash: (ids: readonly string[]) => Promise<boolean>;
  restore: (ids: readonly string[]) => Promise<boolean>;
  purge: (ids: readonly string[]) => Promise<boolean>;
  retry: (id: string) => Promise<boolean>;
  download: (ids: readonly string[]) => void;
}

/** Call it while a component is being set up. Every action answers whether all of it worked. */
export function useVideoActions(): VideoActions {
  const live = useLive();
  const client = useQueryClient();
  const retrying = new Attempt();
  const batch = createMutation(() => ({
    mutationFn: ({ ids, verb }: Batch): Promise<Outcome<unknown>> => inLanes(ids, verb),
  }));

  async function run(ids: readonly string[], verb: Batch['verb']): Promise<boolean> {
    const { errors } = await batch.mutateAsync({ ids, verb });
    // Without a connection nobody tells us what a DELETE changed.
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

  const applied = async (answer: Promise<Video>): Promise<void> => live.apply(await answer);

  async function trash(ids: readonly string[]): Promise<boolean> {
    const done = await run(ids, async (id) => {
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
    const done = await run(ids, (id) => applied(videos.restore(id)));
    if (done) toasts.info(t('video.restored', { n: ids.length }));
    return done;
  }

  /** A DELETE answers no video; the page that shows it must not wait for the socket to say so. */
  function refresh(id: string): void {
    void client.invalidateQueries({ queryKey: keys.detail(id), exact: true });
  }

  return {
    get isBusy() {
      return batch.isPending;
    },
    change: (id, changes) => run([id], () => applied(videos.change(id, changes))),
    favourite: (ids, on) => run(ids, (id) => applied(videos.change(id, { favourite: on }))),
    tag: (changes) => run([...changes.keys()], (id) => applied(videos.change(id, { tags: changes.get(id) }))),
    trash,
    restore,
    async purge(ids) {
      const done = await run(ids, async (id) => {
        await videos.purge(id);
        live.remove(id);
      });
      if (done) toasts.info(t('video.purged', { n: ids.length }));
      return done;
    },
    async retry(id) {
      const key = retrying.keyFor({ id });
      const done = await run([id], () => applied(videos.retry(id, key)));
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
