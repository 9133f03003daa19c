import { describe, expect, it, vi } from 'vitest';
import type { bring, Brought } from '../../api/assets';
import { ApiError } from '../../api/client';
import { LARGEST_BYTES, Uploads } from './uploads.svelte';

type Send = typeof bring;
type Options = NonNullable<Parameters<Send>[1]>;

interface Sending {
  file: File;
  options: Options;
  done: (brought: Brought) => void;
  fail: (error: Error) => void;
}

/** A sender whose files arrive or fail when the test says so. */
function sender(): { uploads: Uploads; sent: Sending[]; stored: Brought[] } {
  const sent: Sending[] = [];
  const stored: Brought[] = [];
  const send: Send = (file, options = {}) =>
    new Promise((done, fail) => {
      sent.push({ file, options, done, fail });
      options.signal?.addEventListener('abort', () => fail(new DOMException('stopped', 'AbortError')));
    });
  return { uploads: new Uploads({ send, onstored: (brought) => stored.push(brought) }), sent, stored };
}

const song = (name: string, size = 1000): File => {
  const file = new File(['x'], name, { type: 'audio/mpeg' });
  Object.defineProperty(file, 'size', { value: size });
  return file;
};
const none = (): undefined => undefined;
const names = (uploads: Uploads): string[] => uploads.items.map((item) => `${item.file.name} ${item.state}`);
const brought = { asset: {}, isNew: true } as Brought;

describe('uploads', () => {
  it('go two at a time, in their order', async () => {
    const { uploads, sent, stored } = sender();
    await uploads.add([song('a'), song('b'), song('c')], none);
    expect(names(uploads)).toEqual(['a sending', 'b sending', 'c waiting']);
    sent[1]?.done(brought);
    await vi.waitFor(() => expect(names(uploads)).toEqual(['a sending', 'c sending']));
    expect(stored).toEqual([brought]);
    expect(uploads.isBusy).toBe(true);
    sent[0]?.done(brought);
    sent[2]?.done(brought);
    await vi.waitFor(() => expect(uploads.items).toEqual([]));
    expect(uploads.isBusy).toBe(false);
  });

  it('count the bytes of the file, and say when the server has them all', async () => {
    const { uploads, sent } = sender();
    await uploads.add([song('a', 1000)], () => 'music');
    expect(sent[0]?.options.purpose).toBe('music');
    sent[0]?.options.onprogress?.(601, 1202);
    expect(uploads.items[0]).toMatchObject({ sent: 500, state: 'sending' });
    sent[0]?.options.onprogress?.(1202, 1202);
    expect(uploads.items[0]).toMatchObject({ sent: 1000, state: 'looking' });
  });

  it('can be stopped, which lets the next one go', async () => {
    const { uploads, sent } = sender();
    await uploads.add([song('a'), song('b'), song('c')], none);
    uploads.remove(uploads.items[0]?.id ?? 0);
    expect(sent[0]?.options.signal?.aborted).toBe(true);
    await vi.waitFor(() => expect(names(uploads)).toEqual(['b sending', 'c sending']));
  });

  it('stay with their reason when they fail, and can be tried again where that may help', async () => {
    const { uploads, sent } = sender();
    await uploads.add([song('a'), song('b')], none);
    sent[0]?.fail(new ApiError({ status: 0, code: 'offline', message: '' }));
    sent[1]?.fail(new ApiError({ status: 422, code: 'invalid_media', message: 'The file is cut short.' }));
    await vi.waitFor(() => expect(names(uploads)).toEqual(['a failed', 'b failed']));
    expect(uploads.items.map((item) => item.canRetry)).toEqual([true, false]);
    expect(uploads.items[1]?.error).toBe('The file is cut short.');
    uploads.retry(uploads.items[0]?.id ?? 0);
    expect(names(uploads)).toEqual(['a sending', 'b failed']);
    expect(sent).toHaveLength(3);
  });

  it('are refused before they are sent where the server would', async () => {
    const { uploads, sent } = sender();
    const text = new File(['not a picture'], 'a.png', { type: 'image/png' });
    await uploads.add([song('empty', 0), song('huge', LARGEST_BYTES + 1), text], none);
    expect(sent).toEqual([]);
    expect(uploads.items.map((item) => item.error)).toEqual([
      'This file is empty.',
      'This file is 500 MB; at most 500 MB can be uploaded.',
      '“a.png” is not a picture. Use a JPEG, PNG or WebP.',
    ]);
  });
});
