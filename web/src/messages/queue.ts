/** What the queue page says. Keys begin with `queue.`. */
export const queue = {} as const;
