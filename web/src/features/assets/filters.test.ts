import { describe, expect, it } from 'vitest';
import {
  changed,
  isFiltered,
  purposeOf,
  purposesOf,
  readFilters,
  toAssetFilter,
  writeFilters,
} from './filters';

const everything = readFilters({});

describe('the address of a view', () => {
  it('is read and written back', () => {
    const query = { kind: 'audio', purpose: 'music', q: 'rain', sort: 'old' };
    expect(writeFilters(readFilters(query))).toEqual(query);
    expect(toAssetFilter(readFilters(query))).toEqual(query);
  });

  it('says nothing of what is as it is anyway, and falls back to everything', () => {
    expect(Object.values(writeFilters(everything)).every((value) => value === undefined)).toBe(true);
    expect(toAssetFilter(everything)).toEqual({});
    expect(readFilters({ kind: 'film', purpose: 'x', sort: 'up' })).toEqual(everything);
    expect([isFiltered(everything), isFiltered({ ...everything, sort: 'old' })]).toEqual([false, false]);
    expect(isFiltered({ ...everything, purpose: 'still' })).toBe(true);
  });

  it('never asks for what cannot be: music among the pictures', () => {
    const music = changed(everything, { purpose: 'music' });
    expect(changed(music, { kind: 'image' })).toMatchObject({ kind: 'image', purpose: '' });
    expect(changed(music, { kind: 'audio' })).toMatchObject({ kind: 'audio', purpose: 'music' });
    const pictures = changed(everything, { kind: 'image' });
    expect(changed(pictures, { purpose: 'voice' })).toMatchObject({ kind: '', purpose: 'voice' });
    expect(changed(pictures, { purpose: 'still' })).toMatchObject({ kind: 'image', purpose: 'still' });
  });
});

describe('what an asset is for', () => {
  it('follows its kind', () => {
    expect(purposesOf('image')).toEqual(['upload', 'still']);
    expect(purposesOf('video')).toEqual(['upload']);
    expect(purposesOf('audio')).toEqual(['upload', 'voice', 'music']);
  });

  it('follows the view that it is brought into, if that fits', () => {
    const song = new File(['x'], 'song.mp3', { type: 'audio/mpeg' });
    const music = { ...everything, purpose: 'music' as const };
    expect(purposeOf(song, music)).toBe('music');
    expect(purposeOf(song, everything)).toBeUndefined();
    expect(purposeOf(song, { ...everything, purpose: 'still' })).toBeUndefined();
    expect(purposeOf(new File(['x'], 'song'), music)).toBeUndefined();
  });
});
