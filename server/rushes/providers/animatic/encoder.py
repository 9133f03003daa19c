"""The encoder's settings: one place for the renderer and for the benchmark that compares it with blank
frames."""
# fmt: off

_COLOUR = ("-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")


def encoder_arguments(ffmpeg: str, *, width: int, height: int, fps: int, into: str) -> list[str]:
    """ffmpeg's command line for raw yuv420p frames (BT.709, limited range) on its standard input, to an MP4
    `into`.

    Without B-frames, `superfast` encodes flat colour twice as fast as `veryfast` does, at twice a still
    small size.
    """
    return [
        ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-nostats",
        "-progress", "pipe:1", "-stats_period", "0.1",
        "-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", f"{width}x{height}", "-framerate", str(fps),
        *_COLOUR, "-i", "pipe:0",
        "-an", "-c:v", "libx264", "-preset", "superfast", "-profile:v", "high", "-crf", "21", "-bf", "0",
        "-g", str(fps), "-pix_fmt", "yuv420p", "-x264-params", "rc-lookahead=0:sync-lookahead=0:scenecut=0",
        *_COLOUR,
        "-video_track_timescale", str(fps * 512), "-movflags", "+faststart", "-f", "mp4", "-y", into,
    ]
