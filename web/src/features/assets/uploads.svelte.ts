/** Files on their way to the studio: two at a time, each with its bytes counted, stopped or tried again alone. */
import type { bring, Brought } from '../../api/assets';
import type { AssetPurpose } from '../../api/types';
import { wording } from '../../lib/errors';
import { bytes } from '../../lib/format';
import { t } from '../../lib/messages';
import { checkReference } from '../reference-image/check';
import { refusalText } from '../reference-image/wording';

/** The server's own limit: what it would refuse is refused before it is sent. */
export const LARGEST_BYTES = 500_000_000;
export const ACCEPTED = 'image/jpeg,image/png,image/webp,video/*,audio/*';
const AT_ONCE = 2;

/** `looking`: all of it is there, and the server decodes it. */
export type UploadState = 'waiting' | 'sending' | 'looking' | 'failed';

export interface Upload {
  readonly id: number;
  readonly file: File;
  readonly purpose: AssetPurpose | undefined;
  state: UploadState;
  /** Bytes of the file that have left, as far as the browser tells. */
  sent: number;
  error: string;
  /** Whether trying again may help. */
  canRetry: boolean;
}

interface Told {
  /** Sends one file. */
  send: typeof bring;
  /** Hears of each that is stored. */
  onstored: (brought: Brought) => void;
}

export class Uploads {
  items: Upload[] = $state([]);
  readonly isBusy = $derived(this.items.some((item) => item.state !== 'failed'));

  #told: Told;
  #next = 1;
  #stops = new Map<number, AbortController>();

  constructor(told: Told) {
    this.#told = told;
  }

  /** Takes files in line. What the server would refuse is refused at once, and says why. */
  async add(files: readonly File[], purposeOf: (file: File) => AssetPurpose | undefined): Promise<void> {
    for (const file of files) {
      const refusal = await refusalFor(file);
      this.items.push({
        id: this.#next++,
        file,
        purpose: purposeOf(file),
        state: refusal === null ? 'waiting' : 'failed',
        sent: 0,
        error: refusal ?? '',
        canRetry: false,
      });
    }
    this.#advance();
  }

  /** Stops it if it runs, and takes it off the list. */
  remove(id: number): void {
    this.items = this.items.filter((item) => item.id !== id);
    this.#stops.get(id)?.abort();
    this.#advance();
  }

  retry(id: number): void {
    const item = this.items.find((each) => each.id === id);
    if (item?.state !== 'failed') return;
    Object.assign(item, { state: 'waiting', sent: 0, error: '' });
    this.#advance();
  }

  /** Another person is signed in: nothing of the former one goes on. */
  clear(): void {
    this.items = [];
    for (const stop of this.#stops.values()) stop.abort();
  }

  #advance(): void {
    for (const item of this.items) {
      if (this.#stops.size >= AT_ONCE) return;
      if (item.state === 'waiting') void this.#run(item);
    }
  }

  async #run(item: Upload): Promise<void> {
    const stop = new AbortController();
    this.#stops.set(item.id, stop);
    item.state = 'sending';
    try {
      const brought = await this.#told.send(item.file, {
        purpose: item.purpose,
        signal: stop.signal,
        onprogress: (sent, total) => {
          // The form around the file has some bytes of its own.
          item.sent = total > 0 ? Math.round((sent / total) * item.file.size) : 0;
          if (sent >= total) item.state = 'looking';
        },
      });
      this.items = this.items.filter((each) => each.id !== item.id);
      this.#told.onstored(brought);
    } catch (error) {
      const { text, hint } = wording(error);
      const status = error instanceof Error && 'status' in error ? Number(error.status) : 0;
      item.error = [text, hint].filter(Boolean).join(' ');
      item.canRetry = status === 0 || status === 429 || status >= 500;
      item.state = 'failed';
    } finally {
      this.#stops.delete(item.id);
      this.#advance();
    }
  }
}

async function refusalFor(file: File): Promise<string | null> {
  if (file.size === 0) return t('assets.uploads.empty');
  if (file.size > LARGEST_BYTES) {
    return t('assets.uploads.tooLarge', { size: bytes(file.size), most: bytes(LARGEST_BYTES) });
  }
  if (!file.type.startsWith('image/')) return null;
  const result = await checkReference(file);
  return 'refusal' in result ? refusalText(result.refusal) : null;
}
