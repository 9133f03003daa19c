/** What is said of pictures: what they are for, and to somebody whose file cannot guide a video what would work. */
import { bytes, count } from '../../lib/format';
import { t } from '../../lib/messages';
import type { Picture, Role } from '../create/pictures';
import type { Refusal } from './check';

const ROLES = {
  first_frame: 'create.image.first',
  last_frame: 'create.image.last',
  subject: 'create.image.subject',
  style: 'create.image.style',
  video: 'create.image.video',
  audio: 'create.image.audio',
} as const;

export const roleText = (role: Role): string => t(ROLES[role]);

export const nameOf = (picture: Picture): string => picture.image?.file.name ?? picture.asset?.name ?? '';

export function refusalText(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'empty':
      return t('create.image.empty');
    case 'not_an_image':
      return t('create.image.notAnImage', { name: refusal.name });
    case 'unusable_kind':
      return refusal.kind === 'heic'
        ? t('create.image.heic')
        : t('create.image.kind', { kind: refusal.kind.toUpperCase() });
    case 'too_large':
      return t('create.image.tooLarge', { size: bytes(refusal.bytes), most: bytes(refusal.most) });
    case 'too_many_pixels':
      return t('create.image.tooManyPixels', {
        size: `${refusal.width}×${refusal.height}`,
        most: count(Math.round(refusal.most / 1_000_000)),
      });
    case 'too_small':
      return t('create.image.tooSmall', {
        size: `${refusal.width}×${refusal.height}`,
        least: refusal.least,
      });
  }
}
