/** Deciding in the browser whether a file can guide a video, so that a refusal is instant and says why. */
import { HEADER_BYTES, type ImageKind, readHeader } from './header';

// The server's own limits: what it would refuse is refused before it is sent.
export const LARGEST_BYTES = 32 * 1024 * 1024;
export const LARGEST_PIXELS = 50_000_000;
export const SMALLEST_SIDE = 64;
export const ACCEPTED = 'image/jpeg,image/png,image/webp';

const USABLE: ReadonlySet<ImageKind> = new Set<ImageKind>(['png', 'jpeg', 'webp']);

/** Why a file cannot be used. The page words it. */
export type Refusal =
  | { reason: 'empty' }
  | { reason: 'not_an_image'; name: string }
  | { reason: 'unusable_kind'; kind: ImageKind }
  | { reason: 'too_large'; bytes: number; most: number }
  | { reason: 'too_many_pixels'; width: number; height: number; most: number }
  | { reason: 'too_small'; width: number; height: number; least: number };

export interface CheckedImage {
  file: File;
  /** Pixels; null where only the server can tell. */
  width: number | null;
  height: number | null;
}

/** The image with its size, or the first reason against it. Reads only the file's beginning. */
export async function checkReference(file: File): Promise<{ image: CheckedImage } | { refusal: Refusal }> {
  if (file.size === 0) return { refusal: { reason: 'empty' } };
  const header = readHeader(await firstBytes(file));
  if (!header) return { refusal: { reason: 'not_an_image', name: file.name } };
  if (!USABLE.has(header.kind)) return { refusal: { reason: 'unusable_kind', kind: header.kind } };
  if (file.size > LARGEST_BYTES) {
    return { refusal: { reason: 'too_large', bytes: file.size, most: LARGEST_BYTES } };
  }
  const { width, height } = header;
  if (width !== null && height !== null) {
    if (width * height > LARGEST_PIXELS) {
      return { refusal: { reason: 'too_many_pixels', width, height, most: LARGEST_PIXELS } };
    }
    if (Math.min(width, height) < SMALLEST_SIDE) {
      return { refusal: { reason: 'too_small', width, height, least: SMALLEST_SIDE } };
    }
  }
  return { image: { file, width, height } };
}

/** FileReader rather than `Blob.arrayBuffer`: the test browser lacks the latter. */
function firstBytes(file: File): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve(new Uint8Array(reader.result as ArrayBuffer));
    };
    reader.onerror = () => {
      reject(reader.error ?? new Error('The file could not be read.'));
    };
    reader.readAsArrayBuffer(file.slice(0, HEADER_BYTES));
  });
}
