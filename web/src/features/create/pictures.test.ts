import { describe, expect, it } from 'vitest';
import type { Asset } from '../../api/types';
import { sampleModel } from '../../live/sample-model';
import {
  fitted,
  freeRoles,
  moved,
  type Picture,
  type PictureRole,
  referencesOf,
  type Source,
  withPicture,
  withRole,
} from './pictures';

const one = sampleModel();
const all = sampleModel({ references: ['style', 'first_frame', 'subject', 'last_frame', 'audio'] });
const likeness = sampleModel({ references: ['subject'] });
const words = sampleModel({ references: ['video'] });

const source = (id: string): Source => ({ image: null, asset: { id } as Asset });
const picture = (key: number, role: PictureRole): Picture => ({ ...source(`asset_${key}`), key, role });
const roles = (pictures: Picture[]): string[] => pictures.map(({ key, role }) => `${key} ${role}`);

describe('the roles of pictures', () => {
  it('are given as they are free', () => {
    let pictures: Picture[] = [];
    for (let key = 1; key <= 4; key += 1) pictures = withPicture(all, pictures, source('a'), key);
    expect(roles(pictures)).toEqual(['1 first_frame', '2 last_frame', '3 subject', '4 subject']);
    expect(freeRoles(all, pictures)).toEqual(['subject', 'style']);
  });
  it('are eight of subject and style at most; then the last is replaced', () => {
    let pictures: Picture[] = [];
    for (let key = 1; key <= 9; key += 1) pictures = withPicture(likeness, pictures, source('a'), key);
    expect(pictures.map(({ key }) => key)).toEqual([1, 2, 3, 4, 5, 6, 7, 9]);
  });
  it('are one where the model takes one, and none where it takes none', () => {
    const first = withPicture(one, [], source('a'), 1);
    expect(roles(withPicture(one, first, source('b'), 2))).toEqual(['2 first_frame']);
    expect(withPicture(words, [], source('a'), 1)).toEqual([]);
  });
  it('change places where a frame can be only one', () => {
    const both = [picture(1, 'first_frame'), picture(2, 'last_frame'), picture(3, 'subject')];
    expect(roles(withRole(both, 2, 'first_frame'))).toEqual(['1 last_frame', '2 first_frame', '3 subject']);
    expect(roles(withRole(both, 1, 'subject'))).toEqual(['1 subject', '2 last_frame', '3 subject']);
  });
  it('stay with another model as far as it has them', () => {
    const three = [picture(1, 'style'), picture(2, 'first_frame'), picture(3, 'subject')];
    expect(roles(fitted(one, three))).toEqual(['2 first_frame']);
    expect(roles(fitted(likeness, three))).toEqual(['1 subject', '2 subject', '3 subject']);
    expect(fitted(words, three)).toEqual([]);
  });
});

describe('moved', () => {
  it('exchanges neighbours and stops at the ends', () => {
    const three = [picture(1, 'style'), picture(2, 'subject'), picture(3, 'subject')];
    expect(moved(three, 2, -1).map(({ key }) => key)).toEqual([2, 1, 3]);
    expect(moved(three, 2, 1).map(({ key }) => key)).toEqual([1, 3, 2]);
    expect(moved(three, 1, -1).map(({ key }) => key)).toEqual([1, 2, 3]);
  });
});

describe('referencesOf', () => {
  it('names assets and files that have become some, in their order', () => {
    const image = { file: new File(['x'], 'a.png'), width: 1, height: 1 };
    const pictures: Picture[] = [
      { image, asset: null, key: 1, role: 'first_frame' },
      { image, asset: null, key: 2, role: 'style' },
      picture(3, 'subject'),
    ];
    expect(referencesOf(pictures, new Map([[2, 'asset_new']]))).toEqual([
      { asset_id: 'asset_new', role: 'style' },
      { asset_id: 'asset_3', role: 'subject' },
    ]);
  });
});
