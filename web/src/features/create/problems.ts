/** What the app itself finds wrong with the form, in words, by the fields that it is about. */
import type { Model } from '../../api/types';
import { t } from '../../lib/messages';
import type { CreateForm } from './form.svelte';
import { type Control, controlsOf, optionProblem } from './options';
import type { FormField } from './refusal';

export function problemTexts(form: CreateForm, model: Model): Partial<Record<FormField, string>> {
  const problems = form.problems(model);
  const texts: Partial<Record<FormField, string>> = {};
  if (problems.has('prompt_empty')) texts.prompt = t('create.prompt.empty');
  if (problems.has('prompt_long')) texts.prompt = t('create.prompt.long', { most: model.prompt_max });
  if (problems.has('seed')) texts.seed = t('create.seed.wrong');
  if (problems.has('picture')) texts.references = t('create.image.needed');
  for (const control of controlsOf(model.options)) {
    const text = optionText(control, form);
    if (text !== null) texts[`options.${control.name}`] = text;
  }
  return texts;
}

function optionText(control: Control, form: CreateForm): string | null {
  switch (optionProblem(control, form.options[control.name])) {
    case null:
      return null;
    case 'range':
      // The bounds stand beneath the field.
      return t('create.option.outside');
    case 'long':
      return t('create.option.long', { most: (control.kind === 'text' && control.most) || 0 });
    case 'number':
      return t(control.kind === 'number' && control.whole ? 'create.option.whole' : 'create.option.number');
  }
}
