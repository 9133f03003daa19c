import { describe, expect, it } from 'vitest';
import { SAMPLE_CUT, DONE, sampleProduction, sampleScene } from '../../live/sample-production';
import { nextStep, pausesBefore, stagesFor, throughOf } from './next-step';

const cut = { ...DONE, settings: SAMPLE_CUT, video_id: 'v9', url: '/cut.mp4', thumbnail_url: null };

describe('the next step', () => {
  it('is the first stage of which something is missing', () => {
    expect(nextStep(sampleProduction({ stage: 'frames' }))).toEqual({ kind: 'make', stage: 'frames' });
    expect(nextStep(sampleProduction({ stage: 'cut' }))).toEqual({ kind: 'make', stage: 'cut' });
  });

  it('brings up to date what is stale once all is there, but nothing that is locked', () => {
    const { voice } = sampleScene(1);
    const stale = (locked: boolean) =>
      sampleProduction({
        stage: 'cut',
        cut,
        scenes: [sampleScene(1, { locked, voice: { ...voice, stale: true } })],
      });
    expect(nextStep(stale(false))).toEqual({ kind: 'update' });
    expect(nextStep(stale(true))).toEqual({ kind: 'none' });
    expect(throughOf({ kind: 'update' })).toBe('cut');
  });

  it('pauses only before its end', () => {
    expect(pausesBefore('voices')).toEqual(['story', 'frames']);
    expect(stagesFor(sampleProduction())).not.toContain('story');
    expect(stagesFor(sampleProduction({ scenes: [] }))).toContain('story');
  });
});
