/** Which voices a film may want: those of its language, and those that speak any. */
import type { MakerModels, Quality } from '../../api/types';

type Voice = MakerModels['models'][number]['voices'][number];

/** What speaks where nothing else is chosen, and in every sketch. */
const SKETCHER = 'espeak/voice';

export function voicesFor(
  speech: MakerModels | undefined,
  { quality, language }: { quality: Quality; language: string | null },
): readonly Voice[] {
  const wanted = quality === 'final' ? (speech?.default ?? SKETCHER) : SKETCHER;
  const voices = speech?.models.find(({ id }) => id === wanted)?.voices ?? [];
  const main = primary(language ?? 'en');
  const fitting = voices.filter((voice) => voice.language === null || primary(voice.language) === main);
  return fitting.length > 0 ? fitting : voices;
}

/** `pt` of `pt-BR`. */
const primary = (tag: string): string => (tag.split('-')[0] ?? '').toLowerCase();
