/** What the library page says. Keys begin with `library.`. */
export const library = {} as const;
