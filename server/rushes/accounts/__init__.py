"""People: signing in, sessions and their tokens, profiles, the first administrator."""
