/** The form as a request: files that cannot go with it become assets before. */
import { bring } from '../../api/assets';
import type { Model, NewVideo } from '../../api/types';
import type { CreateForm } from './form.svelte';
import { referencesOf } from './pictures';

/**
 * What the form says now, whatever is typed while files are on their way. The same bytes are the same asset, so
 * that asking again brings nothing twice.
 */
export async function requestOf(form: CreateForm, model: Model): Promise<NewVideo> {
  const { pictures, unsent } = form;
  const body = form.body(model);
  if (unsent.length === 0) return body;
  const brought = await Promise.all(
    unsent.flatMap(({ key, image }) =>
      image === null ? [] : [bring(image.file).then(({ asset }) => [key, asset.id] as const)],
    ),
  );
  return { ...body, references: referencesOf(pictures, new Map(brought)) };
}
