/** What is to be asked anew once providers have changed: how they are set, what they offer, what is the default. */
import type { QueryClient } from '@tanstack/svelte-query';
import { keys } from '../../lib/queries';

export async function providersChanged(client: QueryClient): Promise<void> {
  const touched = [keys.adminProviders, keys.defaults, keys.models, keys.providers, keys.studio];
  await Promise.all(touched.map((queryKey) => client.invalidateQueries({ queryKey })));
}
