import { expect, test } from 'vitest';
import { sampleProduction, sampleScene } from '../../live/sample-production';
import { canExport } from './exports';

test('captions can be taken once they are timed, all else once there are scenes', () => {
  const untimed = sampleProduction();
  expect(canExport(untimed, 'srt')).toBe(false);
  expect(canExport(untimed, 'edit')).toBe(true);
  const timed = sampleProduction({ scenes: [sampleScene(1, { captions: { status: 'done', stale: true } })] });
  expect(canExport(timed, 'vtt')).toBe(true);
  expect(canExport(sampleProduction({ scenes: [] }), 'otio')).toBe(false);
});
