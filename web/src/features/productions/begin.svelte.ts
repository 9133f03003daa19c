/** What a film is begun with. Nothing here sends or shows anything. */
import type { AspectRatio, NewProduction, ScriptScene, Video } from '../../api/types';

export const MOST_SCENES = 40;
export const STARTS = ['idea', 'script', 'videos'] as const;
export type Start = (typeof STARTS)[number];

/** Fields that the form can show something wrong beside. */
export type BeginField =
  'words' | 'aspect_ratio' | 'style' | 'mood' | 'seconds' | 'scenes' | 'language' | 'voice';

/** Each as typed; '' leaves it to the studio. */
export class Beginning {
  start: Start = $state('idea');
  idea = $state('');
  script = $state('');
  videos: readonly Video[] = $state.raw([]);
  shape: AspectRatio = $state('16:9');
  style = $state('');
  mood = $state('');
  seconds = $state('');
  scenes = $state('');
  language = $state('');
  voice = $state('');

  /** What is wrong before anything is sent: the field, and why. */
  problems(): Map<BeginField, 'empty' | 'number'> {
    const found = new Map<BeginField, 'empty' | 'number'>();
    if (this.#isEmpty()) found.set('words', 'empty');
    if (!isWithin(this.seconds, 3, 3600)) found.set('seconds', 'number');
    if (!isWithin(this.scenes, 1, MOST_SCENES) || !/^\d*$/.test(this.scenes.trim())) {
      found.set('scenes', 'number');
    }
    return found;
  }

  body(): NewProduction {
    const { start } = this;
    return {
      ...(start === 'idea' ? { prompt: this.idea.trim() } : {}),
      ...(start === 'script' ? { script: this.script.trim() } : {}),
      ...(start === 'videos' ? { script: { title: '', scenes: this.videos.map(sceneOf) } } : {}),
      aspect_ratio: this.shape,
      ...given({
        style: this.style.trim(),
        mood: this.mood.trim(),
        language: this.language.trim(),
        voice: this.voice.trim(),
        seconds: numberIn(this.seconds),
        scenes: start === 'videos' ? undefined : numberIn(this.scenes),
      }),
    };
  }

  #isEmpty(): boolean {
    if (this.start === 'videos') return this.videos.length === 0;
    return (this.start === 'idea' ? this.idea : this.script).trim() === '';
  }
}

/** A scene that shows a video: nothing is said in it until somebody writes it. */
function sceneOf(video: Video): ScriptScene {
  const seconds = Math.min(60, Math.max(1, video.duration ?? Number(video.seconds)));
  return {
    narration: '',
    frame_prompt: (video.title ?? video.prompt).slice(0, 4000),
    motion_prompt: '',
    seconds: Math.round(seconds * 100) / 100,
  };
}

const numberIn = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));

function isWithin(text: string, low: number, high: number): boolean {
  const value = numberIn(text);
  return value === undefined || (value >= low && value <= high);
}

/** Without what is absent or empty. */
const given = <T extends Record<string, string | number | undefined>>(values: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
  ) as Partial<T>;
