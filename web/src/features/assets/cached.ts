/** Puts what the server answered about an asset where it is shown. Nobody else tells of it. */
import type { InfiniteData, QueryClient } from '@tanstack/svelte-query';
import type { Asset, AssetPage } from '../../api/types';
import { keys } from '../../lib/queries';

type Pages = InfiniteData<AssetPage, string | null>;

/** It changed: at once where it is shown, and the lists are asked again, since it may have left one. */
export function put(client: QueryClient, asset: Asset): void {
  client.setQueryData(keys.asset(asset.id), asset);
  inLists(client, (assets) => assets.map((each) => (each.id === asset.id ? asset : each)));
  void client.invalidateQueries({ queryKey: keys.assetLists });
}

export function drop(client: QueryClient, id: string): void {
  inLists(client, (assets) => assets.filter((each) => each.id !== id));
  client.removeQueries({ queryKey: keys.asset(id) });
}

function inLists(client: QueryClient, change: (assets: Asset[]) => Asset[]): void {
  client.setQueriesData<Pages>({ queryKey: keys.assetLists }, (data) =>
    data === undefined
      ? data
      : { ...data, pages: data.pages.map((page) => ({ ...page, assets: change(page.assets) })) },
  );
}
