/** What a screen reader calls a video: its code, its words, its state. */
import type { Video } from '../../api/types';
import { t } from '../../lib/messages';

const LONGEST = 120;

/** The title where there is one, else the prompt, cut at a word. */
export function nameOf(video: Pick<Video, 'title' | 'prompt'>): string {
  return video.title || shortened(video.prompt);
}

/** "RX-0412, Done, a fox in the snow": in the order in which a frame without a picture shows it. */
export function frameLabel(video: Video): string {
  return t('video.frameLabel', { code: video.code, name: nameOf(video), state: stateText(video) });
}

function stateText(video: Video): string {
  if (video.trashed_at !== null) return t('state.trashed');
  return t(video.needs_attention ? 'state.unknown' : `state.${video.stage}`);
}

function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  const cut = text.slice(0, LONGEST);
  const space = cut.lastIndexOf(' ');
  return `${space > LONGEST / 2 ? cut.slice(0, space) : cut}…`;
}
