import { describe, expect, it } from 'vitest';
import { carriesFile, imageFrom } from '../drop/transfer';
import { checkReference, LARGEST_BYTES } from './check';

function png(width: number, height: number, extra = 0): File {
  const head = new Uint8Array(24 + extra);
  head.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  new DataView(head.buffer).setUint32(16, width);
  new DataView(head.buffer).setUint32(20, height);
  return new File([head], 'still.png', { type: 'image/png' });
}

async function reason(file: File): Promise<string> {
  const result = await checkReference(file);
  return 'refusal' in result ? result.refusal.reason : 'usable';
}

describe('checkReference', () => {
  it('accepts a picture and knows its size', async () => {
    const file = png(1280, 720);
    expect(await checkReference(file)).toEqual({ image: { file, width: 1280, height: 720 } });
  });
  it('refuses each kind of wrong file by name', async () => {
    expect(await reason(new File([], 'nothing.png'))).toBe('empty');
    expect(await reason(new File(['<html>'], 'page.png', { type: 'image/png' }))).toBe('not_an_image');
    expect(await reason(new File(['GIF89a\x01\x00\x01\x00'], 'a.gif'))).toBe('unusable_kind');
    expect(await reason(png(16, 900))).toBe('too_small');
    expect(await reason(png(640, 480, LARGEST_BYTES))).toBe('too_large');
  });
  it('refuses a decompression bomb by its header alone', async () => {
    expect(await reason(png(60_000, 60_000))).toBe('too_many_pixels');
  });
});

describe('what was pasted or dropped', () => {
  const transfer = (files: File[], types: string[]): DataTransfer =>
    ({ files, types }) as unknown as DataTransfer;
  it('prefers an image among several files', () => {
    const text = new File(['x'], 'x.txt', { type: 'text/plain' });
    const image = png(64, 64);
    expect(imageFrom(transfer([text, image], ['Files']))).toBe(image);
    expect(imageFrom(transfer([text], ['Files']))).toBe(text);
    expect(imageFrom(null)).toBeNull();
  });
  it('ignores dragged text', () => {
    expect(carriesFile(transfer([], ['text/plain']))).toBe(false);
    expect(carriesFile(transfer([], ['Files']))).toBe(true);
  });
});
