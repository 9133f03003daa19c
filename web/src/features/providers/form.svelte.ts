/** What is typed about a provider, what is wrong with it, and what is sent of it. */
import type { AdminProvider, ProviderChanges, ProviderKind, ProviderValues } from '../../api/types';
import { t } from '../../lib/messages';
import { typedUsd } from '../money/spend';

export type ProviderField =
  'name' | 'api_key' | 'base_url' | 'concurrency' | 'models' | 'price_per_second' | 'monthly_cap_usd';
export type FieldProblems = Partial<Record<ProviderField, string>>;

const PRICE = /^\d{1,5}(?:[.,]\d{1,6})?$/;

export class ProviderForm {
  name = $state('');
  key = $state('');
  takeKeyAway = $state(false);
  address = $state('');
  concurrency = $state('');
  models = $state('');
  price = $state('');
  cap = $state('');
  readonly #capBefore: number | null = null;

  /** Empty, or as a provider is set that is there already. Its key is not known here. */
  constructor(provider?: AdminProvider) {
    if (provider === undefined) return;
    this.name = provider.name;
    this.address = provider.base_url ?? '';
    this.concurrency = provider.concurrency === null ? '' : String(provider.concurrency);
    this.models = provider.models_chosen.join(', ');
    this.price = provider.price_per_second === null ? '' : String(provider.price_per_second);
    this.cap = capTyped(provider);
    this.#capBefore = provider.monthly_cap_usd;
  }

  /** What can be seen to be wrong before anybody is asked. */
  problems(kind: ProviderKind, hasKey = false): FieldProblems {
    const found: FieldProblems = {};
    if (kind.needs_key && this.key.trim() === '' && (!hasKey || this.takeKeyAway)) {
      found.api_key = t('connect.wrong.key');
    }
    if (needsAddress(kind) && this.address.trim() === '') found.base_url = t('connect.wrong.address');
    const places = Number(this.concurrency);
    if (this.concurrency.trim() !== '' && !(Number.isInteger(places) && places >= 1 && places <= 1000)) {
      found.concurrency = t('connect.wrong.concurrency');
    }
    if (this.price.trim() !== '' && !PRICE.test(this.price.trim())) {
      found.price_per_second = t('connect.wrong.price');
    }
    if (typedUsd(this.cap) === undefined) found.monthly_cap_usd = t('money.budget.wrong');
    return found;
  }

  /** Everything that can be tried. */
  values(kind: ProviderKind): ProviderValues {
    return {
      kind: kind.name,
      ...(this.name.trim() === '' ? {} : { name: this.name.trim() }),
      ...(this.key.trim() === '' ? {} : { api_key: this.key.trim() }),
      base_url: this.address.trim() || null,
      concurrency: this.concurrency.trim() === '' ? null : Number(this.concurrency),
      models: this.modelNames,
      price_per_second: this.price.trim() === '' ? null : Number(this.price.trim().replace(',', '.')),
    };
  }

  /** The same for one that is new, with what may be spent there. */
  wanted(kind: ProviderKind): ProviderValues {
    return { ...this.values(kind), monthly_cap_usd: typedUsd(this.cap) ?? null };
  }

  /** The same for one that is there; a key is sent only if there is a new one, or none from now on. */
  changes(kind: ProviderKind): ProviderChanges {
    const { kind: _kind, name: _name, api_key: key, ...values } = this.values(kind);
    const cap = typedUsd(this.cap) ?? null;
    const rest = cap === this.#capBefore ? values : { ...values, monthly_cap_usd: cap };
    if (key !== undefined) return { ...rest, api_key: key };
    return this.takeKeyAway ? { ...rest, api_key: null } : rest;
  }

  get modelNames(): string[] {
    return this.models
      .split(/[,\n]/)
      .map((name) => name.trim())
      .filter((name) => name !== '');
  }
}

/** A cap as it stands in a field. */
export const capTyped = ({ monthly_cap_usd: cap }: AdminProvider): string =>
  cap === null ? '' : String(cap);

/** Whether nothing can be done without one: a server of one's own is somewhere. */
export const needsAddress = (kind: ProviderKind): boolean => kind.needs_address || !kind.needs_key;
