/** What is being asked for on the create page. Nothing here sends or shows anything. */
import type { Asset, Model, NewVideo, Video } from '../../api/types';
import type { CheckedImage } from '../reference-image/check';
import { isSecondsOffered, nearestSeconds, nearestSize, sizeProblem } from './capabilities';

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
}

/** Fields that the app itself finds wrong, before anything is sent. */
export type Problem = 'prompt_empty' | 'prompt_long' | 'seed' | 'size' | 'seconds';

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
  /** The picture to start from: a file that goes with the request, or one that the studio has. Never both. */
  image: CheckedImage | null = $state.raw(null);
  asset: Asset | null = $state.raw(null);

  #wanted: Start = {};

  start(start: Start): void {
    this.#wanted = start;
    if (start.prompt !== undefined) this.prompt = start.prompt;
    if (start.seed !== undefined) this.seed = start.seed;
    if (start.model !== undefined) this.modelId = start.model;
  }

  /** Makes size and length something this model can do, as near to the present choice as it goes. */
  fit(model: Model): void {
    this.modelId = model.id;
    const size = this.size || this.#wanted.size || model.default_size;
    const seconds = this.seconds || Number(this.#wanted.seconds ?? model.default_seconds);
    this.size = nearestSize(model, size);
    this.seconds = nearestSeconds(model, seconds > 0 ? seconds : Number(model.default_seconds));
    if (!model.image_input) this.startFromWords();
  }

  startFromFile(image: CheckedImage): void {
    this.image = image;
    this.asset = null;
  }

  startFromAsset(asset: Asset): void {
    this.asset = asset;
    this.image = null;
  }

  startFromWords(): void {
    this.image = null;
    this.asset = null;
  }

  problems(model: Model): Set<Problem> {
    const problems = new Set<Problem>();
    const length = this.prompt.trim().length;
    if (length === 0) problems.add('prompt_empty');
    if (length > LONGEST_PROMPT) problems.add('prompt_long');
    if (this.seed.trim() !== '' && !/^\d{1,10}$/.test(this.seed.trim())) problems.add('seed');
    if (sizeProblem(model, this.size) !== null) problems.add('size');
    if (!isSecondsOffered(model, this.seconds)) problems.add('seconds');
    return problems;
  }

  body(): NewVideo {
    return {
      prompt: this.prompt.trim(),
      model: this.modelId,
      size: this.size,
      seconds: String(this.seconds),
      n: this.count === 1 ? undefined : this.count,
      priority: this.priority === 0 ? undefined : this.priority,
      seed: this.seed.trim() === '' ? undefined : Number(this.seed.trim()),
      input_reference: this.image?.file,
      references: this.asset === null ? undefined : [{ asset_id: this.asset.id, role: 'first_frame' }],
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
