import { expect, test } from 'vitest';
import type { MakerModels } from '../../api/types';
import { voicesFor } from './voices';

const model = (id: string, voices: [string, string | null][]): MakerModels['models'][number] =>
  ({
    id,
    voices: voices.map(([voice, language]) => ({ id: voice, label: voice, language, gender: null })),
  }) as MakerModels['models'][number];

const SPEECH: MakerModels = {
  default: 'openai/tts',
  models: [
    model('espeak/voice', [
      ['en-gb', 'en-GB'],
      ['de', 'de'],
    ]),
    model('openai/tts', [['nova', null]]),
  ],
};
const ids = (quality: 'animatic' | 'final', language: string | null): string[] =>
  voicesFor(SPEECH, { quality, language }).map(({ id }) => id);

test('voices of the film’s language, and of the model that is going to speak', () => {
  expect(ids('animatic', null)).toEqual(['en-gb']);
  expect(ids('animatic', 'de-AT')).toEqual(['de']);
  expect(ids('final', 'de')).toEqual(['nova']);
});

test('a language that no voice has offers all of them', () => {
  expect(ids('animatic', 'eo')).toEqual(['en-gb', 'de']);
  expect(voicesFor(undefined, { quality: 'final', language: null })).toEqual([]);
});
