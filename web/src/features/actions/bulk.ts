/** One thing done to any number of videos, as many in a request as the server takes. */
import { ApiError } from '../../api/client';
import type { BulkAction } from '../../api/types';
import * as videos from '../../api/videos';

export interface Outcome {
  done: string[];
  /** What went wrong, one entry for each video. */
  errors: unknown[];
}

export interface Options {
  tags?: readonly string[];
  idempotencyKey?: string;
  /** Told after each request how many of all were dealt with. */
  onprogress?: (dealt: number, of: number) => void;
}

/**
 * One request after another: a second one would only wait for the same writer. A request that fails as a whole
 * counts for each of its videos, and the next is still sent: nothing says that it would fail as well.
 */
export async function inBulk(
  ids: readonly string[],
  action: BulkAction,
  options: Options = {},
): Promise<Outcome> {
  const outcome: Outcome = { done: [], errors: [] };
  for (let start = 0; start < ids.length; start += videos.MOST_AT_ONCE) {
    const part = ids.slice(start, start + videos.MOST_AT_ONCE);
    const { tags, idempotencyKey } = options;
    try {
      const { results } = await videos.bulk(part, action, {
        tags,
        idempotencyKey: idempotencyKey && `${idempotencyKey}:${start}`,
      });
      for (const { id, ok, error } of results) {
        if (ok) outcome.done.push(id);
        else outcome.errors.push(asError(error));
      }
    } catch (error) {
      outcome.errors.push(...part.map(() => error));
    }
    options.onprogress?.(Math.min(ids.length, start + part.length), ids.length);
  }
  return outcome;
}

function asError(error: { code: string; message: string } | null | undefined): ApiError {
  return new ApiError({ status: 409, code: error?.code ?? 'conflict', message: error?.message ?? '' });
}
