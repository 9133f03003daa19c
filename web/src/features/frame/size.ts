/** Sizes as the API writes them ("1280x720"), turned into numbers and into words people use. */

export interface Pixels {
  width: number;
  height: number;
}

export function parseSize(size: string): Pixels | null {
  const match = /^(\d{1,5})x(\d{1,5})$/iu.exec(size.trim());
  if (!match) return null;
  const width = Number(match[1]);
  const height = Number(match[2]);
  return width > 0 && height > 0 ? { width, height } : null;
}

/** Width ÷ height; 16:9 where the size is not known. */
export function aspectRatio(size: string): number {
  const pixels = parseSize(size);
  return pixels ? pixels.width / pixels.height : 16 / 9;
}

/** The file's own size where it is known, else the size asked for. */
export function shownRatio(video: { width: number | null; height: number | null; size: string }): number {
  return video.width && video.height ? video.width / video.height : aspectRatio(video.size);
}

const NAMED: readonly [number, number][] = [
  [16, 9],
  [9, 16],
  [1, 1],
  [4, 3],
  [3, 4],
  [3, 2],
  [2, 3],
  [4, 5],
  [5, 4],
  [7, 4],
  [4, 7],
  [21, 9],
  [9, 21],
];

/** "16:9" for anything within a percent of it (codecs round sides), else the reduced fraction. */
export function ratioName({ width, height }: Pixels): string {
  const ratio = width / height;
  for (const [a, b] of NAMED) {
    if (Math.abs(ratio / (a / b) - 1) < 0.01) return `${a}:${b}`;
  }
  const divisor = greatestCommon(width, height);
  const a = width / divisor;
  const b = height / divisor;
  return a <= 50 && b <= 50 ? `${a}:${b}` : `${ratio.toFixed(2)}:1`;
}

function greatestCommon(a: number, b: number): number {
  return b === 0 ? a : greatestCommon(b, a % b);
}
