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

/** What each gains and loses when the common tags become `wanted`; what only some have stays theirs. */
export function retagging(
  videos: readonly Tagged[],
  wanted: readonly string[],
): { added: string[]; removed: string[] } {
  const common = commonTags(videos);
  return {
    added: wanted.filter((tag) => !common.includes(tag)),
    removed: common.filter((tag) => !wanted.includes(tag)),
  };
}
