/** What a model is called on the screen: the embedded one by what it is, others by their own label. */
import type { Model, Video } from '../../api/types';
import { t } from '../../lib/messages';

type Named = Pick<Model, 'id' | 'name' | 'label' | 'embedded'>;

/** `named` is a model's id or its plain name; one that is not known here keeps the name it was asked for by. */
export function modelLabel(models: readonly Named[], named: string): string {
  const model = models.find(({ id }) => id === named) ?? models.find(({ name }) => name === named);
  if (model === undefined) return named;
  return model.embedded ? t('quality.sketch') : model.label;
}

/** Who made a video, whatever it was asked of. */
export const makerOf = (models: readonly Named[], { served_by: { provider, model } }: Video): string =>
  modelLabel(models, `${provider}/${model}`);
