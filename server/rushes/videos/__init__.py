"""Videos: made, watched, kept, remixed."""
