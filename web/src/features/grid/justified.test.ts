import { describe, expect, it } from 'vitest';
import { justify, rowOf, targetHeight, verticalNeighbour } from './justified';

const options = { width: 1200, target: 160, gap: 4 };
const mixed = Array.from({ length: 57 }, (_, i) => [16 / 9, 9 / 16, 1, 21 / 9, 4 / 3][i % 5] ?? 1);

describe('justify', () => {
  it('places every frame once, in order', () => {
    const placed = justify(mixed, options).flatMap((row) => row.cells.map((cell) => cell.index));
    expect(placed).toEqual(mixed.map((_, i) => i));
  });
  it('fills every row but the last to the pixel', () => {
    const rows = justify(mixed, options);
    for (const row of rows.slice(0, -1)) {
      const last = row.cells[row.cells.length - 1];
      expect((last?.left ?? 0) + (last?.width ?? 0)).toBe(1200);
    }
  });
  it('keeps true aspect ratios to a pixel', () => {
    for (const row of justify(mixed, options)) {
      for (const cell of row.cells) {
        expect(Math.abs(cell.width - (mixed[cell.index] ?? 0) * row.height)).toBeLessThan(2.5);
      }
    }
  });
  it('keeps rows near the target', () => {
    for (const row of justify(mixed, options)) {
      expect(row.height).toBeGreaterThan(100);
      expect(row.height).toBeLessThan(256);
    }
  });
  it('leaves a short last row at the target height', () => {
    const rows = justify([16 / 9, 16 / 9], options);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.height).toBe(160);
    expect(rows[0]?.cells[1]?.left).toBe(Math.round(160 * (16 / 9) + 4));
  });
  it('does not move earlier rows when frames are added', () => {
    const before = justify(mixed.slice(0, 40), options);
    const after = justify(mixed, options);
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
  });
  it('treats an unknown ratio as 16:9 and a sliver as usable', () => {
    const rows = justify([Number.NaN, 0, 0.01, 99], options);
    expect(rows.flatMap((row) => row.cells)).toHaveLength(4);
    for (const cell of rows.flatMap((row) => row.cells)) expect(cell.width).toBeGreaterThan(40);
  });
  it('gives a very wide frame on a phone its own row', () => {
    const rows = justify([3, 3, 3], { width: 360, target: 150, gap: 4 });
    expect(rows.map((row) => row.cells.length)).toEqual([1, 1, 1]);
    expect(rows[0]?.height).toBe(120);
  });
  it('is empty before the width is known', () => {
    expect(justify(mixed, { ...options, width: 0 })).toEqual([]);
  });
});

describe('neighbours', () => {
  const rows = justify(
    Array.from({ length: 20 }, () => 16 / 9),
    options,
  );
  it('goes straight up and down in a regular sheet', () => {
    const across = rows[0]?.cells.length ?? 0;
    expect(verticalNeighbour(rows, 1, 1)).toBe(1 + across);
    expect(verticalNeighbour(rows, 1 + across, -1)).toBe(1);
  });
  it('stays at the edges', () => {
    expect(verticalNeighbour(rows, 0, -1)).toBe(0);
    expect(verticalNeighbour(rows, 19, 1)).toBe(19);
  });
  it('finds rows', () => {
    expect(rowOf(rows, 0)).toBe(0);
    expect(rowOf(rows, 19)).toBe(rows.length - 1);
    expect(rowOf(rows, 20)).toBe(-1);
  });
});

describe('targetHeight', () => {
  it('shows about two frames across a phone and five across a desk', () => {
    expect(Math.round(390 / (targetHeight(390) * (16 / 9)))).toBe(2);
    expect(Math.round(1600 / (targetHeight(1600) * (16 / 9)))).toBe(5);
  });
});
