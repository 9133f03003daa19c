/** What a milestone of a production says. */
import type { Production } from '../../api/types';
import { t } from '../../lib/messages';
import type { ProductionMilestone } from '../../live/productions';
import { titleOf } from './label';

export function milestoneText(milestone: ProductionMilestone, production: Production): string {
  const title = titleOf(production);
  switch (milestone.kind) {
    case 'stage':
      return t(`productions.told.${milestone.stage}`, { title });
    case 'scene-failed':
      return t(`productions.told.failed.${milestone.step}`, { n: milestone.scene });
    default:
      return t(`productions.told.${milestone.kind}`, { title });
  }
}
