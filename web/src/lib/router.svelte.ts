/** A history router: the route as state, `go` to change it, links intercepted, scroll position kept per entry. */
import { tick } from 'svelte';
import { withQuery } from './urls';

export type RouteName =
  | 'home'
  | 'login'
  | 'create'
  | 'queue'
  | 'library'
  | 'video'
  | 'productions'
  | 'production'
  | 'assets'
  | 'settings'
  | 'spend'
  | 'not-found';

export interface Route {
  name: RouteName;
  path: string;
  params: Record<string, string>;
  query: Record<string, string>;
}

const PATTERNS: readonly (readonly [RouteName, RegExp])[] = [
  ['home', /^\/$/],
  ['login', /^\/login$/],
  ['create', /^\/new$/],
  ['queue', /^\/queue$/],
  ['library', /^\/videos$/],
  ['video', /^\/videos\/(?<id>[^/]+)$/],
  ['productions', /^\/productions$/],
  ['production', /^\/productions\/(?<id>[^/]+)$/],
  ['assets', /^\/library\/assets$/],
  ['spend', /^\/admin\/spend$/],
  ['settings', /^\/settings(?:\/(?<section>[^/]+))?$/],
];

/** The route that an address names; unknown ones are `not-found`. A trailing slash does not matter. */
export function match(href: string, origin: string = location.origin): Route {
  const url = new URL(href, origin);
  const path = url.pathname.replace(/(.)\/+$/, '$1');
  const query = Object.fromEntries(url.searchParams);
  for (const [name, pattern] of PATTERNS) {
    const found = pattern.exec(path);
    if (found === null) continue;
    const params: Record<string, string> = {};
    for (const [key, value] of Object.entries(found.groups ?? {})) {
      if (value !== undefined) params[key] = decode(value);
    }
    return { name, path, params, query };
  }
  return { name: 'not-found', path, params: {}, query };
}

class Router {
  /** Where we are. Replaced whole on every change, so `$derived(router.route.query.q)` follows it. */
  route: Route = $state.raw(match(location.href));
  /** The page's own title; the app adds the running count and the product's name. */
  title = $state('');

  #restore = 0;

  /** Starts listening; the answer stops it. */
  start(): () => void {
    history.scrollRestoration = 'manual';
    const onPop = (event: PopStateEvent): void => {
      this.#restore = scrollOf(event.state);
      this.route = match(location.href);
    };
    const onClick = (event: MouseEvent): void => {
      const href = ownLink(event);
      if (href === null) return;
      event.preventDefault();
      this.go(href);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = (): void => {
      clearTimeout(timer);
      timer = setTimeout(rememberScroll, 120);
    };
    window.addEventListener('popstate', onPop);
    document.addEventListener('click', onClick);
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener('popstate', onPop);
      document.removeEventListener('click', onClick);
      window.removeEventListener('scroll', onScroll);
    };
  }

  /** Goes to an address of this app (from lib/urls.ts). `replace` leaves no entry behind. */
  go(href: string, options: { replace?: boolean } = {}): void {
    const isHere = new URL(href, location.href).href === location.href;
    if (options.replace === true || isHere) {
      history.replaceState({ scroll: 0 }, '', href);
    } else {
      rememberScroll();
      history.pushState({ scroll: 0 }, '', href);
    }
    this.#restore = 0;
    this.route = match(location.href);
  }

  /** Changes some of the query and keeps the rest, the page and the scroll; `undefined` or '' removes a name. */
  setQuery(changes: Record<string, string | undefined>, options: { push?: boolean } = {}): void {
    const href = withQuery(location.pathname, { ...this.route.query, ...changes });
    const state = { scroll: window.scrollY };
    if (options.push === true) history.pushState(state, '', href);
    else history.replaceState(state, '', href);
    this.route = match(location.href);
  }

  /** Called by the app when a page has been drawn: puts the scroll back, waiting a moment for late content. */
  async settle(): Promise<void> {
    const target = this.#restore;
    this.#restore = 0;
    await tick();
    const deadline = performance.now() + 1000;
    const attempt = (): void => {
      window.scrollTo(0, target);
      if (Math.abs(window.scrollY - target) > 2 && performance.now() < deadline)
        requestAnimationFrame(attempt);
    };
    attempt();
  }
}

/** The app's one address bar. */
export const router = new Router();
export const go = (href: string, options?: { replace?: boolean }): void => router.go(href, options);
export const setQuery = (changes: Record<string, string | undefined>, options?: { push?: boolean }): void =>
  router.setQuery(changes, options);

function rememberScroll(): void {
  history.replaceState({ ...(history.state as object | null), scroll: window.scrollY }, '');
}

function scrollOf(state: unknown): number {
  return typeof state === 'object' && state !== null && 'scroll' in state ? Number(state.scroll) || 0 : 0;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The address of a plain click on a link to a page of this app, else null (new tabs, downloads, other sites, files). */
function ownLink(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.href === '' || link.hasAttribute('download')) return null;
  if (link.target !== '' && link.target !== '_self') return null;
  const url = new URL(link.href);
  if (url.origin !== location.origin) return null;
  if (url.pathname === location.pathname && url.search === location.search && url.hash !== '') return null;
  return match(url.href).name === 'not-found' ? null : url.href;
}
