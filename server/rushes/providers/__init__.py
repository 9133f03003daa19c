"""Providers: adapters that turn one vendor's wire into the studio's words."""
