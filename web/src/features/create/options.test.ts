import { describe, expect, it } from 'vitest';
import { controlsOf, fitting, optionProblem } from './options';

const schema = {
  type: 'object',
  properties: {
    tone: { enum: ['warm', 'cold'], default: 'cold', title: 'Colour' },
    loop: { type: 'boolean', description: 'Ends as it begins.' },
    guidance_scale: { type: 'number', minimum: 0, maximum: 1, multipleOf: 0.1, default: 0.5 },
    steps: { type: ['integer', 'null'], minimum: 1 },
    negativePrompt: { type: 'string', maxLength: 10 },
    points: { type: 'array' },
    nothing: {},
    broken: 'no schema',
  },
};
const controls = controlsOf(schema);
const named = (name: string) => {
  const found = controls.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

describe('controlsOf', () => {
  it('asks for each plain value by what suits it, and leaves the rest', () => {
    expect(controls.map(({ kind, label }) => [kind, label])).toEqual([
      ['choice', 'Colour'],
      ['switch', 'Loop'],
      ['number', 'Guidance scale'],
      ['number', 'Steps'],
      ['text', 'Negative prompt'],
    ]);
    expect(named('tone')).toMatchObject({ choices: ['warm', 'cold'], usual: 'cold' });
    expect(named('loop')).toMatchObject({ usual: false, hint: 'Ends as it begins.' });
    expect(named('guidance_scale')).toMatchObject({ min: 0, max: 1, step: 0.1, whole: false, usual: 0.5 });
    expect(named('steps')).toMatchObject({ min: 1, max: undefined, whole: true });
  });
  it('makes nothing of no schema', () => {
    expect(controlsOf({})).toEqual([]);
    expect(controlsOf({ properties: [] })).toEqual([]);
  });
});

describe('optionProblem', () => {
  it('finds what cannot be sent', () => {
    expect(optionProblem(named('guidance_scale'), 1.5)).toBe('range');
    expect(optionProblem(named('guidance_scale'), 'much')).toBe('number');
    expect(optionProblem(named('steps'), 2.5)).toBe('number');
    expect(optionProblem(named('steps'), 0)).toBe('range');
    expect(optionProblem(named('negativePrompt'), 'far too many')).toBe('long');
    expect(optionProblem(named('steps'), 12)).toBeNull();
    expect(optionProblem(named('steps'), undefined)).toBeNull();
  });
});

describe('fitting', () => {
  it('keeps what these controls can have', () => {
    const values = {
      tone: 'grey',
      loop: true,
      guidance_scale: 2,
      steps: 3,
      negativePrompt: '',
      points: [1],
      x: 1,
    };
    expect(fitting(controls, values)).toEqual({ loop: true, steps: 3 });
    expect(fitting(controls, { tone: 'warm', loop: 'yes' })).toEqual({ tone: 'warm' });
  });
});
