/** Makes a film of what it is begun with: the production, then its videos as takes, or its first run. */
import * as api from '../../api/productions';
import type { NewProduction, Production, Stage, Video } from '../../api/types';

/** A film plays through without a cut, so that is a step of its own, once people like what they see. */
const FIRST_RUN: Stage = 'clips';

export interface Begun {
  production: Production;
  /** Why some of it did not come about; the production is there all the same. */
  errors: unknown[];
}

/** Raises what creating it raises; nothing is there then. */
export async function begin(wanted: NewProduction, videos: readonly Video[]): Promise<Begun> {
  let production = await api.create(wanted);
  const errors: unknown[] = [];
  const attempt = async (send: () => Promise<Production>): Promise<void> => {
    try {
      production = await send();
    } catch (error) {
      errors.push(error);
    }
  };
  for (const [index, video] of videos.entries()) {
    await attempt(() => api.makeStep(production.id, index + 1, 'clips', { video_id: video.id }));
  }
  if (videos.length === 0) {
    await attempt(() => api.run(production.id, { through: FIRST_RUN, quality: 'animatic' }));
  }
  return { production, errors };
}
