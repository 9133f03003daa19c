/** Every sentence on the screen, by key and typed: a wrong key or a missing parameter does not compile. */
import { assets } from '../messages/assets';
import { auth } from '../messages/auth';
import { collections } from '../messages/collections';
import { common } from '../messages/common';
import { create } from '../messages/create';
import { library } from '../messages/library';
import { money } from '../messages/money';
import { productions } from '../messages/productions';
import { providers } from '../messages/providers';
import { queue } from '../messages/queue';
import { recovery } from '../messages/recovery';
import { settings } from '../messages/settings';
import { video } from '../messages/video';

const catalogue = {
  ...common,
  ...auth,
  ...settings,
  ...create,
  ...providers,
  ...queue,
  ...library,
  ...video,
  ...assets,
  ...collections,
  ...recovery,
  ...money,
  ...productions,
} as const;

type Catalogue = typeof catalogue;
export type MessageKey = keyof Catalogue;

/** The names in braces: `Params<'{n} of {total}'>` is `'n' | 'total'`. */
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Text<M> = M extends string ? M : M extends Record<string, string> ? M[keyof M] : never;
type ParamsOf<K extends MessageKey> = Catalogue[K] extends string
  ? Names<Catalogue[K]>
  : Names<Text<Catalogue[K]>> | 'n';
type Arguments<K extends MessageKey> = [ParamsOf<K>] extends [never]
  ? []
  : [params: Record<ParamsOf<K>, string | number>];

const plural = new Intl.PluralRules('en');
const number = new Intl.NumberFormat('en');

/**
 * The sentence for a key, its `{names}` filled in. One with plural forms (`{one: …, other: …}`) is chosen by `n`.
 * `t('library.selected', {n: 3})`
 */
export function t<K extends MessageKey>(key: K, ...[params]: Arguments<K>): string {
  const message: string | Record<string, string> = catalogue[key];
  const values: Record<string, string | number> = params ?? {};
  const text =
    typeof message === 'string' ? message : (message[plural.select(Number(values.n))] ?? message.other ?? '');
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number.format(value) : value;
  });
}
