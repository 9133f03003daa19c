/** Numbers as people read them, by Intl. Times are Unix seconds, durations seconds, sizes bytes, money USD. */
import type { Range } from '../api/types';

const LOCALE = 'en';

const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto', style: 'short' });
const dayAndTime = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' });
const utcDay = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' });
const hourAndMinute = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const whole = new Intl.NumberFormat(LOCALE);
const dollars = new Intl.NumberFormat(LOCALE, { style: 'currency', currency: 'USD' });
const cents = new Intl.NumberFormat(LOCALE, {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 4,
});

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "5 min. ago", "yesterday"; within a minute "now". */
export function ago(time: number, now: number = Date.now() / 1000): string {
  const passed = time - now;
  for (const [unit, seconds] of STEPS) {
    if (Math.abs(passed) >= seconds) return relative.format(Math.trunc(passed / seconds), unit);
  }
  return relative.format(0, 'second');
}

export const dateTime = (time: number): string => dayAndTime.format(time * 1000);
export const date = (time: number): string => day.format(time * 1000);
/** "2027-03-12" as a day, wherever it is read. */
export const calendarDay = (iso: string): string => {
  const time = Date.parse(`${iso}T00:00:00Z`);
  return Number.isNaN(time) ? iso : utcDay.format(time);
};
/** "12:03". */
export const clock = (time: number): string => hourAndMinute.format(time * 1000);
/** For `<time datetime>`. */
export const iso = (time: number): string => new Date(time * 1000).toISOString();

/** "0:08", "1:02:03": a length or a position. */
export function duration(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds + 1e-6));
  const s = String(total % 60).padStart(2, '0');
  const m = Math.floor(total / 60) % 60;
  const h = Math.floor(total / 3600);
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/** "8s", "2.5s": how long a video is asked to be. */
export const seconds = (value: string | number): string => `${Number(Number(value).toFixed(2))}s`;

/** "1280×720" from "1280x720". */
export const size = (value: string): string => value.replace('x', '×');

/** "1.4 MB": decimal units, as file managers and providers count. */
export function bytes(value: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const step = value < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3));
  return new Intl.NumberFormat(LOCALE, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(value / 1000 ** step);
}

export const count = (value: number): string => whole.format(value);

/** "$0.80"; what is below a cent keeps its digits, and nothing is "Free". */
export function money(usd: number): string {
  if (usd === 0) return 'Free';
  return (usd < 0.01 ? cents : dollars).format(usd);
}

/** "$0.00", "$3.20": a sum, where nothing is a number too. */
export const sum = (usd: number): string => (usd > 0 && usd < 0.01 ? cents : dollars).format(usd);

/**
 * "about 2 min", "about 2–4 min", "about 20–40 s": what is left, from learned history. A range, coarse on purpose:
 * it is no countdown, because a countdown that is wrong is a lie told every second.
 */
export function eta(range: Range): string {
  const high = Math.max(range.low, range.high);
  if (high < 10) return 'a few seconds';
  if (high <= 90) {
    const to = roundTo(high, 10);
    const from = roundTo(range.low, 10);
    return from < 10 || from >= to ? `about ${to} s` : `about ${from}–${to} s`;
  }
  if (high <= 5400) {
    const to = Math.max(1, Math.round(high / 60));
    const from = Math.max(1, Math.round(range.low / 60));
    return from >= to ? `about ${to} min` : `about ${from}–${to} min`;
  }
  const to = Math.round(high / 3600);
  const from = Math.max(1, Math.round(range.low / 3600));
  return from >= to ? `about ${to} h` : `about ${from}–${to} h`;
}

/** How long something has been going on: "42 s", "3 min", "1 h 5 min". */
export function elapsed(since: number, now: number = Date.now() / 1000): string {
  const passed = Math.max(0, Math.floor(now - since));
  if (passed < 60) return `${passed} s`;
  if (passed < 3600) return `${Math.floor(passed / 60)} min`;
  return `${Math.floor(passed / 3600)} h ${Math.floor((passed % 3600) / 60)} min`;
}

/** The edge print of a video: `RX-0412 ▸ 8s · 1280×720`. */
export const edge = (video: { code: string; seconds: string; size: string }): string =>
  `${video.code} ▸ ${seconds(video.seconds)} · ${size(video.size)}`;

function roundTo(value: number, step: number): number {
  return Math.max(step, Math.round(value / step) * step) === step && value < step / 2
    ? 0
    : Math.round(value / step) * step;
}
