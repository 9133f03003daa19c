// @vitest-environment node
/** Against a real HTTP server on a free port. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError, newIdempotencyKey, onRefusal, request } from './client';

let server: Server;
let base: string;
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;

beforeEach(async () => {
  server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (part: Buffer) => (body += part.toString()));
    incoming.on('end', () => answer(incoming, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

const refused = (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => expect.unreachable('it was not refused'),
    (error: unknown) => error as ApiError,
  );

describe('request', () => {
  it('sends JSON with its query and its key, and reads JSON', async () => {
    let seen: object = {};
    answer = ({ method, url, headers }, response, body) => {
      seen = { method, url, type: headers['content-type'], key: headers['idempotency-key'], body };
      response.end('{"ok": true}');
    };
    const result = await request('POST', `${base}/x`, {
      query: { a: 'b c', none: undefined },
      body: { prompt: 'fox' },
      idempotencyKey: 'k1',
    });
    expect(result).toEqual({ ok: true });
    expect(seen).toEqual({
      method: 'POST',
      url: '/x?a=b+c',
      type: 'application/json',
      key: 'k1',
      body: '{"prompt":"fox"}',
    });
  });

  it('turns a refusal into an ApiError, and tells those who listen', async () => {
    answer = (_, response) => {
      response.writeHead(422, { 'X-Request-ID': 'r1', 'Retry-After': '7' });
      response.end(
        '{"success": false, "error": "No.", "code": "validation_failed", "details": {"fields": {"prompt": "Empty."}}}',
      );
    };
    const heard: ApiError[] = [];
    const stop = onRefusal((error) => heard.push(error));
    const error = await refused(request('GET', base));
    stop();
    expect(error).toMatchObject({
      status: 422,
      code: 'validation_failed',
      message: 'No.',
      retryAfter: 7,
      requestId: 'r1',
      fields: { prompt: 'Empty.' },
    });
    expect(heard).toEqual([error]);
    await refused(request('GET', base));
    expect(heard).toHaveLength(1);
  });

  it('has words for answers that are no JSON', async () => {
    answer = (_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>');
    expect(await refused(request('GET', base))).toMatchObject({
      status: 502,
      code: 'offline',
      retryAfter: null,
    });
    answer = (_, response) => response.writeHead(404).end();
    expect(await refused(request('GET', base))).toMatchObject({ status: 404, code: 'http_404', fields: {} });
  });

  it('says offline when nobody answers', async () => {
    answer = (_, response) => response.destroy();
    expect(await refused(request('GET', base))).toMatchObject({ status: 0, code: 'offline' });
  });

  it('lets a request be called off', async () => {
    const control = new AbortController();
    answer = () => control.abort();
    await expect(request('GET', base, { signal: control.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('makes a new key each time', () => {
    expect(newIdempotencyKey()).toMatch(/^[0-9a-f]{32}$/);
    expect(newIdempotencyKey()).not.toBe(newIdempotencyKey());
  });
});
