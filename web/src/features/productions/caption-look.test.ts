import { expect, test } from 'vitest';
import { type CaptionStyle, colourOf, emOf, letters, safeArea, sampleOf } from './caption-look';

const PLAIN: CaptionStyle = {
  label: 'Plain',
  font: 'sans',
  weight: 500,
  size: 0.05,
  colour: '#ffffff',
  outline: null,
  shadow: null,
  box: null,
  highlight: null,
  case: 'as_written',
  position: 'bottom',
  lines: 2,
  longest_line: 20,
};

test('letters are a part of the shorter side, and larger in upright pictures', () => {
  expect(emOf(PLAIN, '16:9')).toBeCloseTo(5);
  expect(emOf(PLAIN, '1:1')).toBeCloseTo(5);
  expect(emOf(PLAIN, '9:16')).toBeCloseTo(6);
});

test('upright pictures keep clear of what phones draw over them', () => {
  expect(safeArea('16:9').bottom).toBe(5);
  expect(safeArea('9:16')).toEqual({ top: 10, bottom: 18, sides: 8 });
});

test('what is around the letters', () => {
  expect(letters(PLAIN)).toBe('color: #ffffff; font-weight: 500; max-inline-size: 20em');
  const all = letters({
    ...PLAIN,
    case: 'upper',
    outline: { colour: '#000000', width: 0.1 },
    shadow: { colour: '#000000', offset: 0.05, opacity: 0.5 },
    box: { colour: '#101014', opacity: 1, padding: 0.3, radius: 0.2 },
  });
  expect(all).toContain('text-transform: uppercase');
  expect(all).toContain('-webkit-text-stroke: 0.2em #000000');
  expect(all).toContain('text-shadow: 0.05em 0.05em 0 #00000080');
  expect(all).toContain('background: #101014ff; padding: 0.3em; border-radius: 0.2em');
});

test('one word is lit, or all that were heard', () => {
  const lit = { ...PLAIN, highlight: { colour: '#ffd84d', filling: false } };
  expect([0, 1, 2].map((word) => colourOf(lit, word, 1))).toEqual(['#ffffff', '#ffd84d', '#ffffff']);
  const filling = { ...PLAIN, highlight: { colour: '#ffd84d', filling: true } };
  expect([0, 1, 2].map((word) => colourOf(filling, word, 1))).toEqual(['#ffd84d', '#ffd84d', '#ffffff']);
  expect(colourOf(PLAIN, 1, 1)).toBe('#ffffff');
});

test('a sample is what two lines hold', () => {
  expect(sampleOf('  One two\nthree ', PLAIN)).toEqual(['One', 'two', 'three']);
  const words = sampleOf('Have you ever wondered how bees make honey?', { ...PLAIN, longest_line: 11 });
  expect(words.join(' ')).toBe('Have you ever wondered how');
  expect(sampleOf('Donaudampfschifffahrtsgesellschaft', { ...PLAIN, longest_line: 4 })).toHaveLength(1);
});
