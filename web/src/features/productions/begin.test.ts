import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import { sampleVideo } from '../../live/sample';
import { Beginning } from './begin.svelte';
import { refusalOf } from './refusal';

describe('what a film is begun with', () => {
  it('is a sentence, and nothing that was left open', () => {
    const form = new Beginning();
    form.idea = ' A fox learns to sail. ';
    form.mood = 'Calm';
    form.seconds = '60';
    expect(form.body()).toEqual({
      prompt: 'A fox learns to sail.',
      aspect_ratio: '16:9',
      mood: 'Calm',
      seconds: 60,
    });
  });

  it('is a script, or videos as scenes', () => {
    const form = new Beginning();
    form.start = 'script';
    form.script = 'One.\n\nTwo.';
    expect(form.body()).toMatchObject({ script: 'One.\n\nTwo.' });
    form.start = 'videos';
    form.videos = [
      sampleVideo({ title: 'Dunes', duration: 0.4 }),
      sampleVideo({ prompt: 'A kite', duration: 7.256 }),
    ];
    expect(form.body().script).toMatchObject({
      scenes: [
        { narration: '', frame_prompt: 'Dunes', seconds: 1 },
        { narration: '', frame_prompt: 'A kite', seconds: 7.26 },
      ],
    });
  });

  it('is looked at before it is sent', () => {
    const form = new Beginning();
    form.seconds = '2';
    form.scenes = '3.5';
    expect([...form.problems().keys()]).toEqual(['words', 'seconds', 'scenes']);
    form.start = 'videos';
    form.videos = [sampleVideo()];
    form.seconds = form.scenes = '';
    expect(form.problems().size).toBe(0);
  });
});

describe('a refusal', () => {
  const refused = (fields: Record<string, string>): ApiError =>
    new ApiError({ status: 422, code: 'validation_failed', message: 'No.', details: { fields } });

  it('stands beside its field', () => {
    expect(refusalOf(refused({ language: 'is none' }))).toEqual({
      fields: { language: 'is none' },
      general: null,
    });
    expect(refusalOf(refused({ 'script.scenes.3.narration': 'is too long' })).fields.words).toBe(
      'is too long',
    );
  });

  it('is told in general where the form has no such field', () => {
    expect(refusalOf(refused({ title: 'is too long' })).general?.text).toBe('is too long');
    expect(refusalOf(new ApiError({ status: 0, code: 'offline', message: '' })).general).not.toBeNull();
  });
});
