import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import { refusalOf } from './refusal';

const refused = (code: string, details: Record<string, unknown> = {}, message = 'No.'): ApiError =>
  new ApiError({ status: 422, code, message, details });

describe('refusalOf', () => {
  it('puts each message at its field', () => {
    const { fields, general } = refusalOf(
      refused('validation_failed', { fields: { prompt: 'Too long.', seconds: 'At most 60.' } }),
    );
    expect(fields).toEqual({ prompt: 'Too long.', seconds: 'At most 60.' });
    expect(general).toBeNull();
  });
  it('knows which field a code is about', () => {
    expect(refusalOf(refused('unsupported_size', {}, 'This model makes no 7x7.')).fields.size).toContain(
      '7x7',
    );
    expect(Object.keys(refusalOf(refused('invalid_image')).fields)).toEqual(['input_reference']);
  });
  it('says what a budget leaves beside the button, and of a price that nobody knows at the model', () => {
    const over = refusalOf(refused('budget_exceeded', { cost_usd: 3.2, left_usd: 0.5, budget_usd: 5 }));
    expect(over.general?.text).toBe('This would cost about $3.20, and $0.50 of this month’s budget is left.');
    expect(over.general?.hint).toContain('administrator');
    expect(refusalOf(refused('price_unknown', { cost_usd: null, left_usd: 0.5 })).fields.model).toContain(
      'Nobody knows what this model costs',
    );
  });
  it('says of a provider’s cap whose it is and what to do', () => {
    const details = { provider: 'gpu', cap_usd: 50, left_usd: 0.5, cost_usd: 3.2, resets_at: 0 };
    const capped = refusalOf(refused('provider_cap_reached', details));
    expect(capped.fields).toEqual({});
    expect(capped.general?.text).toBe(
      'This would cost about $3.20, and $0.50 of the $50.00 that everybody together may spend at gpu this month is left.',
    );
    expect(capped.general?.hint).toContain('another provider’s model');
    const unknown = refusalOf(refused('price_unknown', { ...details, cost_usd: null }));
    expect(unknown.fields.model).toContain('held against the monthly cap of gpu');
    expect(unknown.fields.model).not.toContain('your budget');
  });
  it('says the rest beside the button', () => {
    const { fields, general } = refusalOf(refused('provider_unavailable', {}, 'It is down.'));
    expect(fields).toEqual({});
    expect(general?.text).toBe('It is down.');
  });
  it('does not hide a message about a field that the form lacks', () => {
    expect(refusalOf(refused('validation_failed', { fields: { options: 'Odd.' } })).general).not.toBeNull();
  });
  it('words what is no answer at all', () => {
    expect(refusalOf(new Error('boom')).general?.text).toBe('boom');
  });
});
