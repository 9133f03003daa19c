"""Looks into media files and derives others from them: probing, stills, sheets of frames, safe pictures."""
