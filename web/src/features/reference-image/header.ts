/**
 * Reading an image's true kind and size from its first bytes, without decoding it:
 * a decompression bomb must be refused before a browser unpacks it, and names and MIME types lie.
 */

export type ImageKind = 'png' | 'jpeg' | 'webp' | 'gif' | 'heic' | 'avif';

export interface ImageHeader {
  kind: ImageKind;
  /** Pixels; null when the kind is known but its size is not in the bytes given. */
  width: number | null;
  height: number | null;
}

/** Enough for a JPEG's size behind ordinary camera metadata. */
export const HEADER_BYTES = 512 * 1024;

/** What these first bytes are, or null when they are no image we know. */
export function readHeader(bytes: Uint8Array): ImageHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return png(view);
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return jpeg(view);
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP') return webp(bytes, view);
  if (/^GIF8[79]a$/u.test(text(bytes, 0, 6))) return gif(view);
  if (text(bytes, 4, 8) === 'ftyp') return isoBrand(text(bytes, 8, 12));
  return null;
}

function png(view: DataView): ImageHeader {
  if (view.byteLength < 24) return unsized('png');
  return { kind: 'png', width: view.getUint32(16), height: view.getUint32(20) };
}

function gif(view: DataView): ImageHeader {
  if (view.byteLength < 10) return unsized('gif');
  return { kind: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** Segments follow each other until a start-of-frame (C0–CF but for the three that are tables). */
function jpeg(view: DataView): ImageHeader {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return unsized('jpeg');
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return { kind: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return unsized('jpeg');
}

/** Three flavours: lossy (VP8), lossless (VP8L) and extended (VP8X), each with its own place for the size. */
function webp(bytes: Uint8Array, view: DataView): ImageHeader {
  if (view.byteLength < 30) return unsized('webp');
  const flavour = text(bytes, 12, 16);
  if (flavour === 'VP8X') {
    return { kind: 'webp', width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
  }
  if (flavour === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { kind: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  if (flavour === 'VP8 ') {
    const width = view.getUint16(26, true) & 0x3fff;
    return { kind: 'webp', width, height: view.getUint16(28, true) & 0x3fff };
  }
  return unsized('webp');
}

function isoBrand(brand: string): ImageHeader | null {
  if (/^(heic|heix|hevc|heim|heis|mif1|msf1)$/u.test(brand)) return unsized('heic');
  if (/^avi[fs]$/u.test(brand)) return unsized('avif');
  return null;
}

function unsized(kind: ImageKind): ImageHeader {
  return { kind, width: null, height: null };
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte);
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
