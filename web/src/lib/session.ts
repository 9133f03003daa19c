/** Entering and leaving: what the cache forgets when somebody signs in or out. */
import type { QueryClient } from '@tanstack/svelte-query';
import * as auth from '../api/auth';
import { ApiError } from '../api/client';
import type { Me, User } from '../api/types';
import { keys, meQuery } from './queries';

/** After sign-in, registering or a password change: asks who we are now and shows nobody else's data. */
export async function entered(client: QueryClient): Promise<Me | null> {
  forgetOthers(client);
  return client.fetchQuery({ ...meQuery(), staleTime: 0 });
}

/**
 * The password just typed at sign-in, while a new one must be chosen: nobody should have to type it twice in a row.
 * It lives in memory only, until it is changed or the page goes away.
 */
let printed: string | null = null;
export const rememberPrinted = (password: string | null): void => {
  printed = password;
};
export const printedPassword = (): string | null => printed;

/** Ends the session here and at the server. A server that does not answer throws, and we stay signed in. */
export async function leave(client: QueryClient): Promise<void> {
  try {
    await auth.signOut();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
  expired(client);
}

/** The server no longer knows our session. */
export function expired(client: QueryClient): void {
  rememberPrinted(null);
  client.setQueryData(keys.me, null);
  forgetOthers(client);
}

/** The name to show: the display name, else the username. */
export const nameOf = (user: User): string => user.display_name?.trim() || user.username;

/** One or two letters for where a picture would be. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '')][0]?.toUpperCase() ?? '').join('');
}

/** All but the studio and who is signed in: the app watches those two throughout. */
function forgetOthers(client: QueryClient): void {
  const kept: readonly unknown[] = [keys.studio[0], keys.me[0]];
  client.removeQueries({ predicate: (query) => !kept.includes(query.queryKey[0]) });
}
