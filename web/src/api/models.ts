/** What can be made, and by whom. */
import { request } from './client';
import type { Models, Provider } from './types';

export const models = (signal?: AbortSignal): Promise<Models> => request('GET', '/api/models', { signal });
export const providers = (signal?: AbortSignal): Promise<{ providers: Provider[] }> =>
  request('GET', '/api/providers', { signal });
/** Nothing more goes to it, from anybody; for administrators. */
export const pause = (id: string): Promise<{ providers: Provider[] }> =>
  request('POST', `/api/providers/${encodeURIComponent(id)}/pause`);
export const resume = (id: string): Promise<{ providers: Provider[] }> =>
  request('POST', `/api/providers/${encodeURIComponent(id)}/resume`);
