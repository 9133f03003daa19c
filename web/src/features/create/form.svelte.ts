/** What is being asked for on the create page. Nothing here sends or shows anything. */
import type { Asset, Model, NewVideo, Video } from '../../api/types';
import type { CheckedImage } from '../reference-image/check';
import { isSecondsOffered, nearestSeconds, nearestSize, sizeProblem } from './capabilities';
import { controlsOf, fitting, optionProblem, type OptionValue, type OptionValues } from './options';
import {
  fitted,
  moved,
  type Picture,
  type PictureRole,
  referencesOf,
  type Source,
  withPicture,
  withRole,
} from './pictures';
import { recall, remember } from './remembered';

export const LONGEST_PROMPT = 10_000;
export const COUNTS = [1, 2, 3, 4] as const;
/** Of the studio's −10 to 10, three that people tell apart. */
export const PRIORITIES = [
  { value: 5, key: 'create.priority.high' },
  { value: 0, key: 'create.priority.normal' },
  { value: -5, key: 'create.priority.low' },
] as const;

/** What a form may begin with; everything else is the model's default. */
export interface Start {
  prompt?: string;
  model?: string;
  size?: string;
  seconds?: string;
  seed?: string;
  audio?: boolean;
  options?: Record<string, unknown>;
}

/** Fields that the app itself finds wrong, before anything is sent. */
export type Problem =
  'prompt_empty' | 'prompt_long' | 'seed' | 'size' | 'seconds' | 'picture' | `options.${string}`;

export class CreateForm {
  prompt = $state('');
  modelId = $state('');
  size = $state('');
  seconds = $state(0);
  count: number = $state(1);
  /** Among one's own waiting videos: higher is made sooner. */
  priority: number = $state(0);
  /** As typed; '' lets the server choose. */
  seed = $state('');
  /** What it is made from, in order; which roles there are is the model's. */
  pictures: Picture[] = $state.raw([]);
  /** Sound, where the model can choose. */
  audio = $state(false);
  /** The model's own options; what is left out is the model's choice. */
  options: OptionValues = $state({});

  #wanted: Start = {};
  #keys = 0;
  #chosenFor = '';

  start(start: Start): void {
    this.#wanted = start;
    if (start.prompt !== undefined) this.prompt = start.prompt;
    if (start.seed !== undefined) this.seed = start.seed;
    if (start.model !== undefined) this.modelId = start.model;
    if (start.audio !== undefined || start.options !== undefined) this.#chosenFor = '';
  }

  /** Makes everything something this model can do, as near to the present choice as it goes. */
  fit(model: Model): void {
    this.modelId = model.id;
    const size = this.size || this.#wanted.size || model.default_size;
    const seconds = this.seconds || Number(this.#wanted.seconds ?? model.default_seconds);
    this.size = nearestSize(model, size);
    this.seconds = nearestSeconds(model, seconds > 0 ? seconds : Number(model.default_seconds));
    this.pictures = fitted(model, this.pictures);
    if (this.#chosenFor !== model.id) this.#choose(model);
  }

  /** What was asked for with the page, else what was last chosen for this model. */
  #choose(model: Model): void {
    const { audio, options } = this.#wanted;
    const before = recall(model.id);
    this.#wanted = { ...this.#wanted, audio: undefined, options: undefined };
    this.#chosenFor = model.id;
    this.audio = model.audio === 'optional' && (audio ?? before?.audio ?? false);
    this.options = fitting(controlsOf(model.options), options ?? before?.options ?? {});
  }

  setAudio(audio: boolean): void {
    this.audio = audio;
    this.#remember();
  }

  /** `undefined` leaves it to the model. */
  setOption(name: string, value: OptionValue | undefined): void {
    const { [name]: _, ...others } = this.options;
    this.options = value === undefined ? others : { ...others, [name]: value };
    this.#remember();
  }

  #remember(): void {
    remember(this.modelId, { options: $state.snapshot(this.options), audio: this.audio });
  }

  addFile(model: Model, image: CheckedImage): void {
    this.#add(model, { image, asset: null });
  }

  addAsset(model: Model, asset: Asset): void {
    this.#add(model, { image: null, asset });
  }

  #add(model: Model, source: Source): void {
    this.pictures = withPicture(model, this.pictures, source, (this.#keys += 1));
  }

  removePicture(key: number): void {
    this.pictures = this.pictures.filter((each) => each.key !== key);
  }

  movePicture(key: number, by: -1 | 1): void {
    this.pictures = moved(this.pictures, key, by);
  }

  setRole(key: number, role: PictureRole): void {
    this.pictures = withRole(this.pictures, key, role);
  }

  problems(model: Model): Set<Problem> {
    const problems = new Set<Problem>();
    const length = this.prompt.trim().length;
    if (length === 0) problems.add('prompt_empty');
    if (length > model.prompt_max) problems.add('prompt_long');
    if (model.seed && this.seed.trim() !== '' && !/^\d{1,10}$/.test(this.seed.trim())) problems.add('seed');
    if (sizeProblem(model, this.size) !== null) problems.add('size');
    if (!isSecondsOffered(model, this.seconds)) problems.add('seconds');
    if (model.needs_image && this.pictures.every(({ role }) => role !== 'first_frame'))
      problems.add('picture');
    for (const control of controlsOf(model.options)) {
      if (optionProblem(control, this.options[control.name])) problems.add(`options.${control.name}`);
    }
    return problems;
  }

  /** Files that must be assets before they can be sent: only a first frame goes with the request itself. */
  get unsent(): Picture[] {
    return this.pictures.filter(({ image, role }) => image !== null && role !== 'first_frame');
  }

  /** The request, without the files that are `unsent`. */
  body(model: Model): NewVideo {
    const references = referencesOf(this.pictures);
    const options = $state.snapshot(this.options);
    return {
      prompt: this.prompt.trim(),
      model: this.modelId,
      size: this.size,
      seconds: String(this.seconds),
      n: this.count === 1 ? undefined : this.count,
      priority: this.priority === 0 ? undefined : this.priority,
      seed: !model.seed || this.seed.trim() === '' ? undefined : Number(this.seed.trim()),
      input_reference: this.pictures.find(({ role }) => role === 'first_frame')?.image?.file,
      references: references.length === 0 ? undefined : references,
      audio: model.audio === 'optional' ? this.audio : undefined,
      options: Object.keys(options).length === 0 ? undefined : options,
    };
  }
}

/** Another one like this video. */
export const startFrom = (video: Video): Start => ({
  prompt: video.prompt,
  model: video.model,
  size: video.size,
  seconds: video.seconds,
  seed: video.seed === null ? undefined : String(video.seed),
  audio: video.audio ?? undefined,
  options: video.options,
});

/** The model that a name means: its id, its plain name, or the default where it is not known here. */
export function modelNamed(models: readonly Model[], name: string, fallback: string): Model | undefined {
  return (
    models.find((model) => model.id === name) ??
    models.find((model) => model.name === name) ??
    models.find((model) => model.id === fallback) ??
    models[0]
  );
}
