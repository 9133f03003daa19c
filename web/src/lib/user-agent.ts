/** "Firefox on Linux": what a browser says of itself, as far as a person needs it to recognise a device. */

export interface Device {
  browser: string | null;
  system: string | null;
  form: 'computer' | 'phone' | 'program';
}

/** The first that matches wins, because browsers also name those that they descend from. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bHeadlessChrome\//, 'Chrome'],
  [/\bChrom(?:e|ium)\/|\bCriOS\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*Safari\//, 'Safari'],
  [/^curl\//i, 'curl'],
  [/^python-|^Python\/|^OpenAI\/Python|aiohttp/i, 'Python'],
  [/^node|undici|axios/i, 'Node.js'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/CrOS/, 'ChromeOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
];

export function deviceOf(userAgent: string | null): Device {
  const text = userAgent ?? '';
  const browser = BROWSERS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  const system = SYSTEMS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  const form = !text.startsWith('Mozilla/')
    ? 'program'
    : /Mobile|iPhone|Android/.test(text)
      ? 'phone'
      : 'computer';
  return { browser, system, form };
}
