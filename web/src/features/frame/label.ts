/** What a video is called, and what its frame tells a screen reader: code, state, words, and why it has no picture. */
import type { Video } from '../../api/types';
import { videoErrorWording } from '../../lib/errors';
import { t } from '../../lib/messages';
import { isUnfinished } from './progress';

const LONGEST = 120;

/** The title where there is one, else the prompt, cut at a word. */
export function nameOf(video: Pick<Video, 'title' | 'prompt'>): string {
  return video.title || shortened(video.prompt);
}

/** "RX-0412, Done, a fox in the snow": in the order in which a frame without a picture shows it. */
export function frameLabel(video: Video): string {
  const label = t('video.frameLabel', { code: video.code, name: nameOf(video), state: stateText(video) });
  const problem = problemOf(video);
  return problem === null ? label : `${label}, ${problem.text}`;
}

/** Why it failed or needs somebody; what goes on by itself has no problem worth telling. */
export function problemOf(video: Video): ReturnType<typeof videoErrorWording> | null {
  const isOver = !isUnfinished(video) || video.needs_attention;
  return video.error !== null && isOver ? videoErrorWording(video.error) : null;
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
