"""Productions: a film's scenes, the steps that make it, and the takes of each scene.

`production_steps` has one row for each thing that is made once: the story, a scene's frame, narration and
clip, the captions, the cut. It says what was made from what (`made_from`), so that whatever has changed since
is stale.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from rushes.tables.base import Json, Seq, Time, metadata

RUNNING = "status = 'running'"
UNDER_WAY = "status IN ('waiting','running')"

productions = Table(
    "productions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("space_id", String(64), ForeignKey("spaces.id"), nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("changed_seq", Seq, nullable=False, server_default="0"),
    # What was asked for: an idea or a finished script, and how long and how many scenes it is to be.
    Column("idea", Text, nullable=False),
    Column("is_script", Boolean, nullable=False, server_default="0"),
    Column("wanted_scenes", Integer),
    Column("wanted_seconds", Double),
    Column("aspect_ratio", String(5), nullable=False),
    Column("style", String(80)),
    Column("mood", String(80)),
    Column("language", String(35)),
    Column("voice", String(200)),
    Column("seed", Seq, nullable=False),
    # What the story says of the whole film.
    Column("title", String(200), nullable=False),
    Column("overview", Text, nullable=False),
    # Who and what looks the same in every picture: a line each, `Name: description`.
    Column("continuity", Text, nullable=False, server_default=text("''")),
    # How it is cut: {transition, captions, music_asset_id, resolution, label}.
    Column("cut_settings", Json, nullable=False),
    Column("music_asset_id", String(64), ForeignKey("assets.id")),
    # Where it stands.
    Column("status", String(10), nullable=False),
    Column("quality", String(10), nullable=False),
    # What the run that is under way, or was last, is to make: {through, quality, pause_after, started_at}.
    Column("run", Json),
    Column("runs", Integer, nullable=False, server_default="0"),
    Column("error", Json),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("purged_at", Time),
    Index("ix_productions_space_id_created_at_id", "space_id", "created_at", "id"),
    Index("ix_productions_space_id_changed_seq", "space_id", "changed_seq"),
    Index("ix_productions_running", "id", sqlite_where=text(RUNNING), postgresql_where=text(RUNNING)),
)

scenes = Table(
    "scenes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("production_id", String(64), ForeignKey("productions.id", ondelete="CASCADE"), nullable=False),
    # From 1 on, without gaps; the number that people see.
    Column("number", Integer, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("narration", Text, nullable=False),
    Column("frame_prompt", Text, nullable=False),
    Column("motion_prompt", Text, nullable=False),
    Column("locked", Boolean, nullable=False, server_default="0"),
    Column("clip_audio", String(10), nullable=False, server_default="duck"),
    Column("fit", String(10), nullable=False, server_default="hold"),
    # None: the production's.
    Column("voice", String(200)),
    Column("speed", Double, nullable=False, server_default="1"),
    # The picture that its still is made after. Whoever deletes an asset looks here.
    Column("reference_asset_id", String(64)),
    # Which of many alike is made of the same words.
    Column("seed", Seq, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Index("ix_scenes_production_id_number", "production_id", "number"),
    Index("ix_scenes_reference_asset_id", "reference_asset_id"),
)

production_steps = Table(
    "production_steps",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("production_id", String(64), ForeignKey("productions.id", ondelete="CASCADE"), nullable=False),
    # Empty for what is made of the whole film.
    Column("scene_id", String(64), nullable=False),
    Column("stage", String(10), nullable=False),
    Column("status", String(10), nullable=False),
    # Counted from 1; with the id it names an attempt at a provider.
    Column("attempt", Integer, nullable=False, server_default="0"),
    # The run that asked for it: what has failed in it is not tried again before the next.
    Column("run", Integer, nullable=False, server_default="0"),
    # Who works on it: only the run that wrote the token may write what came of it.
    Column("claim", String(32)),
    Column("asked_at", Time),
    # What the present attempt is made from, and what the result that is there was made from.
    Column("fingerprint", String(64)),
    Column("made_from", String(64)),
    Column("model", String(240)),
    Column("made_by", String(240)),
    Column("is_own", Boolean, nullable=False, server_default="0"),
    # The result: a file, a video, or what has no file of its own.
    Column("asset_id", String(64), ForeignKey("assets.id")),
    Column("video_id", String(64)),
    Column("result", Json),
    Column("progress", Integer, nullable=False, server_default="0"),
    Column("error", Json),
    Column("cost_estimate", Double),
    Column("cost_actual", Double),
    Column("not_before", Time),
    Column("started_at", Time),
    Column("finished_at", Time),
    Index("ix_production_steps_production_id", "production_id", "scene_id", "stage", unique=True),
    Index("ix_production_steps_asset_id", "asset_id"),
    Index("ix_production_steps_video_id", "video_id"),
    Index(
        "ix_production_steps_under_way", "id", sqlite_where=text(UNDER_WAY), postgresql_where=text(UNDER_WAY)
    ),
)

# Every attempt at a scene's clip; one is circled. The points are seconds of the
# clip, None for its ends.
takes = Table(
    "takes",
    metadata,
    Column("scene_id", String(64), ForeignKey("scenes.id", ondelete="CASCADE"), primary_key=True),
    Column("video_id", String(64), ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True),
    Column("production_id", String(64), nullable=False),
    Column("circled", Boolean, nullable=False, server_default="0"),
    Column("in_point", Double),
    Column("out_point", Double),
    Column("made_from", String(64)),
    Column("is_own", Boolean, nullable=False, server_default="0"),
    Column("created_at", Time, nullable=False),
    Index("ix_takes_production_id", "production_id"),
    Index("ix_takes_video_id", "video_id"),
)
