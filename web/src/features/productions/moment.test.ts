import { describe, expect, it } from 'vitest';
import { sampleScene, sampleTake } from '../../live/sample-production';
import { LEAD, momentAt } from './moment';

describe('what is seen', () => {
  it('is the circled take of the scene, from its own beginning', () => {
    const scenes = [sampleScene(1), sampleScene(2)];
    expect(momentAt(scenes, 5)).toMatchObject({
      index: 1,
      offset: 1,
      picture: { kind: 'clip', url: '/v2.mp4', at: 1, rate: 1, held: false },
    });
  });

  it('is the still where no take is circled and done, and the words where there is no still', () => {
    const takes = [sampleTake({ circled: false }), sampleTake({ video_id: 'v2', url: null })];
    const still = sampleScene(1, { takes });
    expect(momentAt([still], 1)?.picture).toEqual({ kind: 'still', url: '/still1.png' });
    const bare = sampleScene(1, { takes: [], frame: { ...still.frame, url: null } });
    expect(momentAt([bare], 1)?.picture).toEqual({ kind: 'words' });
  });

  it('keeps to the in and out points, and holds the last frame', () => {
    const scene = sampleScene(1, { takes: [sampleTake({ in: 1, out: 3 })] });
    expect(momentAt([scene], 1.5)?.picture).toMatchObject({ at: 2.5, held: false });
    expect(momentAt([scene], 3)?.picture).toMatchObject({ at: 3, held: true });
  });

  it('slows a short clip down where that is wanted, but not below nine tenths', () => {
    const short = (seconds: number) =>
      momentAt([sampleScene(1, { fit: 'slow', takes: [sampleTake({ seconds })] })], 2)?.picture;
    expect(short(3.8)).toMatchObject({ rate: 0.95, at: 1.9 });
    expect(short(2)).toMatchObject({ rate: 0.9 });
    expect(short(8)).toMatchObject({ rate: 1 });
  });

  it('is nothing where there is no scene', () => {
    expect(momentAt([], 0)).toBeNull();
  });
});

describe('what is heard', () => {
  it('is the narration, a moment after the scene begins and until it is over', () => {
    const scenes = [sampleScene(1)];
    expect(momentAt(scenes, 0.1)?.voice).toBeNull();
    expect(momentAt(scenes, LEAD + 0.5)?.voice).toEqual({ url: '/voice1.wav', at: 0.5 });
    expect(momentAt(scenes, LEAD + 2.1)?.voice).toBeNull();
    expect(momentAt([sampleScene(1, { narration: '' })], 1)?.voice).toBeNull();
  });

  it('is the clip softer under a voice, or not at all', () => {
    expect(momentAt([sampleScene(1)], 1)?.clipVolume).toBe(0.25);
    expect(momentAt([sampleScene(1)], 3.9)?.clipVolume).toBe(1);
    expect(momentAt([sampleScene(1, { clip_audio: 'keep' })], 1)?.clipVolume).toBe(1);
    expect(momentAt([sampleScene(1, { clip_audio: 'mute' })], 3.9)?.clipVolume).toBe(0);
  });
});
