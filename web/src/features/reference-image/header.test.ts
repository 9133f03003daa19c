import { describe, expect, it } from 'vitest';
import { readHeader } from './header';

const ascii = (value: string): number[] => [...value].map((c) => c.charCodeAt(0));
const bytes = (...parts: (number | number[])[]): Uint8Array => Uint8Array.from(parts.flat());
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

describe('readHeader', () => {
  it('reads a PNG', () => {
    const data = bytes(
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
      [0, 0, 0, 13],
      ascii('IHDR'),
      [0, 0, 5, 0],
      [0, 0, 2, 0xd0],
    );
    expect(readHeader(data)).toEqual({ kind: 'png', width: 1280, height: 720 });
  });
  it('finds the size of a JPEG behind its metadata', () => {
    const exif = [0xff, 0xe1, 0x01, 0x02, ...zeros(0x100)];
    const table = [0xff, 0xc4, 0x00, 0x04, 0, 0];
    const frame = [0xff, 0xc2, 0x00, 0x11, 8, 0x02, 0xd0, 0x05, 0x00, 3, 0, 0];
    expect(readHeader(bytes([0xff, 0xd8], exif, table, frame))).toEqual({
      kind: 'jpeg',
      width: 1280,
      height: 720,
    });
  });
  it('knows a JPEG whose size is further on', () => {
    expect(readHeader(bytes([0xff, 0xd8, 0xff, 0xe1, 0x80, 0], zeros(20)))).toEqual({
      kind: 'jpeg',
      width: null,
      height: null,
    });
  });
  it('reads the three kinds of WebP', () => {
    const riff = [...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBP')];
    const extended = bytes(riff, ascii('VP8X'), zeros(8), [0xff, 4, 0], [0xcf, 2, 0]);
    expect(readHeader(extended)).toEqual({ kind: 'webp', width: 1280, height: 720 });
    const lossy = bytes(riff, ascii('VP8 '), zeros(10), [0, 5], [0xd0, 2]);
    expect(readHeader(lossy)).toEqual({ kind: 'webp', width: 1280, height: 720 });
    const size = 1279 | (719 << 14);
    const packed = [size & 255, (size >> 8) & 255, (size >> 16) & 255, (size >> 24) & 255];
    const lossless = bytes(riff, ascii('VP8L'), zeros(4), [0x2f], packed, zeros(8));
    expect(readHeader(lossless)).toEqual({ kind: 'webp', width: 1280, height: 720 });
  });
  it('knows a telephone photo by its brand', () => {
    expect(readHeader(bytes([0, 0, 0, 24], ascii('ftypheic'), zeros(8)))?.kind).toBe('heic');
  });
  it('refuses what is no image', () => {
    expect(readHeader(bytes(ascii('<!doctype html><title>')))).toBeNull();
    expect(readHeader(bytes())).toBeNull();
    expect(readHeader(bytes([0, 0, 0, 24], ascii('ftypisom'), zeros(8)))).toBeNull();
  });
  it('does not read past short data', () => {
    expect(readHeader(bytes([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))?.width).toBeNull();
    expect(readHeader(bytes(ascii('RIFF'), zeros(4), ascii('WEBP')))?.width).toBeNull();
  });
});
