"""Stories, frames, clips and their merging, a request each: the API of a program that made films out of
single clips in a bucket.

What it makes lies under `{userId}/{requestId}/…` as that document has it, and is in the library and among the
assets like everything else.
"""

from __future__ import annotations

from rushes.dialects.clip_maker import clips, films, merging, public, refusals, stills, stored, stories
from rushes.http.endpoint import Endpoint

__all__ = ["PATHS", "ROUTES", "envelope"]

ROUTES: list[Endpoint] = [
    stories.generate_story,
    stills.generate_single_image,
    clips.generate_single_video_clip,
    merging.merge_video_clips,
    public.upload_image,
    public.generate_images,
    films.generate_video,
    stored.get_presigned_url,
    stored.convert_image,
    stored.proxy_image,
    stored.proxy_video,
    stored.signed_file,
]

# Signed addresses of files are the studio's own, and are refused in its own words.
PATHS = tuple(route.path.partition("{")[0] for route in ROUTES if route is not stored.signed_file)

envelope = refusals.envelope
