/** What the video page says. Keys begin with `video.`. */
export const video = {} as const;
