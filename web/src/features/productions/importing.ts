/** The import of whoever is signed in: it goes on while one looks at other pages. */
import { useQueryClient } from '@tanstack/svelte-query';
import * as api from '../../api/productions';
import type { Me } from '../../api/types';
import { useLive } from '../../lib/live-context';
import { t } from '../../lib/messages';
import { keys } from '../../lib/queries';
import { go, router } from '../../lib/router.svelte';
import { toasts } from '../../lib/toasts.svelte';
import * as urls from '../../lib/urls';
import { BundleImport } from './bundle-import.svelte';

let shared: { bundle: BundleImport; owner: string | undefined } | null = null;

/** Call it while a component is being set up. */
export function useBundleImport(): BundleImport {
  const client = useQueryClient();
  const live = useLive();
  const owner = client.getQueryData<Me | null>(keys.me)?.user.id;
  if (shared?.owner === owner && shared !== null) return shared.bundle;
  shared?.bundle.dismiss();
  const bundle = new BundleImport({
    send: api.importBundle,
    onimported: (production) => {
      live.applyProduction(production);
      void client.invalidateQueries({ queryKey: ['productions', 'list'], refetchType: 'none' });
      const open = (): void => go(urls.production(production.id));
      if (router.route.name === 'productions') return open();
      const title = production.title || t('productions.untitled');
      toasts.info(t('productions.import.done', { title }), {
        action: { label: t('action.open'), run: open },
      });
    },
  });
  window.addEventListener('beforeunload', (event) => {
    if (bundle.isBusy) event.preventDefault();
  });
  shared = { bundle, owner };
  return bundle;
}
