/** The pictures that a video is made from: which roles a model gives them, and what each is while one chooses. */
import type { Asset, Model } from '../../api/types';
import type { CheckedImage } from '../reference-image/check';

export type Role = Model['references'][number];
export type PictureRole = Extract<Role, 'first_frame' | 'last_frame' | 'subject' | 'style'>;

const ROLES: readonly PictureRole[] = ['first_frame', 'last_frame', 'subject', 'style'];
/** The server's own limit of pictures that are no frames. */
export const MOST_LIKENESSES = 8;

/** A file that goes with the request, or an asset that the studio has. */
export type Source = { image: CheckedImage; asset: null } | { image: null; asset: Asset };
export type Picture = Source & { key: number; role: PictureRole };

/** What a request says of them. `brought` are the ids of files that have become assets, by their keys; a first
 * frame that is a file goes with the request itself. */
export function referencesOf(
  pictures: readonly Picture[],
  brought: ReadonlyMap<number, string> = new Map(),
): { asset_id: string; role: PictureRole }[] {
  return pictures.flatMap(({ key, role, asset }) => {
    const id = asset?.id ?? brought.get(key);
    return id === undefined ? [] : [{ asset_id: id, role }];
  });
}

/** What pictures can be for this model, in the order in which they are offered. */
export const rolesOf = (model: Model): PictureRole[] =>
  ROLES.filter((role) => model.references.includes(role));

const isFrame = (role: PictureRole): boolean => role === 'first_frame' || role === 'last_frame';

/** The roles that one more picture could have. */
export function freeRoles(model: Model, pictures: readonly Picture[]): PictureRole[] {
  const likenesses = pictures.filter(({ role }) => !isFrame(role)).length;
  return rolesOf(model).filter((role) =>
    isFrame(role) ? pictures.every((each) => each.role !== role) : likenesses < MOST_LIKENESSES,
  );
}

/** With one more, in the first role that is free; where none is, it takes the place of the last. */
export function withPicture(
  model: Model,
  pictures: readonly Picture[],
  added: Source,
  key: number,
): Picture[] {
  const role = freeRoles(model, pictures)[0];
  if (role !== undefined) return [...pictures, { ...added, key, role }];
  const last = pictures.at(-1);
  return last === undefined ? [] : [...pictures.slice(0, -1), { ...added, key, role: last.role }];
}

/** With another role for one; who had that frame before gets its old role. */
export function withRole(pictures: readonly Picture[], key: number, role: PictureRole): Picture[] {
  const before = pictures.find((each) => each.key === key)?.role;
  return pictures.map((each) => {
    if (each.key === key) return { ...each, role };
    return isFrame(role) && each.role === role && before !== undefined ? { ...each, role: before } : each;
  });
}

/** With one moved by a place, up (−1) or down (1). */
export function moved(pictures: readonly Picture[], key: number, by: -1 | 1): Picture[] {
  const from = pictures.findIndex((each) => each.key === key);
  const to = from + by;
  const other = pictures[to];
  const one = pictures[from];
  if (one === undefined || other === undefined) return [...pictures];
  return pictures.map((each, index) => (index === from ? other : index === to ? one : each));
}

/** Those that this model takes, in a role that it knows: their own where it can be. */
export function fitted(model: Model, pictures: readonly Picture[]): Picture[] {
  const kept = pictures.filter(({ role }) => model.references.includes(role));
  const others = pictures.filter(({ role }) => !model.references.includes(role));
  for (const each of others) {
    const role = freeRoles(model, kept)[0];
    if (role !== undefined) kept.push({ ...each, role });
  }
  return pictures.flatMap(({ key }) => kept.find((each) => each.key === key) ?? []);
}
