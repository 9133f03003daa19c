/** What can be made, and by whom. */
import { request } from './client';
import type { Models, Provider } from './types';

export const models = (signal?: AbortSignal): Promise<Models> => request('GET', '/api/models', { signal });
export const providers = (signal?: AbortSignal): Promise<{ providers: Provider[] }> =>
  request('GET', '/api/providers', { signal });
