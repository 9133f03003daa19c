import { expect, it } from 'vitest';
import { deviceOf } from './user-agent';

it.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    ['Chrome', 'Linux', 'computer'],
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
    ['Edge', 'Windows', 'computer'],
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    ['Safari', 'iPhone', 'phone'],
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36',
    ['Chrome', 'Android', 'phone'],
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0',
    ['Firefox', 'macOS', 'computer'],
  ],
  ['curl/8.9.1', ['curl', null, 'program']],
  ['OpenAI/Python 2.8.0', ['Python', null, 'program']],
  ['', [null, null, 'program']],
  [null, [null, null, 'program']],
])('%s', (userAgent, [browser, system, form]) => {
  expect(deviceOf(userAgent)).toEqual({ browser, system, form });
});
