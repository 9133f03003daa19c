/** Tags of many videos at once: those that all have, and what changing these means for each. */

export interface Tagged {
  id: string;
  tags: readonly string[];
}

/** The tags that every one of them has, in the order of the first. */
export function commonTags(videos: readonly Tagged[]): string[] {
  const [first, ...rest] = videos;
  return (first?.tags ?? []).filter((tag) => rest.every((video) => video.tags.includes(tag)));
}

/** The new tags of each whose tags change when the common ones become `wanted`; their own others stay. */
export function retagged(videos: readonly Tagged[], wanted: readonly string[]): Map<string, string[]> {
  const removed = commonTags(videos).filter((tag) => !wanted.includes(tag));
  const changes = new Map<string, string[]>();
  for (const { id, tags } of videos) {
    const kept = tags.filter((tag) => !removed.includes(tag));
    const added = wanted.filter((tag) => !tags.includes(tag));
    if (added.length > 0 || kept.length < tags.length) changes.set(id, [...kept, ...added]);
  }
  return changes;
}
