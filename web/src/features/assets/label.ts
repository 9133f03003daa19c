/** What is said of an asset: beside its picture, to a screen reader, and in its details. */
import type { Asset } from '../../api/types';
import { bytes, duration } from '../../lib/format';
import { t } from '../../lib/messages';

/** "1280×720", or '' where it is not seen. */
export const pixels = (asset: Asset): string =>
  asset.width !== null && asset.height !== null ? `${asset.width}×${asset.height}` : '';

/** "0:32"; what is shorter than a second is "0:01", since nothing plays for no time. */
export const length = (asset: Asset): string =>
  asset.duration === null ? '' : duration(Math.max(1, Math.round(asset.duration)));

/** What fits beside its name: how long it plays, else how large it is. */
export const shortFact = (asset: Asset): string => length(asset) || pixels(asset);

/** "Picture, cat.png, 1280×720, 3 videos". */
export const label = (asset: Asset): string =>
  [
    t(`assets.one.${asset.kind}`),
    asset.name,
    shortFact(asset),
    asset.used > 0 ? t('assets.used.videos', { n: asset.used }) : '',
  ]
    .filter(Boolean)
    .join(', ');

/** Width ÷ height of what stands for it in a sheet. */
export function ratio(asset: Asset): number {
  if (asset.kind === 'audio') return 2;
  return asset.width && asset.height ? asset.width / asset.height : 16 / 9;
}

/** The file's type as people name it: "PNG", "MP3". */
export function fileType(asset: Asset): string {
  const subtype = asset.content_type.split('/')[1] ?? asset.content_type;
  const names: Record<string, string> = {
    mpeg: 'MP3',
    quicktime: 'QuickTime',
    'x-matroska': 'Matroska',
    webm: 'WebM',
  };
  if (asset.content_type === 'audio/mp4') return 'M4A';
  return names[subtype] ?? subtype.toUpperCase();
}

export const weight = (asset: Asset): string => bytes(asset.file_size);
