"""Packs a production into one portable file, and takes such a file apart without trusting it.

A bundle is a zip of `manifest.json` and the files that it lists:

    {"format": "rushes.production", "version": 1,
     "files": [{"name": "clips/1.mp4", "size": 12345, "sha256": "…"}], "content": {…}}

`content` is the caller's. `docs/exports.md` has the rules that a bundle must keep.
"""

from rushes.media.bundle.manifest import FORMAT, VERSION
from rushes.media.bundle.reading import Bundle, BundledFile, read_bundle
from rushes.media.bundle.trust import BadBundle, BundleProblem, Limits
from rushes.media.bundle.writing import bundle

__all__ = [
    "FORMAT",
    "VERSION",
    "BadBundle",
    "Bundle",
    "BundleProblem",
    "BundledFile",
    "Limits",
    "bundle",
    "read_bundle",
]
