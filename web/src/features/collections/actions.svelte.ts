/**
 * What can be done with collections from any page. Each answer shows at once, is said with an undo where there is
 * one, and failures stay to be read.
 */
import { createMutation } from '@tanstack/svelte-query';
import * as api from '../../api/collections';
import type { Collection } from '../../api/types';
import { wording } from '../../lib/errors';
import { useLive } from '../../lib/live-context';
import { t } from '../../lib/messages';
import { toasts } from '../../lib/toasts.svelte';

export interface CollectionActions {
  readonly isBusy: boolean;
  add: (to: Collection, ids: readonly string[]) => Promise<boolean>;
  remove: (from: Collection, ids: readonly string[]) => Promise<boolean>;
  /** The new one, with these videos in it; errors are the caller's, who shows them beside the name. */
  create: (name: string, ids: readonly string[]) => Promise<Collection>;
  rename: (which: Collection, name: string) => Promise<Collection>;
  delete: (which: Collection) => Promise<boolean>;
}

/** Call it while a component is being set up. */
export function useCollections(): CollectionActions {
  const live = useLive();
  const work = createMutation(() => ({ mutationFn: (run: () => Promise<unknown>) => run() }));

  function put(collection: Collection): Collection {
    live.putCollection({ id: collection.id, seq: collection.seq, collection });
    return collection;
  }

  async function tried(run: () => Promise<unknown>): Promise<boolean> {
    try {
      await work.mutateAsync(run);
      return true;
    } catch (error) {
      const { text, hint } = wording(error);
      toasts.failure(text, { hint });
      return false;
    }
  }

  async function change(
    which: Collection,
    how: 'add' | 'remove',
    ids: readonly string[],
  ): Promise<Collection> {
    let after = which;
    for (let start = 0; start < ids.length; start += api.MOST_AT_ONCE) {
      after = put(await api.change(which.id, { [how]: ids.slice(start, start + api.MOST_AT_ONCE) }));
    }
    return after;
  }

  async function add(to: Collection, ids: readonly string[]): Promise<boolean> {
    let after = to;
    const done = await tried(async () => (after = await change(to, 'add', ids)));
    // Of several, some may have been there before; taking those out again would be no undo.
    const allAreNew = after.count - to.count === ids.length;
    const undo = { label: t('action.undo'), run: () => void tried(() => change(to, 'remove', ids)) };
    if (done) {
      toasts.info(t('collections.added', { n: ids.length, name: to.name }), {
        action: allAreNew ? undo : undefined,
      });
    }
    return done;
  }

  async function remove(from: Collection, ids: readonly string[]): Promise<boolean> {
    const done = await tried(() => change(from, 'remove', ids));
    const undo = { label: t('action.undo'), run: () => void tried(() => change(from, 'add', ids)) };
    if (done) {
      toasts.info(t('collections.removed', { n: ids.length, name: from.name }), { action: undo });
    }
    return done;
  }

  return {
    get isBusy() {
      return work.isPending;
    },
    add,
    remove,
    async create(name, ids) {
      const first = ids.slice(0, api.MOST_AT_ONCE);
      const made = put((await work.mutateAsync(() => api.create(name, first))) as Collection);
      const rest = ids.slice(first.length);
      if (rest.length > 0) await tried(() => change(made, 'add', rest));
      toasts.info(t('collections.created', { name: made.name }));
      return made;
    },
    async rename(which, name) {
      return put((await work.mutateAsync(() => api.change(which.id, { name }))) as Collection);
    },
    async delete(which) {
      const done = await tried(() => api.remove(which.id));
      if (done) {
        // The number of its end comes by the socket; nothing can be newer than that.
        live.putCollection({ id: which.id, seq: Infinity, collection: null });
        toasts.info(t('collections.deleted', { name: which.name }));
      }
      return done;
    },
  };
}
