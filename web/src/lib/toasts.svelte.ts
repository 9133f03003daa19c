/** Short notices at the foot of the page. A success goes by itself; a failure stays until it is dismissed. */

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  id: number;
  tone: 'info' | 'failure';
  text: string;
  /** What to do about it, in a second line. */
  hint?: string;
  action?: ToastAction;
}

const STAY = 6000;
/** Undo needs time to be read, found and pressed. */
const STAY_WITH_ACTION = 12000;
const AT_ONCE = 4;

class Toasts {
  items: Toast[] = $state([]);

  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Says that something happened, perhaps with an action such as Undo. Answers the id for `dismiss`. */
  info(text: string, options: { action?: ToastAction; hint?: string } = {}): number {
    return this.#add({ tone: 'info', text, ...options });
  }

  /** Says that something did not work, and what to do. */
  failure(text: string, options: { action?: ToastAction; hint?: string } = {}): number {
    return this.#add({ tone: 'failure', text, ...options });
  }

  dismiss(id: number): void {
    this.#disarm(id);
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  /** While somebody points at or focuses the notices, none goes away. */
  hold(): void {
    for (const toast of this.items) this.#disarm(toast.id);
  }

  release(): void {
    for (const toast of this.items) this.#arm(toast);
  }

  clear(): void {
    for (const toast of [...this.items]) this.dismiss(toast.id);
  }

  #add(toast: Omit<Toast, 'id'>): number {
    const same = this.items.find((one) => one.tone === toast.tone && one.text === toast.text);
    if (same !== undefined) this.dismiss(same.id);
    const item: Toast = { ...toast, id: this.#next++ };
    this.items = [...this.items, item].slice(-AT_ONCE);
    this.#arm(item);
    return item.id;
  }

  #arm(toast: Toast): void {
    if (toast.tone === 'failure' || this.#timers.has(toast.id)) return;
    const stay = toast.action === undefined ? STAY : STAY_WITH_ACTION;
    this.#timers.set(
      toast.id,
      setTimeout(() => this.dismiss(toast.id), stay),
    );
  }

  #disarm(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}

export const toasts = new Toasts();
