/** What a model can be asked for, and the nearest it can do to what was chosen before. */
import type { Model } from '../../api/types';
import { parseSize, type Pixels } from '../frame/size';

/** The part of a model that decides what Create offers. */
export interface Capabilities {
  sizes: string[];
  size_rule: { min: number; max: number; step: number } | null;
  seconds: { min: number; max: number } | null;
  seconds_values: string[] | null;
  default_size: string;
  default_seconds: string;
  seconds_step: number | null;
}

export type SizeProblem =
  | { problem: 'unreadable' }
  | { problem: 'not_offered' }
  | { problem: 'out_of_range'; min: number; max: number }
  | { problem: 'wrong_step'; step: number };

/** Why a model cannot draw this size; null when it can. */
export function sizeProblem(model: Capabilities, size: string): SizeProblem | null {
  const pixels = parseSize(size);
  if (!pixels) return { problem: 'unreadable' };
  if (model.sizes.includes(size)) return null;
  const rule = model.size_rule;
  if (!rule) return { problem: 'not_offered' };
  const sides = [pixels.width, pixels.height];
  if (sides.some((side) => side < rule.min || side > rule.max)) {
    return { problem: 'out_of_range', min: rule.min, max: rule.max };
  }
  if (sides.some((side) => side % rule.step !== 0)) {
    return { problem: 'wrong_step', step: rule.step };
  }
  return null;
}

/** This size where the model can draw it, else its size nearest in shape, then in area. */
export function nearestSize(model: Capabilities, size: string): string {
  if (!sizeProblem(model, size)) return size;
  const wanted = parseSize(size);
  if (!wanted) return model.default_size;
  let best = model.default_size;
  let least = Infinity;
  for (const candidate of model.sizes) {
    const pixels = parseSize(candidate);
    const far = pixels ? shapeDistance(wanted, pixels) : Infinity;
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  return best;
}

/** Every length in seconds when a model offers only some; null when it takes any whole number in a range. */
export function secondsSteps(model: Capabilities): number[] | null {
  const values = model.seconds_values?.map(Number).filter((value) => value > 0);
  return values?.length ? values.sort((a, b) => a - b) : null;
}

export function isSecondsOffered(model: Capabilities, seconds: number): boolean {
  const steps = secondsSteps(model);
  if (steps) return steps.includes(seconds);
  if (!model.seconds) return seconds === Number(model.default_seconds);
  return isStep(model, seconds) && seconds >= model.seconds.min && seconds <= model.seconds.max;
}

/** The length nearest to the one wanted that the model makes. */
export function nearestSeconds(model: Capabilities, seconds: number): number {
  const steps = secondsSteps(model);
  if (steps) {
    return steps.reduce((best, step) => (Math.abs(step - seconds) < Math.abs(best - seconds) ? step : best));
  }
  if (!model.seconds) return Number(model.default_seconds);
  const step = model.seconds_step ?? 1;
  const whole = Number((Math.round(seconds / step) * step).toFixed(6));
  return Math.min(model.seconds.max, Math.max(model.seconds.min, whole));
}

/** Steps may be tenths, which are no exact numbers. */
function isStep(model: Capabilities, seconds: number): boolean {
  const steps = seconds / (model.seconds_step ?? 1);
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}

/** What a price may hang on. What is left out of `options` is what the model's schema says by default. */
export interface Priced {
  size: string;
  seconds: number;
  audio?: boolean | null;
  options?: Record<string, unknown>;
}

/** US dollars for `count` videos by the first rate that fits; null when none is known, 0 when it is free. */
export function costOf(model: Pick<Model, 'price' | 'options'>, asked: Priced, count: number): number | null {
  const options = { ...defaultsOf(model.options), ...asked.options };
  const rate = model.price?.rates.find(
    (each) =>
      (each.size ?? asked.size) === asked.size &&
      (each.audio ?? asked.audio === true) === (asked.audio === true) &&
      Object.entries(each.options).every(([name, value]) => options[name] === value),
  );
  return rate === undefined ? null : (rate.per_second * asked.seconds + rate.per_video) * count;
}

function defaultsOf(schema: Model['options']): Record<string, unknown> {
  const properties = (schema.properties ?? {}) as Record<string, { default?: unknown }>;
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, rules]) =>
      rules.default === undefined ? [] : [[name, rules.default]],
    ),
  );
}

function shapeDistance(a: Pixels, b: Pixels): number {
  const shape = Math.abs(Math.log(a.width / a.height / (b.width / b.height)));
  const area = Math.abs(Math.log((a.width * a.height) / (b.width * b.height)));
  return shape * 100 + area;
}
