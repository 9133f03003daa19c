/** The one server cache and how it behaves. */
import { QueryClient } from '@tanstack/svelte-query';
import { ApiError } from '../api/client';

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A studio on this very machine answers without the internet, so the browser's word does not count.
        networkMode: 'always',
        // The socket says when something changed.
        refetchOnWindowFocus: false,
        retry: (failures, error) => isPassing(error) && failures < 3,
        retryDelay: (attempt) => Math.min(400 * 2 ** attempt, 5000),
        gcTime: 10 * 60_000,
        // By default a query tells only of what has been read of it: with two of them, one whose answer is read after
        // the other's (`a.isPending || b.isPending`) and comes before it would be pending for ever.
        notifyOnChangeProps: 'all',
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

/** Is it worth asking again? What the server refused stays refused. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 502);
}
