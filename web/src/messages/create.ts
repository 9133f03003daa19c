/** What the create page says. Keys begin with `create.`. */
export const create = {} as const;
