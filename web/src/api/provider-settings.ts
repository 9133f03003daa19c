/** Providers as administrators set them, and the model that stands in where none is named. */
import { request } from './client';
import type {
  AdminProvider,
  Defaults,
  ProviderChanges,
  ProviderKind,
  ProviderTry,
  ProviderValues,
  Tried,
} from './types';

const at = (name: string): string => `/api/admin/providers/${encodeURIComponent(name)}`;

export const list = (signal?: AbortSignal): Promise<{ providers: AdminProvider[] }> =>
  request('GET', '/api/admin/providers', { signal });
export const kinds = (signal?: AbortSignal): Promise<{ kinds: ProviderKind[] }> =>
  request('GET', '/api/admin/provider-kinds', { signal });
/** Its models are offered from then on. */
export const connect = (values: ProviderValues): Promise<AdminProvider> =>
  request('POST', '/api/admin/providers', { body: values });
export const change = (name: string, changes: ProviderChanges): Promise<AdminProvider> =>
  request('PATCH', at(name), { body: changes });
/** What everybody together may spend there in a month, also at one of the environment; `null` is no limit. */
export const setCap = (name: string, usd: number | null): Promise<AdminProvider> =>
  request('PUT', `${at(name)}/cap`, { body: { monthly_cap_usd: usd } });
export const remove = (name: string): Promise<{ success: boolean }> => request('DELETE', at(name));
/** Asks a free question; that the answer is no good is no error. */
export const test = (name: string): Promise<Tried> => request('POST', `${at(name)}/test`);
/** The same with values that are not saved. */
export const tryOut = (values: ProviderTry): Promise<Tried> =>
  request('POST', '/api/admin/providers/test', { body: values });
export const defaults = (signal?: AbortSignal): Promise<Defaults> =>
  request('GET', '/api/admin/defaults', { signal });
export const setDefault = (model: string | null): Promise<Defaults> =>
  request('PUT', '/api/admin/defaults', { body: { default_video_model: model } });
