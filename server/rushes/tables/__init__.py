"""The tables, as SQLAlchemy Core. Importing this package knows them all."""

from rushes.tables.accounts import sessions, users
from rushes.tables.assets import assets, loose_files
from rushes.tables.base import metadata, new_id
from rushes.tables.collections import collection_videos, collections
from rushes.tables.jobs import former_jobs, jobs_to_end
from rushes.tables.money import budgets, ledger
from rushes.tables.productions import production_steps, productions, scenes, takes
from rushes.tables.provider_settings import provider_settings, studio_settings
from rushes.tables.providers import providers
from rushes.tables.search import video_words
from rushes.tables.spaces import space_members, spaces
from rushes.tables.videos import idempotency, video_references, videos

# Tables whose rows take a change number, by the kind that events name.
NUMBERED = {"video": videos, "collection": collections, "production": productions}

__all__ = [
    "NUMBERED",
    "assets",
    "budgets",
    "collection_videos",
    "collections",
    "former_jobs",
    "idempotency",
    "jobs_to_end",
    "ledger",
    "loose_files",
    "metadata",
    "new_id",
    "production_steps",
    "productions",
    "provider_settings",
    "providers",
    "scenes",
    "sessions",
    "space_members",
    "spaces",
    "studio_settings",
    "takes",
    "users",
    "video_references",
    "video_words",
    "videos",
]
