/** The uploads of whoever is signed in: they go on while one looks at other pages. */
import { useQueryClient, type QueryClient } from '@tanstack/svelte-query';
import * as api from '../../api/assets';
import type { Asset, Me } from '../../api/types';
import { announce } from '../../lib/announce.svelte';
import { t } from '../../lib/messages';
import { keys } from '../../lib/queries';
import { go, router } from '../../lib/router.svelte';
import { toasts } from '../../lib/toasts.svelte';
import * as urls from '../../lib/urls';
import { readFilters } from './filters';
import { Uploads } from './uploads.svelte';

let shared: { uploads: Uploads; owner: string | undefined } | null = null;

/** Call it while a component is being set up. */
export function useUploads(): Uploads {
  const client = useQueryClient();
  const owner = client.getQueryData<Me | null>(keys.me)?.user.id;
  if (shared?.owner !== owner) {
    shared?.uploads.clear();
    shared = null;
  }
  shared ??= { uploads: open(client), owner };
  return shared.uploads;
}

function open(client: QueryClient): Uploads {
  const uploads = new Uploads({
    send: api.bring,
    onstored: (brought) => {
      void client.invalidateQueries({ queryKey: keys.assets });
      tell(brought);
    },
  });
  window.addEventListener('beforeunload', (event) => {
    if (uploads.isBusy) event.preventDefault();
  });
  return uploads;
}

function tell({ asset, isNew }: api.Brought): void {
  const action = { label: t('action.open'), run: () => go(urls.assets({ open: asset.id })) };
  if (!isNew) toasts.info(t('assets.known', { name: asset.name }), { action });
  else if (isShown(asset)) announce(t('assets.added', { name: asset.name }));
  else toasts.info(t('assets.added', { name: asset.name }), { action });
}

/** Whether it appears in the view that is open. */
function isShown(asset: Asset): boolean {
  if (router.route.name !== 'assets') return false;
  const { kind, purpose, q } = readFilters(router.route.query);
  return q === '' && (kind === '' || kind === asset.kind) && (purpose === '' || purpose === asset.purpose);
}
