/** The one way to the server: JSON or a form out, JSON back, and every failure an ApiError. */
import { withQuery } from '../lib/urls';
import type { ErrorBody } from './types';

/** What went wrong, in the server's stable words. `status` 0 and code `offline` mean that nobody answered. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;
  /** Seconds to wait before trying again, where the server said so. */
  readonly retryAfter: number | null;
  readonly requestId: string | null;

  constructor(init: {
    status: number;
    code: string;
    message: string;
    details?: Record<string, unknown>;
    retryAfter?: number | null;
    requestId?: string | null;
  }) {
    super(init.message);
    this.name = 'ApiError';
    this.status = init.status;
    this.code = init.code;
    this.details = init.details ?? {};
    this.retryAfter = init.retryAfter ?? null;
    this.requestId = init.requestId ?? null;
  }

  /** What is wrong with each field of a refused form (`{prompt: "…"}`), else nothing. */
  get fields(): Record<string, string> {
    const fields = this.details.fields;
    return typeof fields === 'object' && fields !== null ? (fields as Record<string, string>) : {};
  }
}

export interface RequestOptions {
  query?: object;
  body?: object;
  form?: FormData;
  /** From `newIdempotencyKey()`: the same key with the same body never pays twice. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

type Refusal = (error: ApiError) => void;
const refusals = new Set<Refusal>();

/** Hears of every refused request (the app signs out on 401); the answer stops listening. */
export function onRefusal(listener: Refusal): () => void {
  refusals.add(listener);
  return () => refusals.delete(listener);
}

/** A key for one intent to spend. Keep it until the answer is known, and use it again for the same intent. */
export function newIdempotencyKey(): string {
  // randomUUID exists only on secure origins; a studio on the local network is plain http.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Sends one request and answers its JSON. Throws ApiError, or AbortError when `signal` fired. */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await answered(method, path, options);
  const answer = await readJson(response);
  if (response.ok) return answer as T;
  throw refused(response, answer);
}

/** Like `request`, for an answer that is a file: a sound, say. */
export async function requestFile(method: string, path: string, options: RequestOptions = {}): Promise<Blob> {
  const response = await answered(method, path, options);
  if (response.ok) return response.blob();
  throw refused(response, await readJson(response));
}

async function answered(method: string, path: string, options: RequestOptions): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json' });
  let body: BodyInit | undefined = options.form;
  if (options.body !== undefined) {
    headers.set('Content-Type', 'application/json');
    body = JSON.stringify(options.body);
  }
  if (options.idempotencyKey !== undefined) headers.set('Idempotency-Key', options.idempotencyKey);
  try {
    return await fetch(withQuery(path, options.query ?? {}), {
      method,
      headers,
      body,
      credentials: 'same-origin',
      signal: options.signal,
    });
  } catch (cause) {
    if (options.signal?.aborted === true) throw cause;
    throw new ApiError({ status: 0, code: 'offline', message: 'The studio did not answer.' });
  }
}

/**
 * Sends a form with large files, telling how many of its bytes have left: what fetch cannot tell in every browser.
 * Answers and throws as `request` does.
 */
export function send<T>(
  path: string,
  form: FormData,
  options: { signal?: AbortSignal; onprogress?: (sent: number, total: number) => void } = {},
): Promise<{ status: number; answer: T }> {
  return new Promise((resolve, reject) => {
    const { signal, onprogress } = options;
    const sending = new XMLHttpRequest();
    const stop = (): void => sending.abort();
    const end = (): void => signal?.removeEventListener('abort', stop);
    sending.open('POST', path);
    sending.setRequestHeader('Accept', 'application/json');
    sending.upload.onprogress = (event) => onprogress?.(event.loaded, event.total);
    sending.onload = () => {
      end();
      const answer = parsed(sending.responseText);
      const { status, statusText } = sending;
      if (status >= 200 && status < 300) return resolve({ status, answer: answer as T });
      const headers = { get: (name: string) => sending.getResponseHeader(name) };
      reject(refused({ status, statusText, headers }, answer));
    };
    sending.onerror = () => {
      end();
      reject(new ApiError({ status: 0, code: 'offline', message: 'The studio did not answer.' }));
    };
    sending.onabort = () => {
      end();
      reject(new DOMException('The upload was stopped.', 'AbortError'));
    };
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) return sending.onabort(new ProgressEvent('abort'));
    sending.send(form);
  });
}

async function readJson(response: Response): Promise<unknown> {
  return parsed(await response.text());
}

function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Head = Pick<Response, 'status' | 'statusText'> & { headers: Pick<Headers, 'get'> };

function refused(response: Head, answer: unknown): ApiError {
  const error = refusalOf(response, answer);
  for (const listener of refusals) listener(error);
  return error;
}

function refusalOf(response: Head, answer: unknown): ApiError {
  const body = (typeof answer === 'object' && answer !== null ? answer : {}) as Partial<ErrorBody>;
  const wait = Number(response.headers.get('Retry-After'));
  return new ApiError({
    status: response.status,
    code: body.code ?? (response.status >= 502 ? 'offline' : `http_${response.status}`),
    message: body.error ?? (response.statusText || `HTTP ${response.status}`),
    details: body.details,
    retryAfter: wait > 0 ? wait : null,
    requestId: response.headers.get('X-Request-ID'),
  });
}
