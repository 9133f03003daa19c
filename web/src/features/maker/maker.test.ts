import { describe, expect, it } from 'vitest';
import { sampleVideo } from '../../live/sample';
import { makerOf, modelLabel } from './maker';

const MODELS = [
  { id: 'animatic/animatic', name: 'animatic', label: 'Animatic', embedded: true },
  { id: 'gpu/wan-2.2', name: 'wan-2.2', label: 'Wan 2.2', embedded: false },
];

describe('what a model is called', () => {
  it('says of the embedded one that it is a sketch', () => {
    expect(modelLabel(MODELS, 'animatic')).toBe('Free sketch');
    expect(makerOf(MODELS, sampleVideo())).toBe('Free sketch');
  });
  it('is its label, by id or by plain name', () => {
    expect(modelLabel(MODELS, 'gpu/wan-2.2')).toBe('Wan 2.2');
    expect(modelLabel(MODELS, 'wan-2.2')).toBe('Wan 2.2');
  });
  it('is the name it was asked for by where nobody here knows it', () => {
    expect(modelLabel([], 'sora-2')).toBe('sora-2');
  });
});
