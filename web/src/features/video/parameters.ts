/** What a video was made with, as lines to read and as text to take away. */
import type { Model, Video } from '../../api/types';
import { bytes, dateTime, duration, money, seconds, size } from '../../lib/format';
import { t, type MessageKey } from '../../lib/messages';
import { makerOf, modelLabel } from '../maker/maker';

export interface Parameter {
  label: string;
  value: string;
}

/** `models` are those of the studio, by whose names they are called. */
export function parametersOf(video: Video, models: readonly Model[]): Parameter[] {
  const cost = video.cost_actual ?? video.cost_estimate;
  const { provider, model } = video.served_by;
  const served =
    video.model === model || video.model === `${provider}/${model}` ? null : makerOf(models, video);
  const lines: [MessageKey, string | null][] = [
    ['video.parameter.model', modelLabel(models, video.model)],
    ['video.parameter.servedBy', served],
    ['video.parameter.size', size(video.size)],
    ['video.parameter.seconds', seconds(video.seconds)],
    ['video.parameter.seed', video.seed === null ? null : String(video.seed)],
    [
      'video.parameter.audio',
      video.audio === null ? null : t(`video.parameter.audio.${video.audio ? 'on' : 'off'}`),
    ],
    ['video.parameter.options', optionsText(video)],
    ['video.parameter.file', fileText(video)],
    [costLabel(video), cost === null ? null : money(cost)],
    ['money.lost', video.cost_lost > 0 ? money(video.cost_lost) : null],
    [madeLabel(video), dateTime(video.created_at)],
    ['video.parameter.took', tookText(video)],
    ['video.parameter.attempts', video.attempts > 1 ? String(video.attempts) : null],
  ];
  return lines.flatMap(([key, value]) =>
    // Every parameter's label is a plain sentence; one such key stands for its type.
    value === null ? [] : [{ label: t(key as 'action.undo'), value }],
  );
}

/** The request that makes another one like it, for scripts and notes. */
export function parametersText(video: Video): string {
  const { prompt, model, size: pixels, seconds: length, seed, audio, options } = video;
  const references = video.references.map(({ asset_id, role }) => ({ asset_id, role }));
  return JSON.stringify(
    {
      prompt,
      model,
      size: pixels,
      seconds: length,
      ...(seed === null ? {} : { seed }),
      ...(references.length === 0 ? {} : { references }),
      ...(audio === null ? {} : { audio }),
      ...(Object.keys(options).length === 0 ? {} : { options }),
    },
    null,
    2,
  );
}

/** "tone: warm · steps: 30" */
function optionsText(video: Video): string | null {
  const said = Object.entries(video.options).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return said.length === 0 ? null : said.join(' · ');
}

/** Until the provider says what it took, a price is an estimate; free is free. */
function costLabel(video: Video): MessageKey {
  return video.cost_actual === null && video.cost_estimate
    ? 'video.parameter.estimate'
    : 'video.parameter.cost';
}

/** What has not come to be was only asked for. */
const madeLabel = (video: Video): MessageKey =>
  video.status === 'completed' ? 'video.parameter.made' : 'video.parameter.asked';

function fileText(video: Video): string | null {
  if (video.file_size === null) return null;
  const parts = [
    video.width && video.height ? `${video.width}×${video.height}` : '',
    video.fps ? t('video.parameter.fps', { n: Number(video.fps.toFixed(2)) }) : '',
    bytes(video.file_size),
  ];
  return parts.filter(Boolean).join(' · ');
}

function tookText(video: Video): string | null {
  if (video.completed_at === null || video.started_at === null) return null;
  return duration(video.completed_at - video.started_at);
}
