import { beforeEach, describe, expect, it } from 'vitest';
import type { Asset } from '../../api/types';
import { sampleModel } from '../../live/sample-model';
import { CreateForm, modelNamed } from './form.svelte';

const sketch = sampleModel();
const paid = sampleModel({
  id: 'openai/wan-2',
  name: 'wan-2',
  embedded: false,
  size_rule: null,
  seconds: null,
  seconds_values: ['4', '8', '12'],
  image_input: false,
  references: [],
});
const rich = sampleModel({
  id: 'google/veo',
  name: 'veo',
  references: ['first_frame', 'last_frame', 'subject', 'style'],
  audio: 'optional',
  seed: false,
  prompt_max: 20,
  needs_image: true,
  options: {
    properties: {
      tone: { enum: ['warm', 'cold'] },
      steps: { type: 'integer', minimum: 1, maximum: 50 },
    },
  },
});
const asset = (id: string): Asset => ({ id }) as Asset;

beforeEach(() => {
  localStorage.clear();
});

describe('CreateForm', () => {
  it('begins with what the model does by default', () => {
    const form = new CreateForm();
    form.fit(sketch);
    form.prompt = ' a fox ';
    expect(form.body(sketch)).toEqual({
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
    expect(form.body(sketch).priority).toBeUndefined();
    form.priority = -5;
    expect(form.body(sketch).priority).toBe(-5);
  });
  it('starts from a file or from what the studio has, never from both', () => {
    const form = new CreateForm();
    form.fit(sketch);
    const file = new File(['x'], 'a.png');
    form.addFile(sketch, { file, width: 64, height: 64 });
    expect(form.body(sketch)).toMatchObject({ input_reference: file });
    expect(form.body(sketch).references).toBeUndefined();
    form.addAsset(sketch, asset('asset_1'));
    expect(form.body(sketch).input_reference).toBeUndefined();
    expect(form.body(sketch).references).toEqual([{ asset_id: 'asset_1', role: 'first_frame' }]);
    form.fit(paid);
    expect(form.pictures).toEqual([]);
  });
  it('gives each picture a role that is free, and sends files that are no first frame as assets', () => {
    const form = new CreateForm();
    form.fit(rich);
    form.addFile(rich, { file: new File(['x'], 'a.png'), width: 64, height: 64 });
    form.addFile(rich, { file: new File(['y'], 'b.png'), width: 64, height: 64 });
    form.addAsset(rich, asset('asset_1'));
    expect(form.pictures.map(({ role }) => role)).toEqual(['first_frame', 'last_frame', 'subject']);
    expect(form.unsent.map(({ image }) => image?.file.name)).toEqual(['b.png']);
    const last = form.pictures[2];
    form.setRole(last?.key ?? 0, 'first_frame');
    expect(form.pictures.map(({ role }) => role)).toEqual(['subject', 'last_frame', 'first_frame']);
    expect(form.unsent).toHaveLength(2);
    expect(form.body(rich).input_reference).toBeUndefined();
    form.movePicture(last?.key ?? 0, -1);
    form.removePicture(form.pictures[0]?.key ?? 0);
    expect(form.pictures.map(({ role }) => role)).toEqual(['first_frame', 'last_frame']);
  });
  it('asks for sound, seed and options only where the model has them', () => {
    const form = new CreateForm();
    form.start({ seed: '7' });
    form.fit(rich);
    form.setAudio(true);
    form.setOption('tone', 'warm');
    form.setOption('steps', 3);
    form.setOption('steps', undefined);
    expect(form.body(rich)).toMatchObject({ audio: true, options: { tone: 'warm' }, seed: undefined });
    form.fit(sketch);
    expect(form.body(sketch)).toMatchObject({ audio: undefined, options: undefined, seed: 7 });
  });
  it('remembers sound and options for each model', () => {
    const form = new CreateForm();
    form.fit(rich);
    form.setAudio(true);
    form.setOption('steps', 30);
    form.fit(sketch);
    form.fit(rich);
    expect([form.audio, form.options]).toEqual([true, { steps: 30 }]);
    const later = new CreateForm();
    later.fit({ ...rich, options: {} });
    expect([later.audio, later.options]).toEqual([true, {}]);
  });
  it('takes over the sound and the options of another video', () => {
    const form = new CreateForm();
    form.fit(rich);
    form.setOption('steps', 30);
    form.start({ audio: true, options: { tone: 'cold', steps: 99 } });
    form.fit(rich);
    expect([form.audio, form.options]).toEqual([true, { tone: 'cold' }]);
  });
  it('keeps what an address asked for once the model is known', () => {
    const form = new CreateForm();
    form.start({ prompt: 'a fox', size: '720x1280', seconds: '20', seed: '7' });
    form.fit(sketch);
    expect(form.body(sketch)).toMatchObject({ size: '720x1280', seconds: '20', seed: 7 });
  });
  it('moves to the nearest when another model is chosen', () => {
    const form = new CreateForm();
    form.fit(sketch);
    form.size = '640x1136';
    form.seconds = 30;
    form.addFile(sketch, { file: new File(['x'], 'x.png'), width: 1, height: 1 });
    form.fit(paid);
    expect(form.body(paid)).toMatchObject({ model: 'openai/wan-2', size: '720x1280', seconds: '12' });
    expect(form.pictures).toEqual([]);
  });
  it('finds what is wrong before sending', () => {
    const form = new CreateForm();
    form.fit(sketch);
    form.seed = '-3';
    form.size = '7x7';
    expect([...form.problems(sketch)].sort()).toEqual(['prompt_empty', 'seed', 'size']);
    form.prompt = 'x'.repeat(10_001);
    expect(form.problems(sketch).has('prompt_long')).toBe(true);
    form.fit(rich);
    form.size = '1280x720';
    form.prompt = 'x'.repeat(21);
    form.setOption('steps', 51);
    expect([...form.problems(rich)].sort()).toEqual(['options.steps', 'picture', 'prompt_long']);
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
