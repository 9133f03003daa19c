"""Providers and defaults that administrators set in the web app, in force without a restart."""
