import { QueryClient, QueryObserver } from '@tanstack/svelte-query';
import { expect, it } from 'vitest';
import type { Me } from '../api/types';
import { keys } from './queries';
import { expired, initials, nameOf } from './session';

const user = { username: 'ada', display_name: null } as Me['user'];

it('shows nobody else’s data after the session has ended, and tells those who watch', () => {
  const client = new QueryClient();
  client.setQueryData(keys.me, { user, session_id: 's' });
  client.setQueryData(keys.studio, { name: 'Rushes' });
  client.setQueryData(keys.queue, { running: [] });
  client.setQueryData(keys.list({}), { pages: [] });
  const seen: unknown[] = [];
  const observer = new QueryObserver(client, { queryKey: keys.me, enabled: false });
  const release = observer.subscribe((result) => seen.push(result.data));
  expired(client);
  expect(client.getQueryData(keys.me)).toBeNull();
  expect(observer.getCurrentResult().data).toBeNull();
  expect(
    client
      .getQueryCache()
      .getAll()
      .map((query) => query.queryKey),
  ).toEqual([keys.me, keys.studio]);
  release();
  client.clear();
});

it.each([
  ['Ada Lumière', 'AL'],
  ['ada', 'A'],
  ['jean-luc p. godard', 'JG'],
  ['🎬 studio', '🎬S'],
  ['', ''],
])('%s is %s', (name, letters) => expect(initials(name)).toBe(letters));

it('calls people by the name they chose', () => {
  expect(nameOf(user)).toBe('ada');
  expect(nameOf({ ...user, display_name: 'Ada' })).toBe('Ada');
  expect(nameOf({ ...user, display_name: '  ' })).toBe('ada');
});
