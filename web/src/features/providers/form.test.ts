import { describe, expect, it } from 'vitest';
import type { AdminProvider, ProviderKind } from '../../api/types';
import { ProviderForm } from './form.svelte';

const hosted: ProviderKind = {
  name: 'runway',
  label: 'Runway',
  needs_key: true,
  needs_address: false,
  key_variable: 'RUNWAYML_API_SECRET',
  key_page: 'https://dev.runwayml.com',
  address_example: null,
};
const own: ProviderKind = { ...hosted, name: 'openai', needs_key: false, key_page: null };

const saved = {
  name: 'gpu',
  base_url: 'http://gpu:8000/v1',
  concurrency: 4,
  models_chosen: ['wan-2.2', 'ltx'],
  price_per_second: 0.1,
  monthly_cap_usd: 50,
} as AdminProvider;

function filled(values: Partial<ProviderForm>): ProviderForm {
  return Object.assign(new ProviderForm(), values);
}

describe('ProviderForm', () => {
  it('wants a key of a vendor and an address of a server', () => {
    expect(Object.keys(new ProviderForm().problems(hosted))).toEqual(['api_key']);
    expect(new ProviderForm().problems(hosted, true)).toEqual({});
    expect(filled({ takeKeyAway: true }).problems(hosted, true)).toHaveProperty('api_key');
    expect(Object.keys(new ProviderForm().problems(own))).toEqual(['base_url']);
  });

  it('sees numbers that are none', () => {
    const wrong = filled({ key: 'k', concurrency: '0', price: 'cheap' }).problems(hosted);
    expect(Object.keys(wrong)).toEqual(['concurrency', 'price_per_second']);
    expect(filled({ key: 'k', concurrency: '8', price: '0,10' }).problems(hosted)).toEqual({});
  });

  it('sends what was typed, without the blanks around it', () => {
    const form = filled({ key: ' sk-1 \n', models: 'a, b,\n c,', price: '0,10', name: ' mine ' });
    expect(form.values(hosted)).toEqual({
      kind: 'runway',
      name: 'mine',
      api_key: 'sk-1',
      base_url: null,
      concurrency: null,
      models: ['a', 'b', 'c'],
      price_per_second: 0.1,
    });
  });

  it('sends a cap with what is new, and of what is there only another one', () => {
    expect(filled({ key: 'k' }).wanted(hosted).monthly_cap_usd).toBeNull();
    expect(filled({ key: 'k', cap: ' $20,50 ' }).wanted(hosted).monthly_cap_usd).toBe(20.5);
    expect(filled({ key: 'k', cap: '20' }).values(hosted)).not.toHaveProperty('monthly_cap_usd');
    expect(Object.keys(filled({ key: 'k', cap: 'much' }).problems(hosted))).toEqual(['monthly_cap_usd']);
    const form = new ProviderForm(saved);
    expect(form.cap).toBe('50');
    form.cap = '50.00';
    expect(form.changes(own)).not.toHaveProperty('monthly_cap_usd');
    form.cap = '';
    expect(form.changes(own).monthly_cap_usd).toBeNull();
    form.cap = '0';
    expect(form.changes(own).monthly_cap_usd).toBe(0);
  });

  it('leaves a saved key alone unless there is another, or none from now on', () => {
    const form = new ProviderForm(saved);
    expect(form.changes(own)).toEqual({
      base_url: 'http://gpu:8000/v1',
      concurrency: 4,
      models: ['wan-2.2', 'ltx'],
      price_per_second: 0.1,
    });
    form.takeKeyAway = true;
    expect(form.changes(own).api_key).toBeNull();
    form.key = 'sk-2';
    expect(form.changes(own).api_key).toBe('sk-2');
  });
});
