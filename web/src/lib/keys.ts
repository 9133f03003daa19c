/** Keyboard shortcuts: pages register theirs while they are shown; `?` lists what is registered now. */

export interface Shortcut {
  /**
   * What to press: `r`, `?`, `Delete`, `ArrowLeft`, `mod+Enter` (Ctrl, on a Mac ⌘), `mod+a`, `shift+ArrowRight`,
   * `alt+ArrowUp`, or two in a row: `g q`. Letters are lower case.
   */
  keys: string;
  label: string;
  /** Under which heading the list shows it. */
  group: string;
  run: (event: KeyboardEvent) => void;
  /** Also while typing (only sensible with a modifier, or Escape). */
  whileTyping?: boolean;
  /** Also inside an open dialog. */
  inDialog?: boolean;
}

const SECOND_KEY_WITHIN = 1200;

const registered = new Set<Shortcut>();
let pending: { key: string; at: number } | null = null;

/** Registers shortcuts; the answer removes them, which fits `$effect(() => shortcuts([...]))`. */
export function shortcuts(list: readonly Shortcut[]): () => void {
  for (const one of list) registered.add(one);
  return () => {
    for (const one of list) registered.delete(one);
  };
}

/** Those that can be pressed now, in order of registration, one for each combination. */
export function listShortcuts(): Shortcut[] {
  const byKeys = new Map<string, Shortcut>();
  for (const one of registered) byKeys.set(one.keys, one);
  return [...byKeys.values()];
}

/** Listens on the window; the answer stops. */
export function startShortcuts(): () => void {
  window.addEventListener('keydown', onKeydown);
  return () => window.removeEventListener('keydown', onKeydown);
}

/** What an event presses, in the notation of `Shortcut.keys`. */
export function pressed(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push('mod');
  if (event.altKey) parts.push('alt');
  // A symbol such as ? needs Shift to be typed at all, so only letters and named keys name it.
  if (event.shiftKey && (event.key.length > 1 || /\p{L}/u.test(event.key))) parts.push('shift');
  parts.push(key === ' ' ? 'Space' : key);
  return parts.join('+');
}

/** The keys as they are shown, each to be drawn as a key cap. */
export function keyCaps(keys: string): string[] {
  const names: Record<string, string> = {
    mod: isMac() ? '⌘' : 'Ctrl',
    alt: isMac() ? '⌥' : 'Alt',
    shift: 'Shift',
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: '↑',
    ArrowDown: '↓',
    Escape: 'Esc',
    Delete: 'Del',
  };
  return keys
    .split(' ')
    .flatMap((chord) => (chord === '+' ? ['+'] : chord.split('+')))
    .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

function onKeydown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.key === 'Unidentified') return;
  if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
  const key = pressed(event);
  const chord =
    pending !== null && event.timeStamp - pending.at < SECOND_KEY_WITHIN ? `${pending.key} ${key}` : key;
  pending = null;
  const found = lookUp(chord) ?? lookUp(key);
  if (found === undefined) {
    const starts = [...registered].some((one) => one.keys.startsWith(`${key} `) && isAllowed(one, event));
    if (starts) pending = { key, at: event.timeStamp };
    return;
  }
  if (!isAllowed(found, event)) return;
  event.preventDefault();
  found.run(event);
}

/** The one registered last wins: a page's own before the app's. */
function lookUp(keys: string): Shortcut | undefined {
  return [...registered].findLast((one) => one.keys === keys);
}

function isAllowed(shortcut: Shortcut, event: KeyboardEvent): boolean {
  if (shortcut.whileTyping !== true && isTyping(event.target)) return false;
  if (keepsForItself(event.target, pressed(event))) return false;
  return shortcut.inDialog === true || document.querySelector('dialog[open]') === null;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  ) {
    return true;
  }
  const still = ['button', 'checkbox', 'radio', 'range', 'submit', 'reset', 'file', 'color'];
  return target instanceof HTMLInputElement && !still.includes(target.type);
}

/** A control that has the focus keeps the keys that work it: Space presses a button, arrows move a slider. */
function keepsForItself(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (key === 'Space') return target.matches('button, summary, input, [role=menuitem]');
  if (/^(Arrow|Home|End|Page)/.test(key)) return target.matches('input[type=range], input[type=radio]');
  return false;
}

function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
