"""Collections: videos put together under a name."""
