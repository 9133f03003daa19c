/**
 * A text that saves itself a moment after the last key: what is typed, what the studio has, and the way back to what
 * was there before. What somebody else changes comes in only while nothing of one's own is on its way.
 */
export type DraftState = 'still' | 'typing' | 'saving' | 'saved' | 'failed';

const PAUSE = 700;

export class Draft {
  text = $state('');
  state: DraftState = $state('still');
  /** Why it was not saved. */
  error: unknown = $state.raw(null);
  /** Whether there is something to go back to. */
  canUndo = $state(false);

  #known = '';
  #before: string[] = [];
  #save: (text: string) => Promise<void>;
  #pause: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | null = null;

  constructor(text: string, save: (text: string) => Promise<void>, pause = PAUSE) {
    this.text = text;
    this.#known = text;
    this.#save = save;
    this.#pause = pause;
  }

  /** Whether something typed is not with the studio yet. */
  get isDirty(): boolean {
    return this.text.trim() !== this.#known.trim();
  }

  /** What the studio has now. */
  hear(text: string): void {
    if (this.#sending !== null || this.isDirty || text === this.#known) return;
    this.#known = text;
    this.text = text;
    this.state = 'still';
  }

  type(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    if (!this.isDirty && this.#sending === null) {
      this.state = 'still';
      return;
    }
    this.state = 'typing';
    this.#timer = setTimeout(() => void this.flush(), this.#pause);
  }

  /** Saves at once what is not saved; done when it is, or has failed. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#sending !== null) await this.#sending;
    if (!this.isDirty) return;
    this.#sending = this.#send(true);
    await this.#sending;
  }

  /** Back to what was there before the last save. */
  async undo(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#sending !== null) await this.#sending;
    const before = this.isDirty ? this.#known : this.#before.pop();
    if (before === undefined) return;
    this.canUndo = this.#before.length > 0;
    this.text = before;
    if (!this.isDirty) {
      this.state = 'still';
      return;
    }
    this.#sending = this.#send(false);
    await this.#sending;
  }

  async #send(remembers: boolean): Promise<void> {
    const text = this.text.trim();
    const before = this.#known;
    this.state = 'saving';
    this.error = null;
    try {
      await this.#save(text);
      this.#known = text;
      if (remembers) this.#before.push(before);
      this.canUndo = this.#before.length > 0;
      this.state = this.isDirty ? 'typing' : 'saved';
    } catch (error) {
      this.error = error;
      this.state = 'failed';
    } finally {
      this.#sending = null;
    }
  }
}

/** All that is being written on a page, so that it can be saved before something is made from it. */
export class Drafts {
  #all = new Set<Draft>();

  /** The answer takes it out again, saved. */
  add(draft: Draft): () => void {
    this.#all.add(draft);
    return () => {
      this.#all.delete(draft);
      void draft.flush();
    };
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#all].map((draft) => draft.flush()));
  }

  get isDirty(): boolean {
    return [...this.#all].some((draft) => draft.isDirty);
  }
}
