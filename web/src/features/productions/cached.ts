/** A production that the list already holds, so that opening it shows it at once. */
import type { QueryClient } from '@tanstack/svelte-query';
import type { Production } from '../../api/types';
import { keys } from '../../lib/queries';
import { productionsIn, type ProductionPages } from '../../live/productions';

export function cachedProduction(client: QueryClient, id: string): Production | undefined {
  const pages = client.getQueryData<ProductionPages>(keys.productionList);
  return pages && productionsIn(pages).find((one) => one.id === id);
}
