/** Who is signed in, and where. The session itself is an httpOnly cookie that no script can read. */
import { request } from './client';
import type { Me, Session, SignedIn, Studio, User } from './types';

export const studio = (signal?: AbortSignal): Promise<Studio> => request('GET', '/api/studio', { signal });

export const me = (signal?: AbortSignal): Promise<Me> => request('GET', '/api/auth/me', { signal });

/** `name` may be a username or an email address. */
export function signIn(name: string, password: string): Promise<SignedIn> {
  const who = name.includes('@') ? { email: name } : { username: name };
  return request('POST', '/api/auth/login', { body: { ...who, password } });
}

export const register = (form: {
  username: string;
  email?: string;
  password: string;
  invite?: string;
}): Promise<SignedIn> => request('POST', '/api/auth/register', { body: form });

export const signOut = (): Promise<unknown> => request('POST', '/api/auth/logout');

export const changeProfile = (changes: {
  display_name?: string | null;
  email?: string | null;
}): Promise<{ user: User }> => request('PATCH', '/api/auth/profile', { body: changes });

/** Ends every other session of this user. */
export const changePassword = (form: { current_password: string; new_password: string }): Promise<SignedIn> =>
  request('POST', '/api/auth/change-password', { body: form });

export const sessions = (signal?: AbortSignal): Promise<{ sessions: Session[] }> =>
  request('GET', '/api/auth/sessions', { signal });

export const endSession = (id: string): Promise<unknown> =>
  request('DELETE', `/api/auth/sessions/${encodeURIComponent(id)}`);

export const endOtherSessions = (): Promise<{ success: boolean; ended: number }> =>
  request('DELETE', '/api/auth/sessions');
