/** What a production is called, and its edge print. */
import type { Production } from '../../api/types';
import { duration, sum } from '../../lib/format';
import { t } from '../../lib/messages';

const LONGEST = 80;

/** Its title, else the beginning of what it was begun with. */
export function titleOf({ title, idea }: Pick<Production, 'title' | 'idea'>): string {
  if (title !== '') return title;
  const [line = ''] = idea.trim().split('\n');
  if (line === '') return t('productions.untitled');
  return line.length <= LONGEST ? line : `${line.slice(0, line.lastIndexOf(' ', LONGEST))}…`;
}

/** `6 scenes ▸ 0:37 · $1.20`. */
export function edgeOf({ scenes, duration: length, cost_actual: cost }: Production): string {
  if (scenes.length === 0) return '';
  const parts = [scenes.length > 0 ? duration(length) : '', cost > 0 ? sum(cost) : ''].filter(Boolean);
  const count = t('productions.scenes', { n: scenes.length });
  return parts.length === 0 ? count : `${count} ▸ ${parts.join(' · ')}`;
}

/** Width by height. */
export function ratioOf(shape: Production['aspect_ratio']): number {
  const [across = 16, down = 9] = shape.split(':').map(Number);
  return across / down;
}

/** What shows the film at a glance: the cut's thumbnail, else the first picture that is there. */
export function pictureUrl({ cut, scenes }: Production): string | null {
  if (cut.thumbnail_url !== null) return cut.thumbnail_url;
  for (const { frame, takes } of scenes) {
    if (frame.url !== null) return stillUrl(frame.url);
    const take = takes.find((each) => each.circled)?.thumbnail_url;
    if (take) return take;
  }
  return null;
}

/** A still at the size of a contact sheet. */
export const stillUrl = (url: string): string =>
  url.startsWith('/api/assets/') ? `${url}?variant=thumbnail` : url;
