/** When to ask before spending: above what the person has chosen, or a dollar while that is not known. */
import type { Budget } from '../../api/types';

const UNLESS_CHOSEN = 1;

/** The amount above which to ask; null for never. */
export const thresholdOf = (budget: Budget | undefined): number | null =>
  budget === undefined ? UNLESS_CHOSEN : budget.confirm_above_usd;

/** Whether something of this price (null where nobody knows) is asked about first. */
export function isAskedAbout(cost: number | null, budget: Budget | undefined): boolean {
  const above = thresholdOf(budget);
  // A sum of fractions may be a hair above what it is.
  return cost !== null && above !== null && cost > above + 1e-9;
}
