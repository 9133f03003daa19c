/** What was last chosen for each model beside size and length, on this device. */
import type { OptionValues } from './options';

export interface Choices {
  options: OptionValues;
  audio: boolean;
}

const STORAGE_KEY = 'rushes.create.models';
/** More models than anybody goes back to. */
const MOST = 50;

export function recall(modelId: string): Choices | null {
  return all()[modelId] ?? null;
}

export function remember(modelId: string, choices: Choices): void {
  const { [modelId]: _, ...others } = all();
  const kept = Object.entries(others).slice(-(MOST - 1));
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...Object.fromEntries(kept), [modelId]: choices }));
  } catch {
    // Storage is refused: the choice lasts as long as this page.
  }
}

function all(): Record<string, Choices> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    return typeof found === 'object' && found !== null ? (found as Record<string, Choices>) : {};
  } catch {
    return {};
  }
}
