/** One key for one intent to spend, so that a double click or a retry after a lost answer pays once. */
import { ApiError, newIdempotencyKey } from '../../api/client';

/** Milliseconds after an answer in which the same press again is a double click, not a second wish. */
const DOUBLE_CLICK = 800;

export class Attempt {
  #key: string | null = null;
  #fingerprint = '';
  /** When the answer came; null while nobody knows what became of it. */
  #answeredAt: number | null = null;
  #clock: () => number;

  /** `clock` counts milliseconds. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** The key for sending this body: the same one again while nobody knows what became of it. */
  keyFor(body: object): string {
    const fingerprint = fingerprintOf(body);
    const settled = this.#answeredAt !== null && this.#clock() - this.#answeredAt > DOUBLE_CLICK;
    if (this.#key === null || this.#fingerprint !== fingerprint || settled) {
      this.#key = newIdempotencyKey();
      this.#fingerprint = fingerprint;
      this.#answeredAt = null;
    }
    return this.#key;
  }

  /** The server did it: a moment from now the next press is a new intent. */
  answered(): void {
    this.#answeredAt ??= this.#clock();
  }

  /** A refusal is an answer with nothing done; silence and a broken server are none, so the key stays. */
  failed(error: unknown): void {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) this.#key = null;
  }
}

function fingerprintOf(body: object): string {
  return JSON.stringify(body, (_key, value: unknown) =>
    value instanceof File ? [value.name, value.size, value.lastModified] : value,
  );
}
