/** A model's own options, from its JSON Schema to the controls that ask for them. */
import type { Model } from '../../api/types';

export type OptionValue = string | number | boolean;
export type OptionValues = Record<string, OptionValue>;

/** One option as it is asked for. What is left out is the model's own choice: its `usual` value, if it says. */
export type Control = { name: string; label: string; hint: string | undefined } & (
  | { kind: 'choice'; choices: (string | number)[]; usual: string | number | undefined }
  | { kind: 'switch'; usual: boolean }
  | {
      kind: 'number';
      min: number | undefined;
      max: number | undefined;
      step: number | undefined;
      whole: boolean;
      usual: number | undefined;
    }
  | { kind: 'text'; most: number | undefined; usual: string | undefined }
);

/** The options that can be asked for here. What is no plain value (a list, an object) is left to the API. */
export function controlsOf(options: Model['options']): Control[] {
  const properties = isRecord(options.properties) ? options.properties : {};
  return Object.entries(properties).flatMap(([name, rules]) => {
    const control = isRecord(rules) ? controlOf(name, rules) : null;
    return control === null ? [] : [control];
  });
}

function controlOf(name: string, rules: Record<string, unknown>): Control | null {
  const label = typeof rules.title === 'string' && rules.title !== '' ? rules.title : inWords(name);
  const hint = typeof rules.description === 'string' ? rules.description : undefined;
  const told = { name, label, hint };
  const usual = rules.default;
  if (Array.isArray(rules.enum)) {
    const choices = rules.enum.filter((each) => typeof each === 'string' || typeof each === 'number');
    if (choices.length === 0) return null;
    const first = choices.find((each) => each === usual);
    return { ...told, kind: 'choice', choices, usual: first };
  }
  const types: unknown[] = Array.isArray(rules.type) ? rules.type : [rules.type];
  if (types.includes('boolean')) return { ...told, kind: 'switch', usual: usual === true };
  if (types.includes('integer') || types.includes('number')) {
    return {
      ...told,
      kind: 'number',
      min: numberIn(rules.minimum),
      max: numberIn(rules.maximum),
      step: numberIn(rules.multipleOf),
      whole: !types.includes('number'),
      usual: numberIn(usual),
    };
  }
  if (!types.includes('string')) return null;
  return {
    ...told,
    kind: 'text',
    most: numberIn(rules.maxLength),
    usual: typeof usual === 'string' ? usual : undefined,
  };
}

/** What is wrong with a value; null where it can be sent. */
export function optionProblem(
  control: Control,
  value: OptionValue | undefined,
): 'number' | 'range' | 'long' | null {
  if (value === undefined) return null;
  if (control.kind === 'number') {
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'number';
    if (control.whole && !Number.isInteger(value)) return 'number';
    const { min = -Infinity, max = Infinity } = control;
    return value < min || value > max ? 'range' : null;
  }
  if (control.kind === 'text') return String(value).length > (control.most ?? Infinity) ? 'long' : null;
  return null;
}

/** Of values that were chosen before, maybe for another model, those that these controls can have. */
export function fitting(controls: readonly Control[], values: Record<string, unknown>): OptionValues {
  const kept: OptionValues = {};
  for (const control of controls) {
    const value = values[control.name];
    if (isOf(control, value) && optionProblem(control, value) === null) kept[control.name] = value;
  }
  return kept;
}

function isOf(control: Control, value: unknown): value is OptionValue {
  switch (control.kind) {
    case 'choice':
      return control.choices.some((each) => each === value);
    case 'switch':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number';
    case 'text':
      return typeof value === 'string' && value !== '';
  }
}

/** `guidance_scale` → "Guidance scale". */
function inWords(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
