import { render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import type { Model } from '../../api/types';
import { sampleModel } from '../../live/sample-model';
import LengthPicker from './LengthPicker.svelte';
import PromptBox from './PromptBox.svelte';
import SizePicker from './SizePicker.svelte';

const sketch = sampleModel();
const fixed: Model = { ...sketch, size_rule: null, seconds: null, seconds_values: ['4', '8'] };

const press = (element: Element, init: KeyboardEventInit): boolean =>
  element.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));

describe('SizePicker', () => {
  it('offers its own size only where any size works', () => {
    const { unmount } = render(SizePicker, { model: sketch, size: '1280x720' });
    expect(screen.getAllByRole('radio')).toHaveLength(3);
    unmount();
    render(SizePicker, { model: fixed, size: '1280x720' });
    expect(screen.getAllByRole('radio')).toHaveLength(2);
  });
  it('shows what a size of one’s own is and says what is wrong with it', async () => {
    render(SizePicker, { model: sketch, size: '641x360' });
    await tick();
    expect(screen.getByLabelText<HTMLInputElement>('Width in pixels').value).toBe('641');
    expect(screen.getByText('Each side a multiple of 2.')).toBeTruthy();
  });
  it('begins on the listed size, not on its own, while the form is still empty', () => {
    render(SizePicker, { model: sketch, size: '' });
    expect(screen.queryByLabelText('Width in pixels')).toBeNull();
  });
});

describe('LengthPicker', () => {
  it('is a slider for a range and choices for a few lengths', () => {
    const { unmount } = render(LengthPicker, { model: sketch, seconds: 8 });
    expect(screen.getByRole('slider').getAttribute('aria-valuetext')).toBe('8 seconds');
    unmount();
    render(LengthPicker, { model: fixed, seconds: 8 });
    expect(screen.getAllByRole('radio')).toHaveLength(2);
  });
});

describe('PromptBox', () => {
  it('sends by Ctrl+Enter and walks through earlier prompts by Alt+arrows', async () => {
    const onsubmit = vi.fn();
    render(PromptBox, { value: 'draft', earlier: ['second', 'first'], onsubmit });
    const box = screen.getByRole<HTMLTextAreaElement>('textbox');
    press(box, { key: 'Enter', ctrlKey: true });
    expect(onsubmit).toHaveBeenCalledTimes(1);
    const read: string[] = [];
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowDown', 'ArrowDown']) {
      press(box, { key, altKey: true });
      await tick();
      read.push(box.value);
    }
    expect(read).toEqual(['second', 'first', 'second', 'draft']);
  });
  it('ties its error to the box', () => {
    render(PromptBox, { value: '', earlier: [], error: 'Write first.', onsubmit: () => undefined });
    const box = screen.getByRole('textbox');
    const described = document.getElementById(box.getAttribute('aria-describedby') ?? '');
    expect(described?.textContent).toBe('Write first.');
    expect(box.getAttribute('aria-invalid')).toBe('true');
  });
});
