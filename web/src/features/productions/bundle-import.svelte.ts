/** A bundle on its way into the studio, one at a time: its bytes counted, stopped or refused with a reason. */
import type { importBundle } from '../../api/productions';
import type { Production } from '../../api/types';
import { wording } from '../../lib/errors';
import { bytes } from '../../lib/format';
import { t } from '../../lib/messages';

/** The server's own limit. */
export const LARGEST_BUNDLE = 20_000_000_000;

interface Told {
  send: typeof importBundle;
  /** Hears of the production that it has become. */
  onimported: (production: Production) => void;
}

export class BundleImport {
  /** What is on its way, or was refused. */
  file: File | null = $state.raw(null);
  /** Bytes of the file that have left, as far as the browser tells. */
  sent = $state(0);
  /** `looking`: all of it is there, and the server checks it. */
  stage: 'idle' | 'sending' | 'looking' = $state('idle');
  refusal: { text: string; hint?: string } | null = $state.raw(null);
  readonly isBusy = $derived(this.stage !== 'idle');

  #told: Told;
  #stop: AbortController | null = null;

  constructor(told: Told) {
    this.#told = told;
  }

  /** Sends it, unless another one is under way. What the server would refuse is refused at once. */
  async begin(file: File): Promise<void> {
    if (this.isBusy) return;
    this.file = file;
    this.sent = 0;
    this.refusal = refusalFor(file);
    if (this.refusal !== null) return;
    const stop = (this.#stop = new AbortController());
    this.stage = 'sending';
    try {
      const production = await this.#told.send(file, {
        signal: stop.signal,
        onprogress: (sent, total) => {
          // The form around the file has some bytes of its own.
          this.sent = total > 0 ? Math.round((sent / total) * file.size) : 0;
          if (sent >= total) this.stage = 'looking';
        },
      });
      this.file = null;
      this.#told.onimported(production);
    } catch (error) {
      if (stop.signal.aborted) this.file = null;
      else this.refusal = wording(error);
    } finally {
      this.stage = 'idle';
      this.#stop = null;
    }
  }

  /** Stops what is under way, or takes a refusal off the page. */
  dismiss(): void {
    if (this.isBusy) this.#stop?.abort();
    else this.file = this.refusal = null;
  }
}

function refusalFor(file: File): { text: string } | null {
  // Some systems end it in `.zip` alone, or count copies: `film.rushes (1).zip`.
  if (!/\.zip$/i.test(file.name)) return { text: t('productions.import.wrong') };
  if (file.size > LARGEST_BUNDLE) {
    return {
      text: t('productions.import.tooLarge', { size: bytes(file.size), most: bytes(LARGEST_BUNDLE) }),
    };
  }
  return null;
}
