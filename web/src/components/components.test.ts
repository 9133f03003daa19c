import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { sampleVideo } from '../live/sample';
import Field from './Field.svelte';
import NewPassword from './NewPassword.svelte';
import Progress from './Progress.svelte';
import Select from './Select.svelte';
import StateBadge from './StateBadge.svelte';

afterEach(cleanup);

describe('a field', () => {
  it('ties label, hint and error to its input', () => {
    render(Field, { label: 'Email', hint: 'For signing in.', error: 'Not an address.' });
    const input = screen.getByLabelText('Email');
    const described = (input.getAttribute('aria-describedby') ?? '').split(' ');
    expect(described.map((id) => document.getElementById(id)?.textContent)).toEqual([
      'Not an address.',
      'For signing in.',
    ]);
    expect(input.getAttribute('aria-invalid')).toBe('true');
  });

  it('shows and hides a password', async () => {
    render(Field, { label: 'Password', type: 'password' });
    const input = screen.getByLabelText('Password', { selector: 'input' });
    expect(input.getAttribute('type')).toBe('password');
    await fireEvent.click(screen.getByRole('button', { name: 'Show password' }));
    expect(input.getAttribute('type')).toBe('text');
    expect(screen.getByRole('button', { name: 'Hide password' })).toBeTruthy();
  });
});

describe('a new password', () => {
  it('counts what is missing, and is not sent short or unlike its repetition', async () => {
    const { component } = render(NewPassword, { minimum: 8, label: 'New', repeatLabel: 'Again' });
    const [first, second] = [screen.getByLabelText('New'), screen.getByLabelText('Again')];
    await fireEvent.input(first, { target: { value: '12345' } });
    expect(screen.getByText('3 more characters')).toBeTruthy();
    expect(component.check()).toBe(false);
    expect(document.activeElement).toBe(first);
    await fireEvent.input(first, { target: { value: 'a whole sentence' } });
    expect(component.check()).toBe(false);
    expect(document.activeElement).toBe(second);
    expect(await screen.findByText('The two do not match yet.')).toBeTruthy();
    await fireEvent.input(second, { target: { value: 'a whole sentence' } });
    expect(component.check()).toBe(true);
  });
});

describe('progress', () => {
  it('is a number while it is known and none while it is not', async () => {
    const { rerender } = render(Progress, { value: 42, label: 'RX-0001' });
    expect(screen.getByRole('progressbar', { name: 'RX-0001' }).getAttribute('aria-valuenow')).toBe('42');
    await rerender({ value: null, label: 'RX-0001' });
    expect(screen.getByRole('progressbar').hasAttribute('aria-valuenow')).toBe(false);
  });
});

describe('the state of a video', () => {
  it.each([
    [{}, 'Waiting'],
    [{ status: 'in_progress', stage: 'generating' }, 'Generating'],
    [{ status: 'in_progress', stage: 'unknown' }, 'Needs you'],
    [{ status: 'completed', stage: 'completed' }, 'Done'],
    [{ status: 'completed', stage: 'completed', trashed_at: 1 }, 'In the trash'],
  ] as const)('%o reads "%s"', (changes, text) => {
    render(StateBadge, { video: sampleVideo(changes) });
    expect(screen.getByText(text)).toBeTruthy();
  });
});

describe('a select', () => {
  it('has its label, and its options', () => {
    render(Select, {
      label: 'Size',
      value: 'b',
      options: [
        { value: 'a', label: 'A' },
        { value: 'b', label: 'B' },
      ],
    });
    expect((screen.getByLabelText('Size') as HTMLSelectElement).value).toBe('b');
    expect(screen.getAllByRole('option')).toHaveLength(2);
  });
});
