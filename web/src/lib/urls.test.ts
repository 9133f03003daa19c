import { describe, expect, it } from 'vitest';
import * as urls from './urls';

const ORIGIN = 'http://studio.test:3000';

describe('addresses', () => {
  it('leave out what is empty and escape the rest', () => {
    expect(urls.library()).toBe('/videos');
    expect(urls.library({ q: 'rain & fog', status: '', tag: undefined })).toBe('/videos?q=rain+%26+fog');
    expect(urls.video('a/b')).toBe('/videos/a%2Fb');
    expect(urls.settings()).toBe('/settings');
    expect(urls.settings('devices')).toBe('/settings/devices');
    expect(urls.content('v1')).toBe('/api/videos/v1/content');
    expect(urls.content('v1', 'video', true)).toBe('/api/videos/v1/content?download=1');
    expect(urls.content('v1', 'thumbnail')).toBe('/api/videos/v1/content?variant=thumbnail');
  });
});

describe('the way back after signing in', () => {
  it.each(['/videos/v1?remix=1#top', '/queue', '/settings/devices'])('keeps %s', (next) => {
    expect(urls.safeNext(next, ORIGIN)).toBe(next);
  });

  it.each([
    undefined,
    '',
    'videos',
    '//evil.example/videos',
    '/\\evil.example',
    '/\t/evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/login?next=/login',
    '/..//evil.example',
  ])('refuses %s', (next) => {
    const safe = urls.safeNext(next, ORIGIN);
    expect(new URL(safe, ORIGIN).origin).toBe(ORIGIN);
    expect(safe).toBe('/');
  });
});
