/** What can be made, and by whom. */
import { request } from './client';
import type { MakerModels, Models, Provider } from './types';

export const models = (signal?: AbortSignal): Promise<Models> => request('GET', '/api/models', { signal });
/** What speaks, with its voices. */
export const speech = (signal?: AbortSignal): Promise<MakerModels> =>
  request('GET', '/api/models', { query: { kind: 'speech' }, signal });
export const providers = (signal?: AbortSignal): Promise<{ providers: Provider[] }> =>
  request('GET', '/api/providers', { signal });
/** Nothing more goes to it, from anybody; for administrators. */
export const pause = (id: string): Promise<{ providers: Provider[] }> =>
  request('POST', `/api/providers/${encodeURIComponent(id)}/pause`);
export const resume = (id: string): Promise<{ providers: Provider[] }> =>
  request('POST', `/api/providers/${encodeURIComponent(id)}/resume`);
