/** Finding the picture of a moment in a sprite sheet, so that a pointer can scrub without loading the video. */

/** A sheet of equal frames, row by row; `interval` is seconds between two of them. */
export interface SpriteSheet {
  columns: number;
  rows: number;
  count: number;
  frame_width: number;
  frame_height: number;
  interval: number;
}

/** Which frame shows at `fraction` (0 to 1) of the way through; anything outside is clamped. */
export function frameAtFraction(sheet: SpriteSheet, fraction: number): number {
  if (sheet.count < 1 || !Number.isFinite(fraction)) return 0;
  return clampFrame(sheet, Math.floor(fraction * sheet.count));
}

/** Which frame shows at `seconds` from the start. */
export function frameAtTime(sheet: SpriteSheet, seconds: number): number {
  if (sheet.interval <= 0 || !Number.isFinite(seconds)) return 0;
  return clampFrame(sheet, Math.floor(seconds / sheet.interval));
}

/**
 * `background-size` and `background-position` that let a box of any size show one frame.
 * CSS percentages place the point p% of the image on the point p% of the box, hence the `- 1`.
 */
export function frameBackground(sheet: SpriteSheet, frame: number): { size: string; position: string } {
  const index = clampFrame(sheet, frame);
  const column = index % sheet.columns;
  const row = Math.floor(index / sheet.columns);
  return {
    size: `${sheet.columns * 100}% ${sheet.rows * 100}%`,
    position: `${along(column, sheet.columns)}% ${along(row, sheet.rows)}%`,
  };
}

/** How far `x` lies across a box, 0 to 1, from its inline start. */
export function fractionAcross(
  x: number,
  box: { left: number; width: number },
  direction: 'ltr' | 'rtl' = 'ltr',
): number {
  if (box.width <= 0) return 0;
  const across = Math.min(1, Math.max(0, (x - box.left) / box.width));
  return direction === 'rtl' ? 1 - across : across;
}

function clampFrame(sheet: SpriteSheet, frame: number): number {
  return Math.min(Math.max(0, sheet.count - 1), Math.max(0, frame));
}

function along(index: number, of: number): number {
  return of > 1 ? Number(((index / (of - 1)) * 100).toFixed(4)) : 0;
}
