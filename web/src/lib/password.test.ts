import { expect, it } from 'vitest';
import { judge } from './password';

it.each([
  ['', 8, 'short', 8],
  ['1234567', 8, 'short', 1],
  ['12345678', 8, 'ok', 0],
  ['123456789012', 8, 'good', 0],
  ['a whole sentence', 8, 'strong', 0],
  ['🎬🎬🎬🎬🎬🎬', 6, 'ok', 0],
  ['é'.repeat(37), 8, 'too-long', 0],
  ['x'.repeat(72), 8, 'strong', 0],
])('%s with at least %i is %s', (password, minimum, level, missing) => {
  expect(judge(password, minimum)).toEqual({ level, missing });
});
