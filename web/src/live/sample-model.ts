/** A complete model for tests, the free sketch, with what the test cares about changed. */
import type { Model } from '../api/types';

export const sampleModel = (changes: Partial<Model> = {}): Model => ({
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
  seconds_step: null,
  default_size: '1280x720',
  default_seconds: '8',
  image_input: true,
  references: ['first_frame'],
  needs_image: false,
  image: null,
  audio: 'none',
  options: {},
  seed: true,
  prompt_max: 10_000,
  remix: true,
  cancel: 'free',
  price_per_second: 0,
  price: { as_of: null, source: null, rates: [sampleRate({})] },
  resubmit_safe: true,
  lifecycle: { state: 'active', ends_on: null, replacement: null },
  ...changes,
});

export const sampleRate = (
  changes: Partial<NonNullable<Model['price']>['rates'][number]>,
): NonNullable<Model['price']>['rates'][number] => ({
  per_second: 0,
  per_video: 0,
  size: null,
  audio: null,
  options: {},
  ...changes,
});
