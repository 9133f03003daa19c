/**
 * Takes what comes one by one and hands it on in bursts: the first at once, so that a lone change waits for nothing,
 * and what follows within `rest` ms together, so that a hundred changes are a few drawings of the page.
 */
export class Bursts<Item> {
  #waiting: Item[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly handle: (items: readonly Item[]) => void,
    private readonly rest = 30,
  ) {}

  add(item: Item): void {
    this.#waiting.push(item);
    if (this.#timer === undefined) this.#flush();
  }

  /** Forgets what still waits. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #flush = (): void => {
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const items = this.#waiting;
    this.#waiting = [];
    this.#timer = setTimeout(this.#flush, this.rest);
    this.handle(items);
  };
}
