/** One key for one intent to spend, so that a double click or a retry after a lost answer pays once. */
import { ApiError, newIdempotencyKey } from '../../api/client';

export class Attempt {
  #key: string | null = null;
  #fingerprint = '';

  /** The key for sending this body: the same one again while nobody knows what became of it. */
  keyFor(body: object): string {
    const fingerprint = fingerprintOf(body);
    if (this.#key === null || this.#fingerprint !== fingerprint) {
      this.#key = newIdempotencyKey();
      this.#fingerprint = fingerprint;
    }
    return this.#key;
  }

  /** The server answered: the next press is a new intent. */
  answered(): void {
    this.#key = null;
  }

  /** A refusal is an answer; silence and a broken server are none, so the key stays for the next try. */
  failed(error: unknown): void {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) this.answered();
  }
}

function fingerprintOf(body: object): string {
  return JSON.stringify(body, (_key, value: unknown) =>
    value instanceof File ? [value.name, value.size, value.lastModified] : value,
  );
}
