import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { go, match, router, setQuery } from './router.svelte';

describe('match', () => {
  it.each([
    ['/', 'home', {}],
    ['/login?next=%2Fqueue', 'login', {}],
    ['/new', 'create', {}],
    ['/queue/', 'queue', {}],
    ['/videos', 'library', {}],
    ['/videos/v%201', 'video', { id: 'v 1' }],
    ['/videos/%E0%A4%A', 'video', { id: '%E0%A4%A' }],
    ['/library/assets?kind=audio', 'assets', {}],
    ['/admin/spend?group=user', 'spend', {}],
    ['/settings', 'settings', {}],
    ['/settings/devices', 'settings', { section: 'devices' }],
    ['/videos/a/b', 'not-found', {}],
    ['/nowhere', 'not-found', {}],
  ])('%s is %s', (href, name, params) => {
    expect(match(href)).toMatchObject({ name, params });
  });

  it('reads the query', () => {
    expect(match('/videos?q=fox&status=failed').query).toEqual({ q: 'fox', status: 'failed' });
  });
});

describe('the router', () => {
  let stop: () => void;
  beforeEach(() => {
    vi.spyOn(window, 'scrollTo').mockImplementation(() => undefined);
    stop = router.start();
    go('/videos', { replace: true });
  });
  afterEach(() => {
    stop();
    document.body.replaceChildren();
  });

  it('goes, and comes back with the browser', async () => {
    go('/videos/v1');
    expect(router.route).toMatchObject({ name: 'video', params: { id: 'v1' } });
    history.back();
    await vi.waitFor(() => expect(router.route.name).toBe('library'));
  });

  it('changes some of the query and keeps the rest', () => {
    setQuery({ q: 'fox', tag: 'sea' });
    setQuery({ q: undefined, status: 'failed' });
    expect(location.search).toBe('?tag=sea&status=failed');
    expect(router.route.query).toEqual({ tag: 'sea', status: 'failed' });
  });

  it('leaves no second entry for the page one is on', () => {
    const before = history.length;
    go('/videos');
    expect(history.length).toBe(before);
  });

  it.each([
    ['a plain click on a link inside', '<a href="/queue"><span>q</span></a>', {}, true],
    ['a click for a new tab', '<a href="/queue"><span>q</span></a>', { ctrlKey: true }, false],
    ['the middle button', '<a href="/queue"><span>q</span></a>', { button: 1 }, false],
    ['a link for a new window', '<a href="/queue" target="_blank"><span>q</span></a>', {}, false],
    ['a download', '<a href="/queue" download><span>q</span></a>', {}, false],
    ['another site', '<a href="https://other.example/queue"><span>q</span></a>', {}, false],
    ['an address that is no page', '<a href="/docs"><span>q</span></a>', {}, false],
  ])('%s', (_, html, init, expected) => {
    const before = router.route.name;
    document.body.innerHTML = html;
    const event = new MouseEvent('click', { bubbles: true, cancelable: true, button: 0, ...init });
    document.querySelector('a span')?.dispatchEvent(event);
    expect(router.route.name).toBe(expected ? 'queue' : before);
    expect(event.defaultPrevented).toBe(expected);
  });
});
