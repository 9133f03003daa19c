/** Laying frames out like a contact sheet: rows of one height, every frame at its true aspect ratio. */

export interface SheetOptions {
  /** Width of the sheet, in pixels. */
  width: number;
  /** The picture height rows aim for, in pixels. */
  target: number;
  /** Space between two frames of a row, in pixels. */
  gap: number;
}

/** One frame's place in its row; `left` and `width` in pixels. */
export interface Cell {
  index: number;
  left: number;
  width: number;
}

export interface Row {
  /** Picture height in pixels, without the edge print. */
  height: number;
  cells: Cell[];
}

/** A frame wider or taller than this is shown cropped rather than as a sliver. */
const NARROWEST = 0.4;
const WIDEST = 3;

/**
 * Rows for frames of these aspect ratios (width ÷ height), in order.
 * Rows fill the width to the pixel but for the last, which keeps the target height.
 * Adding frames at the end never changes any row but the last.
 */
export function justify(ratios: readonly number[], options: SheetOptions): Row[] {
  const { width, target, gap } = options;
  if (width <= 0 || target <= 0) return [];
  const rows: Row[] = [];
  let start = 0;
  let sum = 0;
  for (let index = 0; index < ratios.length; index += 1) {
    const ratio = usable(ratios[index]);
    const count = index - start + 1;
    const height = heightFor(sum + ratio, count, width, gap);
    if (height > target) {
      sum += ratio;
      continue;
    }
    const without = count > 1 ? heightFor(sum, count - 1, width, gap) : Infinity;
    // Both rows miss the target, one by being taller, one by being lower: take the nearer.
    if (count > 1 && without / target < target / height) {
      rows.push(fill(ratios, start, index, width, gap));
      start = index;
      sum = ratio;
      if (heightFor(ratio, 1, width, gap) <= target) {
        rows.push(fill(ratios, start, index + 1, width, gap));
        start = index + 1;
        sum = 0;
      }
    } else {
      rows.push(fill(ratios, start, index + 1, width, gap));
      start = index + 1;
      sum = 0;
    }
  }
  if (start < ratios.length) rows.push(rest(ratios, start, options, sum));
  return rows;
}

/** Where the frame above (−1) or below (+1) is: the one whose middle is nearest. */
export function verticalNeighbour(rows: readonly Row[], index: number, step: -1 | 1): number {
  const at = rowOf(rows, index);
  const cell = rows[at]?.cells.find((candidate) => candidate.index === index);
  const next = rows[at + step];
  if (!cell || !next) return index;
  const middle = cell.left + cell.width / 2;
  let best = next.cells[0];
  for (const candidate of next.cells) {
    if (best && distance(candidate, middle) < distance(best, middle)) best = candidate;
  }
  return best?.index ?? index;
}

/** Which row holds the frame, or −1. */
export function rowOf(rows: readonly Row[], index: number): number {
  return rows.findIndex((row) => {
    const last = row.cells[row.cells.length - 1];
    return last !== undefined && last.index >= index;
  });
}

/** The picture height that suits a sheet of this width: two or three frames across a phone, five across a desk. */
export function targetHeight(width: number, density: 'small' | 'large' = 'large'): number {
  const across = width < 560 ? 2 : width < 900 ? 3 : width < 1500 ? 4 : 5;
  const scale = density === 'small' ? 0.7 : 1;
  return Math.round((width / across / (16 / 9)) * scale);
}

function usable(ratio: number | undefined): number {
  if (ratio === undefined || !Number.isFinite(ratio) || ratio <= 0) return 16 / 9;
  return Math.min(WIDEST, Math.max(NARROWEST, ratio));
}

function heightFor(sum: number, count: number, width: number, gap: number): number {
  return sum > 0 ? (width - gap * (count - 1)) / sum : Infinity;
}

/** Edges are rounded, not widths, so that the rounding never adds up to a ragged right side. */
function fill(ratios: readonly number[], start: number, end: number, width: number, gap: number): Row {
  let sum = 0;
  for (let index = start; index < end; index += 1) sum += usable(ratios[index]);
  const height = heightFor(sum, end - start, width, gap);
  return { height: Math.round(height), cells: place(ratios, start, end, height, gap) };
}

function rest(
  ratios: readonly number[],
  start: number,
  { width, target, gap }: SheetOptions,
  sum: number,
): Row {
  const height = Math.min(target, heightFor(sum, ratios.length - start, width, gap));
  return { height: Math.round(height), cells: place(ratios, start, ratios.length, height, gap) };
}

function place(ratios: readonly number[], start: number, end: number, height: number, gap: number): Cell[] {
  const cells: Cell[] = [];
  let edge = 0;
  for (let index = start; index < end; index += 1) {
    const left = Math.round(edge);
    edge += usable(ratios[index]) * height;
    cells.push({ index, left, width: Math.round(edge) - left });
    edge += gap;
  }
  return cells;
}

function distance(cell: Cell, x: number): number {
  return Math.abs(cell.left + cell.width / 2 - x);
}
