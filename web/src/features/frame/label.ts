/** What a screen reader calls a video: its code, its words, its state. */
import type { Video } from '../../api/types';
import { t } from '../../lib/messages';

const LONGEST = 120;

/** The title where there is one, else the prompt, cut at a word. */
export function nameOf(video: Pick<Video, 'title' | 'prompt'>): string {
  return video.title || shortened(video.prompt);
}

/** "RX-0412, a fox in the snow, done" */
export function frameLabel(video: Video): string {
  const state = video.trashed_at === null ? t(`state.${video.stage}`) : t('state.trashed');
  return t('video.frameLabel', { code: video.code, name: nameOf(video), state });
}

function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  const cut = text.slice(0, LONGEST);
  const space = cut.lastIndexOf(' ');
  return `${space > LONGEST / 2 ? cut.slice(0, space) : cut}…`;
}
