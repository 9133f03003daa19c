/** Numbers as people type them, a comma for a point too; null where it is none or out of bounds. */
export function numberWithin(text: string, low: number, high: number): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && value >= low && value <= high ? value : null;
}
