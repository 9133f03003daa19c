/** What an estimate says in a few words. */
import type { Estimate } from '../../api/types';
import { money, sum } from '../../lib/format';
import { t } from '../../lib/messages';

/** "Free", "about $1.20", "$0.80 to $1.50", "price not known". */
export function costText({ amount, low, high }: Estimate): string {
  if (amount === null) return t('productions.run.unpriced');
  if (amount === 0) return money(0);
  if (low !== null && high !== null && high - low > 0.005) {
    return t('productions.run.range', { low: sum(low), high: sum(high) });
  }
  return t('productions.run.cost', { cost: sum(amount) });
}

/** The most that it may come to: what one is asked about. Null where nobody knows. */
export const mostOf = (estimate: Estimate): number | null => estimate.high ?? estimate.amount;
