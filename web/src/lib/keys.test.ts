import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyCaps, listShortcuts, pressed, shortcuts, startShortcuts, type Shortcut } from './keys';

let stops: (() => void)[] = [];
let ran: string[] = [];

const one = (keys: string, more: Partial<Shortcut> = {}): Shortcut => ({
  keys,
  label: keys,
  group: 'g',
  run: () => ran.push(keys),
  ...more,
});

function press(
  key: string,
  init: KeyboardEventInit = {},
  target: EventTarget = document.body,
): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}

beforeEach(() => {
  ran = [];
  stops = [startShortcuts()];
});
afterEach(() => {
  for (const stop of stops) stop();
  document.body.replaceChildren();
});

describe('shortcuts', () => {
  it('run on their key, take it, and are gone when removed', () => {
    const remove = shortcuts([one('r')]);
    expect(press('r').defaultPrevented).toBe(true);
    remove();
    expect(press('r').defaultPrevented).toBe(false);
    expect(ran).toEqual(['r']);
  });

  it('rest while typing, except those that ask not to', () => {
    stops.push(shortcuts([one('r'), one('mod+Enter', { whileTyping: true })]));
    document.body.innerHTML = '<textarea></textarea><input type="checkbox" />';
    const [text, box] = [document.querySelector('textarea')!, document.querySelector('input')!];
    press('r', {}, text);
    press('Enter', { ctrlKey: true }, text);
    press('r', {}, box);
    expect(ran).toEqual(['mod+Enter', 'r']);
  });

  it('rest in a dialog, except those that ask not to', () => {
    stops.push(shortcuts([one('r'), one('x', { inDialog: true })]));
    document.body.innerHTML = '<dialog open></dialog>';
    press('r');
    press('x');
    expect(ran).toEqual(['x']);
  });

  it('take two keys in a row', () => {
    stops.push(shortcuts([one('g q'), one('q')]));
    press('g');
    press('q');
    press('q');
    expect(ran).toEqual(['g q', 'q']);
  });

  it('let the page shown last go before the app', () => {
    stops.push(shortcuts([one('r', { run: () => ran.push('app') })]));
    stops.push(shortcuts([one('r', { run: () => ran.push('page'), label: 'page' })]));
    press('r');
    expect(ran).toEqual(['page']);
    expect(listShortcuts().map((shortcut) => shortcut.label)).toEqual(['page']);
  });

  it.each([
    ['A', { shiftKey: true }, 'shift+a'],
    ['a', { metaKey: true }, 'mod+a'],
    ['?', { shiftKey: true }, '?'],
    ['ArrowUp', { altKey: true }, 'alt+ArrowUp'],
    [' ', {}, 'Space'],
  ])('%s with %o is %s', (key, init, expected) => {
    expect(pressed(new KeyboardEvent('keydown', { key, ...init }))).toBe(expected);
  });

  it('are drawn as key caps', () => {
    expect(keyCaps('mod+Enter')).toEqual(['Ctrl', 'Enter']);
    expect(keyCaps('shift+ArrowRight')).toEqual(['Shift', '→']);
    expect(keyCaps('g q')).toEqual(['G', 'Q']);
  });
});
