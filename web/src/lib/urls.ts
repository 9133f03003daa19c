/** Every address of the web app as a typed function, so that a link cannot be misspelt. */

export type SettingsSection = 'profile' | 'password' | 'devices' | 'spending' | 'appearance' | 'providers';
export const SETTINGS_SECTIONS: readonly SettingsSection[] = [
  'profile',
  'password',
  'devices',
  'spending',
  'appearance',
  'providers',
];
/** Those of them that are for administrators. */
export const ADMIN_SECTIONS: readonly SettingsSection[] = ['providers'];

/** The library's filter as it stands in the address. Absent means "all". */
export interface LibraryQuery {
  status?: string;
  q?: string;
  tag?: string;
  favourite?: string;
  sort?: string;
  after?: string;
  before?: string;
  provider?: string;
  model?: string;
  kind?: string;
  collection?: string;
  /** Takes and cut of one film. */
  production?: string;
}

/** Which assets are shown; `open` is the one that is looked at. */
export interface AssetsQuery {
  kind?: string;
  purpose?: string;
  q?: string;
  sort?: string;
  open?: string;
}

/**
 * What Create starts with. `from` is a video whose parameters are reused; `remix` is one to remix; `asset` is the
 * picture to start from.
 */
export interface CreateQuery {
  asset?: string;
  prompt?: string;
  model?: string;
  size?: string;
  seconds?: string;
  from?: string;
  remix?: string;
}

/** How a film begins: `start` with a sentence, a script or videos; `videos` are ids, set apart by commas. */
export interface ProductionsQuery {
  start?: string;
  videos?: string;
}

export const home = (): string => '/';
export const login = (query: { next?: string; invite?: string; mode?: 'register' } = {}): string =>
  withQuery('/login', query);
export const create = (query: CreateQuery = {}): string => withQuery('/new', query);
export const queue = (query: { show?: string } = {}): string => withQuery('/queue', query);
export const library = (query: LibraryQuery = {}): string => withQuery('/videos', query);
export const video = (id: string, query: { compare?: string; remix?: '1' } = {}): string =>
  withQuery(`/videos/${encodeURIComponent(id)}`, query);
export const productions = (query: ProductionsQuery = {}): string => withQuery('/productions', query);
export const production = (id: string): string => `/productions/${encodeURIComponent(id)}`;
/** Not `/assets`, where the files of this app are. */
export const assets = (query: AssetsQuery = {}): string => withQuery('/library/assets', query);
export const settings = (section?: SettingsSection): string =>
  section === undefined ? '/settings' : `/settings/${section}`;
/** What everybody's work costs, for administrators. */
export const spend = (query: { group?: string; period?: string } = {}): string =>
  withQuery('/admin/spend', query);
/** Where providers are set; `connect` opens what connects one. */
export const providers = (query: { connect?: '1' } = {}): string => withQuery(settings('providers'), query);
export const docs = (): string => '/docs';

/** The bytes of a video; `download` asks for an attachment. */
/** A film for another program or another studio. */
export const exported = (production: string, format: string): string =>
  withQuery(`/api/productions/${encodeURIComponent(production)}/export`, { format });

export const content = (
  id: string,
  variant: 'video' | 'thumbnail' | 'spritesheet' = 'video',
  download = false,
): string =>
  withQuery(`/api/videos/${encodeURIComponent(id)}/content`, {
    variant: variant === 'video' ? undefined : variant,
    download: download ? '1' : undefined,
  });

/** The bytes of an asset; `download` asks for an attachment. */
export const assetContent = (id: string, download = false): string =>
  withQuery(`/api/assets/${encodeURIComponent(id)}/content`, { download: download ? 'true' : undefined });

/** `path?a=b` without the empty and absent entries. */
export function withQuery(path: string, query: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/**
 * Where to go after signing in: the deep link asked for when it is a path of this very app, else home.
 * Anything with a host (`//evil.example`, `https:…`, `/\evil`) would send a fresh session's owner elsewhere.
 */
export function safeNext(next: string | undefined, origin: string = location.origin): string {
  if (next === undefined || !next.startsWith('/')) return home();
  try {
    const url = new URL(next, origin);
    if (url.origin !== origin || url.pathname === '/login' || url.pathname.startsWith('//')) return home();
    return url.pathname + url.search + url.hash;
  } catch {
    return home();
  }
}
