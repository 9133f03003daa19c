/** A video that some list already holds, so that opening it shows it at once. */
import type { QueryClient } from '@tanstack/svelte-query';
import type { Lineage, Video } from '../../api/types';
import { keys } from '../../lib/queries';
import type { Pages } from '../../live/merge';

export function cachedVideo(client: QueryClient, id: string): Video | undefined {
  for (const [, pages] of client.getQueriesData<Pages>({ queryKey: keys.lists })) {
    const found = pages?.pages.flatMap((page) => page.videos).find((video) => video.id === id);
    if (found !== undefined) return found;
  }
  for (const [, lineage] of client.getQueriesData<Lineage>({ queryKey: keys.lineages })) {
    const found = lineage?.videos.find((video) => video.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}
