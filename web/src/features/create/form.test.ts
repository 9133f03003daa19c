import { describe, expect, it } from 'vitest';
import type { Asset, Model } from '../../api/types';
import { CreateForm, modelNamed } from './form.svelte';

const sketch: Model = {
  id: 'animatic/animatic',
  name: 'animatic',
  provider: 'animatic',
  label: 'Animatic',
  description: '',
  embedded: true,
  sizes: ['1280x720', '720x1280'],
  size_rule: { min: 128, max: 1920, step: 2 },
  seconds: { min: 1, max: 60 },
  seconds_values: null,
  default_size: '1280x720',
  default_seconds: '8',
  image_input: true,
  remix: true,
  cancel: 'free',
  price_per_second: 0,
  resubmit_safe: true,
};
const paid: Model = {
  ...sketch,
  id: 'openai/wan-2',
  name: 'wan-2',
  embedded: false,
  size_rule: null,
  seconds: null,
  seconds_values: ['4', '8', '12'],
  image_input: false,
};

describe('CreateForm', () => {
  it('begins with what the model does by default', () => {
    const form = new CreateForm();
    form.fit(sketch);
    form.prompt = ' a fox ';
    expect(form.body()).toEqual({
      prompt: 'a fox',
      model: 'animatic/animatic',
      size: '1280x720',
      seconds: '8',
      n: undefined,
      seed: undefined,
      input_reference: undefined,
    });
  });
  it('says only a priority that is not the usual one', () => {
    const form = new CreateForm();
    form.fit(sketch);
    expect(form.body().priority).toBeUndefined();
    form.priority = -5;
    expect(form.body().priority).toBe(-5);
  });
  it('starts from a file or from what the studio has, never from both', () => {
    const form = new CreateForm();
    form.fit(sketch);
    const file = new File(['x'], 'a.png');
    form.startFromFile({ file, width: 64, height: 64 });
    expect(form.body()).toMatchObject({ input_reference: file });
    expect(form.body().references).toBeUndefined();
    form.startFromAsset({ id: 'asset_1' } as Asset);
    expect(form.body().input_reference).toBeUndefined();
    expect(form.body().references).toEqual([{ asset_id: 'asset_1', role: 'first_frame' }]);
    form.fit(paid);
    expect([form.image, form.asset]).toEqual([null, null]);
  });
  it('keeps what an address asked for once the model is known', () => {
    const form = new CreateForm();
    form.start({ prompt: 'a fox', size: '720x1280', seconds: '20', seed: '7' });
    form.fit(sketch);
    expect(form.body()).toMatchObject({ size: '720x1280', seconds: '20', seed: 7 });
  });
  it('moves to the nearest when another model is chosen', () => {
    const form = new CreateForm();
    form.fit(sketch);
    form.size = '640x1136';
    form.seconds = 30;
    form.image = { file: new File(['x'], 'x.png'), width: 1, height: 1 };
    form.fit(paid);
    expect(form.body()).toMatchObject({ model: 'openai/wan-2', size: '720x1280', seconds: '12' });
    expect(form.image).toBeNull();
  });
  it('finds what is wrong before sending', () => {
    const form = new CreateForm();
    form.fit(sketch);
    form.seed = '-3';
    form.size = '7x7';
    expect([...form.problems(sketch)].sort()).toEqual(['prompt_empty', 'seed', 'size']);
    form.prompt = 'x'.repeat(10_001);
    expect(form.problems(sketch).has('prompt_long')).toBe(true);
  });
});

describe('modelNamed', () => {
  it('knows ids and plain names, and falls back', () => {
    const models = [sketch, paid];
    expect(modelNamed(models, 'openai/wan-2', sketch.id)?.id).toBe('openai/wan-2');
    expect(modelNamed(models, 'wan-2', sketch.id)?.id).toBe('openai/wan-2');
    expect(modelNamed(models, 'sora-2', sketch.id)?.id).toBe('animatic/animatic');
    expect(modelNamed([], 'sora-2', sketch.id)).toBeUndefined();
  });
});
